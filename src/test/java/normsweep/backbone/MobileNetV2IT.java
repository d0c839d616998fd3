package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import normsweep.data.Caches;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** The import of real weights, from the cache that the first of these tests fills. */
final class MobileNetV2IT {
  @Test
  void pretrainedGraphMatchesPlainLoops() {
    ComputationGraph graph = new MobileNetV2().initPretrained(PretrainedType.IMAGENET);
    Weights weights = WeightsSources.acquire(Optional.empty(), Caches.zoo());
    assertTrue(
        List.of("ImageNet", "COCO (object detection)").contains(weights.pretrainedOn()),
        weights.toString());
    assertTrue(weights.file().startsWith(Caches.zoo()), weights.toString());
    assertSameFunction(weights, graph);
  }

  @Test
  void importsUserWeights() throws Exception {
    Path file = userFile();
    Weights weights = WeightsSources.acquire(Optional.of(file), Caches.zoo());
    assertEquals(file, weights.file());
    ComputationGraph graph = new MobileNetV2(weights).initPretrained(PretrainedType.IMAGENET);
    assertSameFunction(weights, graph);
    assertEquals(2_257_984, graph.numParams());
  }

  @Test
  void npmWeightsHaveFoldedBatchNorms() {
    Weights weights = WeightsSources.acquire(Optional.empty(), Caches.zoo());
    ComputationGraph graph = new MobileNetV2(weights).initPretrained(PretrainedType.IMAGENET);
    boolean folded = weights.pretrainedOn().startsWith("COCO");
    for (BackboneLayer layer : MobileNetV2Layers.keras().all()) {
      if (layer.kind() == BackboneLayer.LayerKind.BATCH_NORM) {
        assertEquals(folded, MobileNetV2.isFolded(graph, layer.name()), layer.name());
      }
    }
    if (folded) {
      // Values of FeatureExtractor/MobilenetV2/Conv/BatchNorm/batchnorm/sub in the package, and of
      // expanded_conv's depthwise kernel times its scale, read with another program.
      assertArrayEquals(
          new float[] {0.4432652f, -1.1193206f, 3.0642557f},
          graph.getLayer("bn_Conv1").getParam("beta").dup().data().getFloatsAt(0, 3));
    }
  }

  /** A developer's file if one is named, else the one in the weights folder. */
  private static Path userFile() throws Exception {
    String development = System.getenv("NORMSWEEP_DEV_ZOO");
    if (development != null) {
      try (var files = Files.newDirectoryStream(Path.of(development), "*.h5")) {
        return files.iterator().next();
      }
    }
    return WeightsSources.acquire(Optional.empty(), Caches.zoo()).file();
  }

  private static void assertSameFunction(Weights weights, ComputationGraph graph) {
    // Smooth shapes of different colours: noise would leave most channels silent.
    float[] image = new float[224 * 224 * 3];
    for (int i = 0; i < image.length; i++) {
      int x = i / 3 % 224;
      int y = i / 3 / 224;
      image[i] = (float) Math.sin(0.05 * x * (i % 3 + 1) + 0.03 * y + i % 3);
    }
    WeightTensors tensors =
        WeightsFile.open(weights.file(), WeightsFile.Origin.given(weights.file())).tensors();
    float[] actual =
        graph
            .outputSingle(Nd4j.createFromArray(image).reshape('c', 1, 224, 224, 3))
            .dup('c')
            .data()
            .asFloat();
    assertArrayEquals(PlainMobileNetV2.outRelu(tensors, image), actual, 2e-4f);
  }
}
