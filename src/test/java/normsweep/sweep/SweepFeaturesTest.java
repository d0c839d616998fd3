package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import normsweep.record.KeyCases;
import org.junit.jupiter.api.Test;

class SweepFeaturesTest {
  @Test
  void keyOfKnownConfigIsPinned() {
    assertEquals(
        "e54db37bf363cf4ca6dc21e743c167a8fbc77ae0771e51dbfe1fb55ea8253d43",
        SweepFeatures.key(KeyCases.config(), "weights", "data"));
  }

  @Test
  void dataAndCutChangeTheKey() {
    String key = SweepFeatures.key(KeyCases.config(), "weights", "data");
    List<String> changing = new ArrayList<>();
    KeyCases.changed()
        .forEach(
            (value, config) -> {
              if (!SweepFeatures.key(config, "weights", "data").equals(key)) {
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
            "model.unfreezeFrom"),
        changing);
    assertNotEquals(key, SweepFeatures.key(KeyCases.config(), "other", "data"));
    assertNotEquals(key, SweepFeatures.key(KeyCases.config(), "weights", "other"));
  }
}
