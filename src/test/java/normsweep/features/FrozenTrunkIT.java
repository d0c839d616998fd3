package normsweep.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import normsweep.backbone.ImageScaling;
import normsweep.backbone.MobileNetV2;
import normsweep.backbone.TrunkCut;
import normsweep.backbone.WeightsSources;
import normsweep.data.Augmentation;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.device.TrunkEngine;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The trunk of the real backbone on real images. */
class FrozenTrunkIT {
  private static final int IMAGES = 5;

  private static Cifar10 data;
  private static ComputationGraph backbone;
  private static byte[] images;

  @TempDir Path folder;

  @BeforeAll
  static void open() throws Exception {
    data = Cifar10.open(Optional.empty(), Caches.root());
    backbone =
        new MobileNetV2(WeightsSources.acquire(developmentWeights(), Caches.zoo()))
            .initPretrained(PretrainedType.IMAGENET);
    images = new byte[IMAGES * ImageScaling.SOURCE_BYTES];
    for (int i = 0; i < IMAGES; i++) {
      System.arraycopy(
          data.image(i), 0, images, i * ImageScaling.SOURCE_BYTES, ImageScaling.SOURCE_BYTES);
    }
  }

  private static Optional<Path> developmentWeights() throws Exception {
    String development = System.getenv("NORMSWEEP_DEV_ZOO");
    if (development == null) {
      return Optional.empty();
    }
    try (var files = Files.newDirectoryStream(Path.of(development), "*.h5")) {
      return Optional.of(files.iterator().next());
    }
  }

  @AfterAll
  static void close() {
    data.close();
  }

  @ParameterizedTest
  @CsvSource({
    "Conv_1, block_16_project_BN, 7, 320",
    "block_16_expand, block_15_add, 7, 160",
    "block_13_expand, block_12_add, 14, 96"
  })
  void agreesWithTheBackbone(String unfreezeFrom, String features, int side, int channels) {
    try (FrozenTrunk trunk = FrozenTrunk.of(backbone, unfreezeFrom, TrunkEngine.cpu(2))) {
      assertEquals(features, TrunkCut.of(backbone, unfreezeFrom).features());
      assertArrayEquals(new int[] {side, side, channels}, trunk.featureShape());
      double difference = trunk.requireParity(images, 2);
      assertTrue(difference > 0, "two programs do not agree to the last bit");
    }
  }

  @Test
  void cachesTrunkFeaturesInHalfPrecision() {
    Augmentation augmentation = Augmentation.of(4, true, 1);
    int[] indices = {0, 1, 2, 3, 4};
    FeatureKey key =
        FeatureKey.of("weights", "Conv_1", data.sha256(), "train", indices)
            .view(3, Augmentation.of(4, true, 1).key());
    try (FrozenTrunk trunk = FrozenTrunk.of(backbone, "Conv_1", TrunkEngine.cpu(2))) {
      FeatureStore store =
          FeatureCache.open(folder, () -> trunk)
              .store(key, IMAGES, i -> augmentation.draw(data.image(indices[i]), 3, indices[i]));
      float[] cached = new float[IMAGES * store.valuesPerImage()];
      store.readFloat(indices, cached);
      float[] alone = new float[store.valuesPerImage()];
      for (int image = 0; image < IMAGES; image++) {
        trunk.features(augmentation.draw(data.image(image), 3, image), 1, alone);
        for (int i = 0; i < alone.length; i++) {
          float error = Math.abs(cached[image * alone.length + i] - alone[i]);
          assertTrue(error <= Math.max(Math.abs(alone[i]) * 0x1p-11f, 0x1p-25f));
        }
      }
    }
  }
}
