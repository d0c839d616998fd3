package normsweep.tail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ShortBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import normsweep.backbone.TrunkCut;
import normsweep.base.ExitCode;
import normsweep.base.HalfPrecision;
import normsweep.base.NormSweepException;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class StockTailTest {
  @Test
  void parametersAreViewsOfFlatVector() {
    for (TailSpec spec : TailBackbones.allHeads()) {
      Tail tail = TailBackbones.tail(TailBackbones.small(DataType.FLOAT), spec);
      tail.graph().setParams(TailBackbones.random(DataType.FLOAT, 5, tail.graph().numParams()));
      long next = 0;
      TreeSet<String> names = new TreeSet<>();
      for (TailParameter parameter : tail.parameters()) {
        assertEquals(next, parameter.offset());
        next += parameter.length();
        assertEquals(tail.graph().getParam(parameter.name()), tail.values(parameter));
        tail.values(parameter).putScalar(0, 42);
        assertEquals(42, tail.graph().getParam(parameter.name()).getDouble(0));
        names.add(parameter.name());
      }
      assertEquals(tail.graph().numParams(), next);
      assertEquals(new TreeSet<>(tail.graph().paramTable().keySet()), names);
    }
  }

  @Test
  void kindsSeparateStatisticsFromTrainedParameters() {
    Tail tail =
        TailBackbones.tail(
            TailBackbones.small(DataType.FLOAT),
            TailBackbones.spec(Norm.BATCH_NORM, FrnPlacement.DENSE));
    assertEquals(TailParameter.Kind.WEIGHT, tail.parameter("Conv_1_W").kind());
    assertEquals(TailParameter.Kind.NORM, tail.parameter("Conv_1_bn_gamma").kind());
    assertEquals(TailParameter.Kind.STATISTIC, tail.parameter("Conv_1_bn_mean").kind());
    assertEquals(TailParameter.Kind.STATISTIC, tail.parameter("head_norm_var").kind());
    assertEquals(TailParameter.Kind.BIAS, tail.parameter("head_logits_b").kind());
    assertFalse(tail.parameter("Conv_1_bn_var").trained());
    assertFalse(tail.parameter("Conv_1_W").head());
    assertTrue(tail.parameter("head_dense_W").head());
    assertEquals(List.of(8L, 4L, 1L, 1L), tail.parameter("Conv_1_W").shape());
    assertThrows(IllegalArgumentException.class, () -> tail.parameter("Conv_2_W"));
  }

  @Test
  void halfPrecisionFeaturesGoIntoRow() {
    for (DataType dataType : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      Tail tail =
          TailBackbones.tail(
              TailBackbones.small(dataType),
              TailBackbones.spec(Norm.LAYER_NORM, FrnPlacement.DENSE));
      INDArray input = tail.newInput(2);
      assertArrayEquals(new long[] {2, 4, 4, 4}, input.shape());
      int values = 4 * 4 * 4;
      short[] half = new short[2 * values];
      for (int i = 0; i < half.length; i++) {
        half[i] = HalfPrecision.fromFloat(i / 4f);
      }
      ShortBuffer features = ShortBuffer.wrap(half);
      tail.put(input, 1, features);
      tail.put(input, 0, features);
      assertEquals(0, features.remaining());
      for (int i = 0; i < values; i++) {
        assertEquals(i / 4.0, input.slice(1).ravel().getDouble(i));
        assertEquals((i + values) / 4.0, input.slice(0).ravel().getDouble(i));
      }
    }
  }

  @Test
  void parametersTravelByName() {
    ComputationGraph backbone = TailBackbones.small(DataType.FLOAT);
    TailSpec spec = TailBackbones.spec(Norm.FILTER_RESPONSE_NORM, FrnPlacement.DENSE);
    Tail one = TailBackbones.tail(backbone, spec);
    HeadsTest.perturb(one);
    Map<String, INDArray> copies = one.copyParameters();
    Tail two = TailBackbones.tail(backbone, spec);
    assertNotEquals(one.graph().params(), two.graph().params());
    two.load(copies);
    assertEquals(one.graph().params(), two.graph().params());
    copies.get("head_dense_W").assign(0);
    assertEquals(one.graph().params(), two.graph().params());

    Map<String, INDArray> wrong =
        Map.of("head_logits_b", Nd4j.ones(10), "head_dense_W", Nd4j.ones(6, 8));
    assertThrows(IllegalArgumentException.class, () -> two.load(wrong));
    assertEquals(one.graph().params(), two.graph().params());
    assertThrows(
        IllegalArgumentException.class, () -> two.load(Map.of("head_dense_V", Nd4j.ones(8, 6))));
  }

  @Test
  void startsAsTheBackboneDoes() {
    ComputationGraph backbone = TailBackbones.small(DataType.FLOAT);
    for (String cut : List.of("Conv_1", "block_16_expand")) {
      Tail tail =
          TailBackbones.tail(
              backbone, TailBackbones.spec(Norm.BATCH_NORM, FrnPlacement.DENSE, cut, 0.5));
      INDArray image = TailBackbones.images(DataType.FLOAT, 2);
      INDArray features =
          backbone.feedForward(image, false).get(TrunkCut.of(backbone, cut).features()).dup();
      INDArray expected = backbone.feedForward(image, false).get("out_relu");
      INDArray found = tail.graph().feedForward(features, false).get("out_relu");
      assertEquals(0, expected.sub(found).amaxNumber().doubleValue(), 1e-5);
    }
  }

  @Test
  void trainsOnlyBlockAndHead() {
    ComputationGraph backbone = TailBackbones.small(DataType.FLOAT);
    INDArray before = backbone.params().dup();
    for (TailSpec spec : TailBackbones.allHeads()) {
      Tail tail = TailBackbones.tail(backbone, spec);
      Map<String, INDArray> start = tail.copyParameters();
      HeadsTest.feed(tail);
      INDArray features = tail.graph().getInput(0);
      INDArray labels = TailBackbones.labels(DataType.FLOAT, (int) features.size(0));
      double first = 0;
      double last = 0;
      for (int i = 0; i < 60; i++) {
        tail.graph().fit(new INDArray[] {features}, new INDArray[] {labels});
        last = tail.graph().score();
        first = i == 0 ? last : first;
      }
      assertTrue(last < 0.7 * first, spec + ": " + first + " to " + last);
      for (TailParameter parameter : tail.parameters()) {
        assertNotEquals(start.get(parameter.name()), tail.values(parameter), parameter.name());
      }
    }
    assertEquals(before, backbone.params());
  }

  @Test
  void configurationSurvivesJson() {
    for (TailSpec spec : TailBackbones.allHeads()) {
      TailSpec scheduled =
          new TailSpec(
              spec.norm(),
              spec.placement(),
              "block_16_expand",
              6,
              0.5,
              1,
              new WarmupCosineSchedule(0.01, 3, 20));
      ComputationGraphConfiguration configuration =
          TailBackbones.tail(TailBackbones.small(DataType.FLOAT), scheduled)
              .graph()
              .getConfiguration();
      assertEquals(configuration, ComputationGraphConfiguration.fromJson(configuration.toJson()));
    }
  }

  @Test
  void refusesUnknownCut() {
    ComputationGraph backbone = TailBackbones.small(DataType.FLOAT);
    NormSweepException refusal =
        assertThrows(
            NormSweepException.class,
            () ->
                TailBackbones.tail(
                    backbone,
                    TailBackbones.spec(Norm.BATCH_NORM, FrnPlacement.DENSE, "Conv_2", 0)));
    assertEquals(ExitCode.USAGE, refusal.exitCode());
  }

  @Test
  void saysHowItComputes() {
    Tail tail =
        TailBackbones.tail(TailBackbones.small(DataType.FLOAT), TailBackbones.allHeads().get(0));
    assertEquals("stock (under test)", tail.describe());
  }
}
