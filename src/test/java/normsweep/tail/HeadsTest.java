package normsweep.tail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import normsweep.backbone.HeNormal;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.FixedSchedule;

public final class HeadsTest {
  private static final int BATCH = 5;

  @Test
  void headGradientsMatchNumericOnes() {
    ComputationGraph backbone = TailBackbones.small(DataType.DOUBLE);
    for (TailSpec spec : TailBackbones.allHeads()) {
      Tail tail = TailBackbones.tail(backbone, spec);
      perturb(tail);
      feed(tail);
      NumericGradients.check(tail.graph(), tail.parameters(), BATCH);
    }
  }

  @Test
  void deeperBlockGradientsMatchNumericOnes() {
    ComputationGraph backbone = TailBackbones.small(DataType.DOUBLE);
    Tail tail =
        TailBackbones.tail(
            backbone,
            TailBackbones.spec(Norm.LAYER_NORM, FrnPlacement.DENSE, "block_16_expand", 0));
    assertEquals(List.of(4, 4, 3), tail.featureShape());
    perturb(tail);
    feed(tail);
    NumericGradients.check(tail.graph(), tail.parameters(), BATCH);
  }

  @Test
  void layerNormFollowsPaper() {
    Tail tail =
        TailBackbones.tail(
            TailBackbones.small(DataType.DOUBLE),
            TailBackbones.spec(Norm.LAYER_NORM, FrnPlacement.DENSE));
    perturb(tail);
    feed(tail);
    Map<String, INDArray> activations = tail.graph().feedForward(false);
    INDArray linear = activations.get(Head.POOL).mmul(tail.graph().getParam("head_dense_W"));
    double[] gain = tail.graph().getParam("head_dense_g").toDoubleVector();
    double[] bias = tail.graph().getParam("head_dense_b").toDoubleVector();
    for (int row = 0; row < BATCH; row++) {
      double[] x = linear.getRow(row).toDoubleVector();
      double mean = Arrays.stream(x).average().orElseThrow();
      double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      double[] expected = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        double y = gain[i] * (x[i] - mean) / Math.sqrt(variance) + bias[i];
        expected[i] = Math.max(0, y);
      }
      assertArrayEquals(
          expected, activations.get(Head.ACTIVATION).getRow(row).toDoubleVector(), 1e-9);
    }
  }

  /** Without ε, equal units would be 0/0; Deeplearning4j makes them 0, and their gradient too. */
  @Test
  void layerNormOfEqualUnitsIsItsShift() {
    Tail tail =
        TailBackbones.tail(
            TailBackbones.small(DataType.DOUBLE),
            TailBackbones.spec(Norm.LAYER_NORM, FrnPlacement.DENSE));
    perturb(tail);
    tail.graph().getParam("head_dense_W").assign(0);
    tail.graph().getParam("head_dense_b").assign(0.5);
    feed(tail);
    INDArray hidden = tail.graph().feedForward(false).get(Head.ACTIVATION);
    assertEquals(0.5, hidden.minNumber().doubleValue());
    assertEquals(0.5, hidden.maxNumber().doubleValue());
    tail.graph().computeGradientAndScore();
    Map<String, INDArray> gradients = tail.graph().gradient().gradientForVariable();
    assertEquals(0, gradients.get("head_dense_W").norm2Number().doubleValue());
    assertEquals(0, gradients.get("head_dense_g").norm2Number().doubleValue());
    assertTrue(gradients.get("head_dense_b").norm2Number().doubleValue() > 0);
  }

  @Test
  void equalSeedsGiveEqualSharedParameters() {
    ComputationGraph backbone = TailBackbones.small(DataType.FLOAT);
    Map<String, INDArray> first =
        TailBackbones.tail(backbone, TailBackbones.allHeads().get(0)).copyParameters();
    TreeSet<String> shared = new TreeSet<>(first.keySet());
    for (TailSpec spec : TailBackbones.allHeads()) {
      Nd4j.getRandom().setSeed(spec.hashCode());
      Map<String, INDArray> other = TailBackbones.tail(backbone, spec).copyParameters();
      TreeSet<String> common = new TreeSet<>(first.keySet());
      common.retainAll(other.keySet());
      // What a norm holds is its own, and for a layer norm the dense bias is the norm's.
      common.removeIf(name -> name.startsWith("head_norm") || name.equals("head_dense_b"));
      shared.retainAll(common);
      for (String name : common) {
        assertArrayEquals(first.get(name).data().asBytes(), other.get(name).data().asBytes(), name);
      }
    }
    assertTrue(
        shared.containsAll(
            List.of("Conv_1_W", "Conv_1_bn_gamma", "Conv_1_bn_mean", "head_dense_W")));
    assertTrue(shared.containsAll(List.of("head_logits_W", "head_logits_b")));
  }

  @Test
  void otherSeedsGiveOtherWeights() {
    ComputationGraph backbone = TailBackbones.small(DataType.FLOAT);
    TailSpec one = TailBackbones.allHeads().get(0);
    TailSpec two =
        new TailSpec(
            one.norm(),
            one.placement(),
            one.unfreezeFrom(),
            one.blockBatchNorm(),
            one.hiddenUnits(),
            one.dropout(),
            one.classes(),
            one.seed() + 1,
            one.optimizer());
    assertNotEquals(
        TailBackbones.tail(backbone, one).copyParameters().get("head_dense_W"),
        TailBackbones.tail(backbone, two).copyParameters().get("head_dense_W"));
  }

  @Test
  void denseWeightsAreDrawnAfterHe() {
    INDArray weights = Nd4j.create(DataType.FLOAT, 1280, 256);
    HeNormal.fill(weights, 1, "head_dense_W");
    // 327,680 draws: the sample deviation is within a percent of √(2 / 1280).
    assertEquals(Math.sqrt(2.0 / 1280), weights.stdNumber().doubleValue(), 0.01 * 0.04);
    assertEquals(0, weights.meanNumber().doubleValue(), 3e-4);
  }

  @Test
  void drawsDoNotDependOnLayout() {
    INDArray rows = Nd4j.create(DataType.FLOAT, new long[] {3, 2}, 'c');
    INDArray columns = Nd4j.create(DataType.FLOAT, new long[] {3, 2}, 'f');
    HeNormal.fill(rows, 4, "w");
    HeNormal.fill(columns, 4, "w");
    assertEquals(rows, columns);
  }

  @Test
  void verticesAreTheDocumentedOnes() {
    ComputationGraph backbone = TailBackbones.small(DataType.FLOAT);
    assertEquals(
        List.of(
            "Conv_1",
            "Conv_1_bn",
            "out_relu",
            "head_pool",
            "head_dense",
            "head_norm",
            "head_activation",
            "head_dropout",
            "head_logits"),
        vertices(backbone, Norm.BATCH_NORM, FrnPlacement.DENSE));
    assertEquals(
        List.of(
            "Conv_1",
            "Conv_1_bn",
            "out_relu",
            "head_pool",
            "head_dense",
            "head_activation",
            "head_dropout",
            "head_logits"),
        vertices(backbone, Norm.LAYER_NORM, FrnPlacement.DENSE));
    assertEquals(
        List.of(
            "Conv_1",
            "Conv_1_bn",
            "out_relu",
            "head_pool",
            "head_dense",
            "head_norm",
            "head_dropout",
            "head_logits"),
        vertices(backbone, Norm.FILTER_RESPONSE_NORM, FrnPlacement.DENSE));
    assertEquals(
        List.of(
            "Conv_1",
            "Conv_1_bn",
            "out_relu",
            "head_norm",
            "head_pool",
            "head_dense",
            "head_activation",
            "head_dropout",
            "head_logits"),
        vertices(backbone, Norm.FILTER_RESPONSE_NORM, FrnPlacement.SPATIAL));
  }

  @Test
  void dropsUnitsWithGivenProbability() {
    Tail tail =
        TailBackbones.tail(
            TailBackbones.small(DataType.FLOAT),
            new TailSpec(
                Norm.LAYER_NORM,
                FrnPlacement.DENSE,
                "Conv_1",
                400,
                0.75,
                1,
                new FixedSchedule(0.1)));
    tail.values(tail.parameter("head_dense_b")).assign(10);
    feed(tail);
    INDArray kept = tail.graph().feedForward(true).get(Head.DROPOUT);
    double dropped = kept.eq(0).castTo(DataType.FLOAT).meanNumber().doubleValue();
    assertEquals(0.75, dropped, 0.05);
    assertFalse(tail.graph().feedForward(false).get(Head.DROPOUT).eq(0).any(), "none at inference");
  }

  private static List<String> vertices(
      ComputationGraph backbone, Norm norm, FrnPlacement placement) {
    ComputationGraph graph =
        TailBackbones.tail(backbone, TailBackbones.spec(norm, placement, "Conv_1", 0.5)).graph();
    return Arrays.stream(graph.topologicalSortOrder())
        .mapToObj(index -> graph.getVertices()[index].getVertexName())
        .filter(name -> !name.equals(TailFactory.FEATURES))
        .toList();
  }

  static void feed(Tail tail) {
    DataType dataType = tail.graph().getConfiguration().getDataType();
    List<Integer> shape = tail.featureShape();
    tail.graph()
        .setInputs(
            TailBackbones.random(dataType, 17, BATCH, shape.get(0), shape.get(1), shape.get(2)));
    tail.graph().setLabels(TailBackbones.labels(dataType, BATCH));
  }

  /** Moves every trained parameter off its start, where some derivatives are alike by chance. */
  public static void perturb(Tail tail) {
    long seed = 20;
    for (TailParameter parameter : tail.parameters()) {
      if (parameter.trained()) {
        INDArray values = tail.values(parameter);
        values.addi(
            TailBackbones.random(values.dataType(), seed++, parameter.dimensions()).muli(0.1));
      }
    }
  }
}
