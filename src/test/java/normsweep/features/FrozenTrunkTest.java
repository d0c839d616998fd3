package normsweep.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import java.util.Arrays;
import normsweep.backbone.SmallBackbones;
import normsweep.backbone.TrunkCut;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.device.Engine;
import normsweep.device.FakeEngines;
import normsweep.device.TrunkEngine;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;

/** Every translated piece against what Deeplearning4j computes for the same graph. */
class FrozenTrunkTest {
  private static final double CLOSE = 2e-5;
  private static final TrunkEngine CPU = TrunkEngine.cpu(3);

  private static FrozenTrunk trunk(ComputationGraph graph, String unfreezeFrom) {
    return FrozenTrunk.of(graph, unfreezeFrom, SmallBackbones.SOURCE, SmallBackbones.INPUT, CPU);
  }

  private static FrozenTrunk trunk(ComputationGraph graph, TrunkEngine engine) {
    return FrozenTrunk.of(graph, "last", SmallBackbones.SOURCE, SmallBackbones.INPUT, engine);
  }

  private static void assertSame(GraphBuilder builder, String features, int... shape) {
    builder.addLayer("tail", SmallBackbones.convolution(2, 1, 1, ConvolutionMode.Same), features);
    ComputationGraph graph = SmallBackbones.build(builder.setOutputs("tail"));
    assertAgrees(graph, "tail", features, shape);
  }

  private static void assertAgrees(
      ComputationGraph graph, String unfreezeFrom, String features, int... shape) {
    int n = 3;
    try (FrozenTrunk trunk = trunk(graph, unfreezeFrom)) {
      assertArrayEquals(shape, trunk.featureShape());
      assertEquals(features, TrunkCut.of(graph, unfreezeFrom).features());
      float[] out = new float[n * trunk.valuesPerImage()];
      trunk.features(SmallBackbones.images(n), n, out);
      float[] expected = SmallBackbones.reference(graph, features, n);
      assertArrayEquals(expected, out, (float) CLOSE);
      assertTrue(spread(expected) > 0.1, "the features must say something");
      assertEquals(0, trunk.parity(SmallBackbones.images(n), n), CLOSE);
    }
  }

  private static float spread(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - 1] - sorted[0];
  }

  @Test
  void invertedResidualsAgreeAtEveryCut() {
    ComputationGraph graph = SmallBackbones.build(SmallBackbones.residual());
    assertAgrees(graph, "last", "project2_bn", 5, 5, 5);
    assertAgrees(graph, "project2", "depth2_relu", 5, 5, 8);
    assertAgrees(graph, "pad2", "add", 10, 10, 8);
    assertAgrees(graph, "stem_bn", "stem", 10, 10, 8);
  }

  @Test
  void featuresMayEndInPadding() {
    ComputationGraph graph = SmallBackbones.build(SmallBackbones.residual());
    assertAgrees(graph, "depth2", "pad2", 12, 11, 8);
    assertAgrees(graph, "stem", "pad", 22, 22, 3);
  }

  @Test
  void padsOddZeroAtTheEnd() {
    GraphBuilder graph = SmallBackbones.builder();
    graph.addLayer("a", SmallBackbones.convolution(4, 4, 1, ConvolutionMode.Same), "image");
    graph.addLayer("b", SmallBackbones.depthwise(3, 1, 1, ConvolutionMode.Same), "a");
    graph.addLayer("c", SmallBackbones.convolution(4, 2, 1, ConvolutionMode.Same), "b");
    assertSame(graph, "c", 21, 21, 4);
  }

  @Test
  void paddingAddsUp() {
    GraphBuilder graph = SmallBackbones.builder();
    graph.addLayer("a", SmallBackbones.padding(1, 0, 0, 2), "image");
    graph.addLayer("b", SmallBackbones.padding(0, 3, 1, 0), "a");
    graph.addLayer("c", SmallBackbones.convolution(4, 3, 1, ConvolutionMode.Same), "b");
    assertSame(graph, "c", 25, 24, 4);
  }

  @Test
  void convolutionReadTwiceKeepsItsValue() {
    GraphBuilder graph = SmallBackbones.builder();
    graph.addLayer("a", SmallBackbones.convolution(4, 3, 2, ConvolutionMode.Truncate), "image");
    graph.addLayer("b", SmallBackbones.norm(), "a");
    graph.addVertex("c", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b");
    assertSame(graph, "c", 10, 10, 4);
  }

  @Test
  void batchNormMayScaleTheImage() {
    GraphBuilder graph = SmallBackbones.builder();
    graph.addLayer("a", SmallBackbones.norm(), "image");
    graph.addLayer("b", SmallBackbones.padding(1, 1, 1, 1), "a");
    graph.addLayer("c", SmallBackbones.convolution(4, 3, 2, ConvolutionMode.Truncate), "b");
    assertSame(graph, "c", 11, 11, 4);
  }

  @Test
  void batchSizeDoesNotChangeFeatures() {
    ComputationGraph graph = SmallBackbones.build(SmallBackbones.residual());
    int n = 9 * CPU.batch() + 1;
    byte[] images = SmallBackbones.images(n);
    try (FrozenTrunk trunk = trunk(graph, "last")) {
      int values = trunk.valuesPerImage();
      float[] together = new float[n * values];
      trunk.features(images, n, together);
      float[] alone = new float[values];
      int bytes = images.length / n;
      for (int i = n - 1; i >= 0; i--) {
        trunk.features(Arrays.copyOfRange(images, i * bytes, (i + 1) * bytes), 1, alone);
        assertArrayEquals(Arrays.copyOfRange(together, i * values, (i + 1) * values), alone);
      }
    }
  }

  @Test
  void largerBatchesOfDeviceAgree() {
    ComputationGraph graph = SmallBackbones.build(SmallBackbones.residual());
    int n = 2 * FakeEngines.gpu().trunk().batch() + 3;
    try (FrozenTrunk cpu = trunk(graph, "last");
        FrozenTrunk gpu = trunk(graph, FakeEngines.gpu().trunk())) {
      float[] expected = new float[n * cpu.valuesPerImage()];
      float[] actual = new float[expected.length];
      cpu.features(SmallBackbones.images(n), n, expected);
      gpu.features(SmallBackbones.images(n), n, actual);
      assertArrayEquals(expected, actual, (float) CLOSE);
    }
  }

  @Test
  void fullDeviceIsNamed() {
    ComputationGraph graph = SmallBackbones.build(SmallBackbones.residual());
    TrunkEngine full =
        FakeEngines.trunk(
            options -> {
              throw new OrtException(
                  "bfc_arena.cc:376 Failed to allocate memory for requested buffer of size 318080");
            });
    Engine engine = new Engine(FakeEngines.tail(), full);
    NormSweepException e =
        assertThrows(NormSweepException.class, () -> engine.compute(() -> trunk(graph, full)));
    assertEquals(ExitCode.FAILED, e.exitCode());
    assertTrue(e.getMessage().startsWith("NVIDIA Fake 1 is out of memory"), e.getMessage());
  }

  @Test
  void changedBackboneFailsParity() {
    ComputationGraph graph = SmallBackbones.build(SmallBackbones.residual());
    try (FrozenTrunk trunk = trunk(graph, "last")) {
      graph.getParam("project_W").muli(1.1);
      NormSweepException refusal =
          assertThrows(
              NormSweepException.class, () -> trunk.requireParity(SmallBackbones.images(1), 1));
      assertEquals(ExitCode.FAILED, refusal.exitCode());
      graph.getParam("project2_W").putScalar(0, Double.NaN);
      assertTrue(Double.isNaN(trunk.parity(SmallBackbones.images(1), 1)));
      assertThrows(
          NormSweepException.class, () -> trunk.requireParity(SmallBackbones.images(1), 1));
    }
  }

  @Test
  void namesUntranslatableLayer() {
    assertUntranslatable(
        new SubsamplingLayer.Builder().kernelSize(2, 2).dataFormat(CNN2DFormat.NHWC).build());
    assertUntranslatable(SmallBackbones.convolution(4, 3, 2, ConvolutionMode.Same));
    assertUntranslatable(
        SmallBackbones.convolution(4, 3, 1, ConvolutionMode.Same, Activation.RELU));
    assertUntranslatable(new ActivationLayer.Builder().activation(Activation.TANH).build());
  }

  private static void assertUntranslatable(Layer layer) {
    GraphBuilder graph = SmallBackbones.builder();
    graph.addLayer("strange", layer, "image");
    graph.addLayer("tail", SmallBackbones.convolution(2, 1, 1, ConvolutionMode.Same), "strange");
    ComputationGraph built = SmallBackbones.build(graph.setOutputs("tail"));
    NormSweepException refusal = assertThrows(NormSweepException.class, () -> trunk(built, "tail"));
    String named = "'strange' (" + layer.getClass().getSimpleName() + ")";
    assertTrue(refusal.getMessage().contains(named), refusal.getMessage());
  }
}
