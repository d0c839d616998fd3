package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import normsweep.device.Device;
import normsweep.device.FakeEngines;
import normsweep.record.KeyCases;
import normsweep.record.SweepConfig;
import normsweep.record.SweepYaml;
import org.junit.jupiter.api.Test;

class SweepFeaturesTest {
  private static final Device CPU = Device.cpu("ONNX Runtime");

  @Test
  void keyOfKnownConfigIsPinned() {
    assertEquals(
        "e54db37bf363cf4ca6dc21e743c167a8fbc77ae0771e51dbfe1fb55ea8253d43",
        SweepFeatures.key(KeyCases.config(), "weights", "data", CPU));
  }

  private static String own(String override) {
    SweepConfig config = SweepYaml.parse("x", "x", "data: {source: pictures}", List.of(override));
    return SweepFeatures.key(config, "weights", "data", CPU);
  }

  @Test
  void dataAndCutChangeTheKey() {
    String key = SweepFeatures.key(KeyCases.config(), "weights", "data", CPU);
    List<String> changing = new ArrayList<>();
    KeyCases.changed()
        .forEach(
            (value, config) -> {
              if (!SweepFeatures.key(config, "weights", "data", CPU).equals(key)) {
                changing.add(value);
              }
            });
    assertEquals(
        List.of(
            "data.train",
            "data.validation",
            "data.test",
            "data.splitSeed",
            "data.views",
            "data.padding",
            "data.flip",
            "data.source",
            "model.unfreezeFrom"),
        changing);
    List<String> own = new ArrayList<>();
    for (String other :
        List.of(
            "data.resize=pad", "data.imageSize=96", "data.skipUnreadable=3", "data.balance=true")) {
      if (!own(other).equals(own("data.resize=crop"))) {
        own.add(other);
      }
    }
    assertEquals(List.of("data.resize=pad", "data.imageSize=96", "data.balance=true"), own);
    assertNotEquals(key, SweepFeatures.key(KeyCases.config(), "other", "data", CPU));
    assertNotEquals(key, SweepFeatures.key(KeyCases.config(), "weights", "other", CPU));
    Device gpu = FakeEngines.gpu().trunk().device();
    assertNotEquals(key, SweepFeatures.key(KeyCases.config(), "weights", "data", gpu));
  }
}
