package normsweep.tail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import normsweep.backbone.MobileNetV2;
import normsweep.backbone.MobileNetV2Layers;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

final class BatchNormCalibrationTest {
  private static final String[] NORMS = {
    "block_16_expand_BN", "block_16_depthwise_BN", "block_16_project_BN", "Conv_1_bn"
  };

  @Test
  void keepsFunctionAndSetsDataStatistics() {
    ComputationGraph backbone = folded(NORMS);
    INDArray images = TailBackbones.images(DataType.FLOAT, 12);
    INDArray features = backbone.feedForward(images, false).get("stem_relu").dup();
    INDArray before = backbone.outputSingle(images).dup();
    INDArray stem = backbone.getLayer("stem").params().dup();

    List<String> layers =
        BatchNormCalibration.calibrate(
            backbone, "block_16_expand", List.of(rows(features, 0, 5), rows(features, 5, 12)));

    assertEquals(List.of(NORMS), layers);
    assertEquals(0, before.sub(backbone.outputSingle(images)).amaxNumber().doubleValue(), 1e-4);
    assertEquals(stem, backbone.getLayer("stem").params());
    INDArray z = backbone.feedForward(images, false).get("Conv_1");
    assertArrayEquals(
        z.mean(0, 1, 2).toDoubleVector(),
        backbone.getParam("Conv_1_bn_mean").toDoubleVector(),
        1e-5);
    assertArrayEquals(
        z.var(false, 0, 1, 2).toDoubleVector(),
        backbone.getParam("Conv_1_bn_var").toDoubleVector(),
        1e-4);
    assertFalse(MobileNetV2.isFolded(backbone, "Conv_1_bn"));
  }

  @Test
  void trainingModeThenEqualsInference() {
    ComputationGraph backbone = folded(NORMS);
    INDArray images = TailBackbones.images(DataType.FLOAT, 12);
    INDArray features = backbone.feedForward(images, false).get("block_16_project_BN").dup();
    BatchNormCalibration.calibrate(backbone, "Conv_1", List.of(features));
    Tail tail =
        TailFactory.stock(
            backbone, TailBackbones.allHeads().get(1), List.of(4, 4, 4), "under test");
    INDArray inference = tail.graph().output(false, features)[0].dup();
    INDArray training = tail.graph().output(true, features)[0];
    assertEquals(0, inference.sub(training).amaxNumber().doubleValue(), 1e-4);
  }

  @Test
  void keepsRealStatisticsAndFrozenPart() {
    ComputationGraph backbone = folded("block_16_expand_BN");
    INDArray before = backbone.params().dup();
    assertEquals(List.of(), BatchNormCalibration.calibrate(backbone, "Conv_1", List.of()));
    assertEquals(before, backbone.params());

    ComputationGraph mixed = folded("Conv_1_bn");
    INDArray project = mixed.getLayer("block_16_project_BN").params().dup();
    INDArray features =
        mixed.feedForward(TailBackbones.images(DataType.FLOAT, 4), false).get("stem_relu").dup();
    assertEquals(
        List.of("Conv_1_bn"),
        BatchNormCalibration.calibrate(mixed, "block_16_expand", List.of(features)));
    assertEquals(project, mixed.getLayer("block_16_project_BN").params());
    assertNotEquals(0, mixed.getParam("Conv_1_bn_mean").amaxNumber().doubleValue());
  }

  @Test
  void needsFeatures() {
    ComputationGraph backbone = folded(NORMS);
    assertThrows(
        IllegalArgumentException.class,
        () -> BatchNormCalibration.calibrate(backbone, "Conv_1", List.of()));
  }

  private static ComputationGraph folded(String... norms) {
    ComputationGraph backbone = TailBackbones.small(DataType.FLOAT);
    for (String norm : norms) {
      backbone.getParam(norm + "_mean").assign(0);
      backbone.getParam(norm + "_var").assign(1 - MobileNetV2Layers.EPSILON);
    }
    return backbone;
  }

  private static INDArray rows(INDArray features, int from, int to) {
    return features.get(NDArrayIndex.interval(from, to)).dup();
  }
}
