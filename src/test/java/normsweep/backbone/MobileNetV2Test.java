package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class MobileNetV2Test {
  @Test
  void drawsHeKernelsFromSeed() {
    ComputationGraph graph = MobileNetV2.untrained(7);
    INDArray kernel = graph.getLayer("Conv_1").getParam("W");
    // He et al.: standard deviation √(2 / fan-in), fan-in 320; 409,600 draws pin it to a percent.
    assertEquals(Math.sqrt(2.0 / 320), kernel.stdNumber().doubleValue(), 0.01 * 0.08);
    assertEquals(0, kernel.meanNumber().doubleValue(), 1e-3);
    assertEquals(kernel, MobileNetV2.untrained(7).getLayer("Conv_1").getParam("W"));
    assertFalse(kernel.equals(MobileNetV2.untrained(8).getLayer("Conv_1").getParam("W")));
  }

  @Test
  void outputsMapsOfPublishedShape() {
    ComputationGraph graph = new MobileNetV2().init();
    assertEquals(2_257_984, graph.numParams());
    assertEquals(List.of("input_1"), graph.getConfiguration().getNetworkInputs());
    assertArrayEquals(
        new long[] {1, 7, 7, 1280}, graph.outputSingle(Nd4j.zeros(1, 224, 224, 3)).shape());
  }

  @Test
  void recognisesFoldedBatchNorm() {
    ComputationGraph graph = new MobileNetV2().init();
    assertFalse(MobileNetV2.isFolded(graph, "Conv_1_bn"));
    graph.getLayer("Conv_1_bn").getParam("var").assign(1 - 1e-3);
    assertTrue(MobileNetV2.isFolded(graph, "Conv_1_bn"));
    graph.getLayer("Conv_1_bn").getParam("mean").putScalar(3, 0.5);
    assertFalse(MobileNetV2.isFolded(graph, "Conv_1_bn"));
    assertThrows(IllegalArgumentException.class, () -> MobileNetV2.isFolded(graph, "Conv_1"));
  }

  @Test
  void takesNoOtherInputShape() {
    MobileNetV2 model = new MobileNetV2();
    model.setInputShape(model.metaData().getInputShape());
    assertThrows(NormSweepException.class, () -> model.setInputShape(new int[][] {{3, 32, 32}}));
  }

  @Test
  void answersAsZooModel() {
    MobileNetV2 model = new MobileNetV2();
    assertEquals(ComputationGraph.class, model.modelType());
    assertTrue(model.pretrainedAvailable(PretrainedType.IMAGENET));
    assertFalse(model.pretrainedAvailable(PretrainedType.CIFAR10));
    assertTrue(
        model.pretrainedUrl(PretrainedType.IMAGENET).endsWith("_tf_kernels_1.0_224_no_top.h5"));
    assertThrows(
        UnsupportedOperationException.class, () -> model.initPretrained(PretrainedType.CIFAR10));
  }

  @Test
  void refusesWeightsChangedSinceTheCheck(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("weights.h5");
    KerasWeightsFile.write(RandomWeights.of(1), file);
    Weights checked = WeightsSources.acquire(Optional.of(file), folder);
    KerasWeightsFile.write(RandomWeights.of(2), file);
    NormSweepException error =
        assertThrows(
            NormSweepException.class,
            () -> new MobileNetV2(checked).initPretrained(PretrainedType.IMAGENET));
    assertEquals(ExitCode.UNAVAILABLE, error.exitCode());
    assertTrue(error.getMessage().contains("has changed since it was checked"));
  }
}
