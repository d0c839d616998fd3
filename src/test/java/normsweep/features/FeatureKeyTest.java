package normsweep.features;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import normsweep.data.Augmentation;
import normsweep.device.Device;
import normsweep.device.FakeEngines;
import org.junit.jupiter.api.Test;

class FeatureKeyTest {
  private static final Device GPU = FakeEngines.gpu().trunk().device();

  private static FeatureKey key() {
    return FeatureKey.of("weights", "Conv_1", "data", "train", new int[] {3, 1, 2});
  }

  @Test
  void featureChangesChangeTheFile() {
    List<FeatureKey> keys =
        List.of(
            key(),
            FeatureKey.of("weights2", "Conv_1", "data", "train", new int[] {3, 1, 2}),
            FeatureKey.of("weights", "block_16_expand", "data", "train", new int[] {3, 1, 2}),
            FeatureKey.of("weights", "Conv_1", "data2", "train", new int[] {3, 1, 2}),
            FeatureKey.of("weights", "Conv_1", "data", "test", new int[] {3, 1, 2}),
            FeatureKey.of("weights", "Conv_1", "data", "train", new int[] {1, 2, 3}),
            FeatureKey.of("weights", "Conv_1", "data", "train", new int[] {3, 1}),
            key().view(0, Augmentation.of(4, true, 7).key()),
            key().view(1, Augmentation.of(4, true, 7).key()),
            key().view(0, Augmentation.of(3, true, 7).key()),
            key().view(0, Augmentation.of(4, false, 7).key()),
            key().view(0, Augmentation.of(4, true, 8).key()),
            key().on(GPU),
            key().on(new Device("ONNX Runtime", "NVIDIA A", "550")),
            key().on(GPU).view(0, Augmentation.of(4, true, 7).key()));
    Set<String> names = new HashSet<>();
    Set<String> hashes = new HashSet<>();
    for (FeatureKey key : keys) {
      assertTrue(names.add(key.fileName()), key.fileName());
      assertTrue(hashes.add(key.sha256()), key.toString());
    }
  }

  @Test
  void keysOfKnownImagesArePinned() {
    assertEquals(
        "492247ece7b738fe653631a54be20c78e8c18a852e240b4a1d302aefff8a9f07", key().sha256());
    assertEquals(
        "ae361d4b8e947092d0cd0d4eba16768c6b29351627f830d21d449da180598bcf",
        key().view(1, Augmentation.of(4, true, 7).key()).sha256());
    assertEquals(
        "10fdfa1401523ff5292763a69a5b0e2243926f8710e9ee10a63c42626e1105c2", key().on(GPU).sha256());
  }

  @Test
  void cpuKeepsKeyFromBeforeThereWasChoice() {
    assertEquals(key(), key().on(Device.cpu("ONNX Runtime 1.23.2, CPU")));
    assertEquals(key().on(GPU), key().on(new Device("another", FakeEngines.CARD, "555")));
  }

  @Test
  void equalKeysNameTheSameFile() {
    assertEquals(key().fileName(), key().fileName());
    assertEquals(
        key().view(2, Augmentation.of(4, true, 7).key()).fileName(),
        key().view(2, Augmentation.of(4, true, 7).key()).fileName());
    assertTrue(key().fileName().startsWith("train-plain-"));
    assertTrue(
        key().view(2, Augmentation.of(4, true, 7).key()).fileName().startsWith("train-view-2-"));
  }

  @Test
  void viewsWithoutChangeArePlain() {
    assertEquals(key(), key().view(0, Augmentation.of(0, false, 1).key()));
    assertEquals(key(), key().view(5, Augmentation.of(0, false, 2).key()));
    assertThrows(
        IllegalArgumentException.class, () -> key().view(-1, Augmentation.of(4, true, 7).key()));
  }
}
