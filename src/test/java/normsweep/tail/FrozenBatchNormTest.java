package normsweep.tail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

final class FrozenBatchNormTest {
  private static final int BATCH = 5;

  @Test
  void gradientsMatchNumericOnes() {
    ComputationGraph backbone = TailBackbones.small(DataType.DOUBLE);
    for (Norm norm : List.of(Norm.BATCH_NORM, Norm.LAYER_NORM, Norm.NONE)) {
      for (String cut : List.of("Conv_1", "block_16_expand")) {
        TailSpec spec = TailBackbones.frozen(TailBackbones.spec(norm, FrnPlacement.DENSE, cut, 0));
        Tail tail = TailBackbones.tail(backbone, spec);
        HeadsTest.perturb(tail);
        HeadsTest.feed(tail);
        NumericGradients.check(tail.graph(), tail.parameters(), BATCH);
      }
    }
  }

  @Test
  void scalesAndShiftsByTheBackbonesStatistics() {
    Tail tail = tail(true, DataType.DOUBLE);
    for (String name : List.of("gamma", "beta", "mean", "var")) {
      INDArray values = tail.values(tail.parameter("Conv_1_bn_" + name));
      values.assign(TailBackbones.random(DataType.DOUBLE, 9, values.shape()));
      if (name.equals("gamma")) {
        values.muli(20);
      } else if (name.equals("var")) {
        Transforms.abs(values, false);
      }
    }
    HeadsTest.feed(tail);
    Map<String, INDArray> training = tail.graph().feedForward(true);
    INDArray scale = channels(tail, "gamma").div(Transforms.sqrt(channels(tail, "var").add(1e-3)));
    INDArray x = tail.graph().getInput(0).reshape(BATCH * 16, 4);
    INDArray z = x.mmul(tail.values(tail.parameter("Conv_1_W")).reshape(8, 4).transpose());
    INDArray y =
        z.subRowVector(channels(tail, "mean"))
            .mulRowVector(scale)
            .addRowVector(channels(tail, "beta"));
    INDArray expected = Transforms.max(Transforms.min(y, 6), 0).reshape(BATCH, 4, 4, 8);
    assertEquals(0, expected.sub(training.get("out_relu")).amaxNumber().doubleValue(), 1e-9);
    assertTrue(expected.eq(0).any() && expected.eq(6).any() && y.gt(0).any());
  }

  private static INDArray channels(Tail tail, String key) {
    return tail.values(tail.parameter("Conv_1_bn_" + key)).reshape(8);
  }

  /** What a network with layer norm makes of one image in training, beside others. */
  private static double[] besideOthers(Tail tail, INDArray image, long others) {
    INDArray batch = TailBackbones.random(DataType.FLOAT, others, BATCH, 4, 4, 4);
    batch.get(NDArrayIndex.interval(2, 3)).assign(image);
    return tail.graph().feedForward(batch, true).get(Head.LOGITS).getRow(2).toDoubleVector();
  }

  @Test
  void onlyTrainedBatchNormMixesImages() {
    INDArray image = TailBackbones.random(DataType.FLOAT, 1, 1, 4, 4, 4);
    Tail frozen = tail(true, DataType.FLOAT);
    assertArrayEquals(besideOthers(frozen, image, 2), besideOthers(frozen, image, 3));
    Tail trained = tail(false, DataType.FLOAT);
    assertTrue(
        Nd4j.createFromArray(besideOthers(trained, image, 2))
                .sub(Nd4j.createFromArray(besideOthers(trained, image, 3)))
                .amaxNumber()
                .doubleValue()
            > 1e-3);
  }

  @Test
  void keepsItsParametersWhileTheRestTrains() {
    for (String cut : List.of("Conv_1", "block_16_expand")) {
      TailSpec spec =
          TailBackbones.frozen(TailBackbones.spec(Norm.BATCH_NORM, FrnPlacement.DENSE, cut, 0));
      Tail tail = TailBackbones.tail(TailBackbones.small(DataType.FLOAT), spec);
      Map<String, INDArray> before = tail.copyParameters();
      HeadsTest.feed(tail);
      INDArray features = tail.graph().getInput(0);
      for (int step = 0; step < 3; step++) {
        tail.graph()
            .fit(
                new INDArray[] {features},
                new INDArray[] {TailBackbones.labels(DataType.FLOAT, BATCH)});
      }
      for (TailParameter parameter : tail.parameters()) {
        boolean frozen = !parameter.head() && parameter.name().matches(".*_(bn|BN)_.*");
        assertEquals(frozen, parameter.kind() == TailParameter.Kind.FROZEN, parameter.name());
        assertFalse(frozen && parameter.trained(), parameter.name());
        assertEquals(
            frozen, before.get(parameter.name()).equals(tail.values(parameter)), parameter.name());
      }
    }
  }

  @Test
  void configurationSurvivesJson() {
    ComputationGraphConfiguration configuration =
        tail(true, DataType.FLOAT).graph().getConfiguration();
    assertEquals(configuration, ComputationGraphConfiguration.fromJson(configuration.toJson()));
  }

  private static Tail tail(boolean frozen, DataType dataType) {
    TailSpec spec = TailBackbones.spec(Norm.LAYER_NORM, FrnPlacement.DENSE);
    return TailBackbones.tail(
        TailBackbones.small(dataType), frozen ? TailBackbones.frozen(spec) : spec);
  }
}
