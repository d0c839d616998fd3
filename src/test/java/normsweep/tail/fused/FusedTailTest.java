package normsweep.tail.fused;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import normsweep.base.HalfPrecision;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.tail.BatchReader;
import normsweep.tail.Tail;
import normsweep.tail.TailBackbones;
import normsweep.tail.TailFactory;
import normsweep.tail.TailParameter;
import normsweep.tail.TailSpec;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.FixedSchedule;

class FusedTailTest {
  private static final int SIDE = 4;
  private static final int IN = 12;
  private static final int OUT = 48;
  private static final int IMAGES = 9;
  private static final double TOLERANCE = 1e-4;

  private static ConvolutionLayer convolution(int in, int out) {
    return new ConvolutionLayer.Builder(1, 1)
        .nIn(in)
        .nOut(out)
        .hasBias(false)
        .convolutionMode(ConvolutionMode.Same)
        .activation(Activation.IDENTITY)
        .dataFormat(CNN2DFormat.NHWC)
        .build();
  }

  private static ComputationGraph backbone() {
    return backbone(DataType.FLOAT);
  }

  private static ComputationGraph backbone(DataType dataType) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(dataType)
                .graphBuilder()
                .addInputs("input_1")
                .setInputTypes(InputType.convolutional(SIDE, SIDE, 3, CNN2DFormat.NHWC))
                .addLayer("stem", convolution(3, IN), "input_1")
                .addLayer("expand", convolution(IN, IN), "stem")
                .addLayer("Conv_1", convolution(IN, OUT), "expand")
                .addLayer(
                    "Conv_1_bn",
                    new BatchNormalization.Builder()
                        .nIn(OUT)
                        .nOut(OUT)
                        .eps(1e-3)
                        .useLogStd(false)
                        .dataFormat(CNN2DFormat.NHWC)
                        .build(),
                    "Conv_1")
                .addLayer(
                    "out_relu",
                    new ActivationLayer.Builder()
                        .activation(new ActivationReLU(6.0, 0.0, 0.0))
                        .build(),
                    "Conv_1_bn")
                .setOutputs("out_relu")
                .build());
    graph.init();
    Nd4j.getRandom().setSeed(23);
    graph.setParam("Conv_1_bn_gamma", Nd4j.randn(DataType.FLOAT, 1, OUT).muli(3));
    graph.setParam("Conv_1_bn_beta", Nd4j.randn(DataType.FLOAT, 1, OUT).addi(2));
    graph.setParam("Conv_1_bn_mean", Nd4j.randn(DataType.FLOAT, 1, OUT).muli(0.1));
    graph.setParam("Conv_1_bn_var", Nd4j.rand(DataType.FLOAT, 1, OUT).addi(0.5));
    return graph;
  }

  private static TailSpec spec(Norm norm, FrnPlacement placement, String unfreezeFrom) {
    return new TailSpec(norm, placement, unfreezeFrom, 16, 0, 7, new FixedSchedule(0.01));
  }

  private static List<Integer> featureShape() {
    return List.of(SIDE, SIDE, IN);
  }

  private static INDArray labels() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, IMAGES, 10);
    for (int image = 0; image < IMAGES; image++) {
      labels.putScalar(image, (image * 3L) % 10, 1);
    }
    return labels;
  }

  private static void assertSameParameters(Tail expected, Tail actual) {
    Map<String, INDArray> all = expected.copyParameters();
    Map<String, INDArray> others = actual.copyParameters();
    assertEquals(all.keySet(), others.keySet());
    all.forEach(
        (name, values) -> {
          assertArrayEquals(values.shape(), others.get(name).shape(), name);
          double difference = values.sub(others.get(name)).amaxNumber().doubleValue();
          assertTrue(difference < TOLERANCE, name + " differs by " + difference);
        });
  }

  private static Stream<TailSpec> specs() {
    return Stream.of(Norm.values())
        .map(norm -> spec(norm, FrnPlacement.DENSE, "Conv_1"))
        .flatMap(spec -> Stream.of(spec, TailBackbones.frozen(spec)));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void trainsLikeTheStockTail(TailSpec spec) {
    ComputationGraph backbone = backbone();
    Tail stock = TailFactory.stock(backbone, spec, featureShape(), "reference");
    Tail fused = FusedTail.orStock(backbone, spec, featureShape());
    assertEquals("fused", fused.describe());
    assertSameParameters(stock, fused);

    INDArray features = Nd4j.randn(DataType.FLOAT, IMAGES, SIDE, SIDE, IN);
    for (int step = 0; step < 3; step++) {
      for (Tail tail : List.of(stock, fused)) {
        tail.graph().fit(new INDArray[] {features}, new INDArray[] {labels()});
      }
      assertEquals(stock.graph().score(), fused.graph().score(), TOLERANCE);
    }
    // Adam turns rounding into ±rate where a gradient is nearly 0: compare what follows from all.
    INDArray expected = stock.graph().outputSingle(features);
    INDArray actual = fused.graph().outputSingle(features);
    assertTrue(expected.sub(actual).amaxNumber().doubleValue() < 10 * TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void firstGradientsMatchStockTail(TailSpec spec) {
    ComputationGraph backbone = backbone();
    Tail stock = TailFactory.stock(backbone, spec, featureShape(), "reference");
    Tail fused = FusedTail.orStock(backbone, spec, featureShape());
    INDArray features = Nd4j.randn(DataType.FLOAT, IMAGES, SIDE, SIDE, IN);
    for (Tail tail : List.of(stock, fused)) {
      tail.graph().setInputs(features);
      tail.graph().setLabels(labels());
      tail.graph().computeGradientAndScore();
    }
    for (TailParameter parameter : stock.parameters()) {
      assertEquals(parameter.kind(), fused.parameter(parameter.name()).kind());
      INDArray expected = parameter.view(stock.graph().getFlattenedGradients());
      INDArray actual =
          fused.parameter(parameter.name()).view(fused.graph().getFlattenedGradients());
      double scale = Math.max(1, expected.amaxNumber().doubleValue());
      double difference = expected.sub(actual).amaxNumber().doubleValue() / scale;
      assertTrue(difference < TOLERANCE, parameter.name() + " differs by " + difference);
    }
  }

  @Test
  void parametersMoveToStockByName() {
    ComputationGraph backbone = backbone();
    TailSpec spec = spec(Norm.BATCH_NORM, FrnPlacement.DENSE, "Conv_1");
    Tail fused = FusedTail.orStock(backbone, spec, featureShape());
    INDArray features = Nd4j.randn(DataType.FLOAT, IMAGES, SIDE, SIDE, IN);
    fused.graph().fit(new INDArray[] {features}, new INDArray[] {labels()});
    Tail stock = TailFactory.stock(backbone, spec, featureShape(), "reference");
    stock.load(fused.copyParameters());
    assertSameParameters(fused, stock);
    double difference =
        fused
            .graph()
            .outputSingle(features)
            .sub(stock.graph().outputSingle(features))
            .amaxNumber()
            .doubleValue();
    assertTrue(difference < TOLERANCE, "probabilities differ by " + difference);
  }

  @Test
  void fallsBackToStockWithReason() {
    ComputationGraph backbone = backbone();
    Tail deeper =
        FusedTail.orStock(
            backbone, spec(Norm.LAYER_NORM, FrnPlacement.DENSE, "expand"), featureShape());
    assertTrue(deeper.describe().startsWith("stock ("), deeper.describe());
    assertTrue(deeper.describe().contains("expand"), deeper.describe());
    Tail spatial =
        FusedTail.orStock(
            backbone,
            spec(Norm.FILTER_RESPONSE_NORM, FrnPlacement.SPATIAL, "Conv_1"),
            featureShape());
    assertTrue(spatial.describe().contains("before it is pooled"), spatial.describe());
    Tail precise =
        FusedTail.orStock(
            backbone(DataType.DOUBLE),
            spec(Norm.LAYER_NORM, FrnPlacement.DENSE, "Conv_1"),
            featureShape());
    assertEquals("stock (the backbone's data type is DOUBLE)", precise.describe());
  }

  @Test
  void halfPrecisionFeaturesGoIntoRow() {
    Tail fused =
        FusedTail.orStock(
            backbone(), spec(Norm.LAYER_NORM, FrnPlacement.DENSE, "Conv_1"), featureShape());
    INDArray input = fused.newInput(3).assign(-1);
    int values = SIDE * SIDE * IN;
    short[] halves = new short[values + 2];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = HalfPrecision.fromFloat(i / 8f);
    }
    ShortBuffer buffer = ShortBuffer.wrap(halves).position(2);
    fused.put(input, 1, buffer);
    assertEquals(0, buffer.remaining());
    float[] all = input.data().asFloat();
    for (int i = 0; i < values; i++) {
      assertEquals(-1f, all[i]);
      assertEquals((i + 2) / 8f, all[values + i]);
      assertEquals(-1f, all[2 * values + i]);
    }
  }

  @Test
  void batchReadAheadTrainsLikeAnyOther() {
    ComputationGraph backbone = backbone();
    TailSpec spec = spec(Norm.BATCH_NORM, FrnPlacement.DENSE, "Conv_1");
    Tail ahead = FusedTail.orStock(backbone, spec, featureShape());
    Tail inTime = FusedTail.orStock(backbone, spec, featureShape());
    int values = SIDE * SIDE * IN;
    INDArray input = ahead.newInput(IMAGES);
    BatchReader reader = ahead.readers().apply(input);
    for (int step = 0; step < 3; step++) {
      INDArray features = Nd4j.randn(DataType.FLOAT, IMAGES, SIDE, SIDE, IN);
      float[] all = features.data().asFloat();
      short[] halves = new short[all.length];
      for (int i = 0; i < all.length; i++) {
        halves[i] = HalfPrecision.fromFloat(all[i]);
        all[i] = HalfPrecision.toFloat(halves[i]);
      }
      reader.begin(row -> ShortBuffer.wrap(halves, row * values, values).slice());
      reader.finish();
      assertArrayEquals(all, input.data().asFloat());
      ahead.graph().fit(new INDArray[] {input}, new INDArray[] {labels()});
      INDArray copy = Nd4j.create(all, features.shape(), 'c');
      inTime.graph().fit(new INDArray[] {copy}, new INDArray[] {labels()});
      assertEquals(inTime.graph().params(), ahead.graph().params(), "after step " + step);
    }
    // Another array than the one that was read is prepared by itself.
    reader.begin(row -> ShortBuffer.wrap(new short[values]));
    reader.finish();
    INDArray other = Nd4j.randn(DataType.FLOAT, IMAGES, SIDE, SIDE, IN);
    for (Tail tail : List.of(ahead, inTime)) {
      tail.graph().fit(new INDArray[] {other}, new INDArray[] {labels()});
    }
    assertEquals(inTime.graph().params(), ahead.graph().params());
  }

  @Test
  void preparedFeaturesAreNotComputedAgain() {
    ComputationGraph backbone = backbone();
    TailSpec spec = spec(Norm.LAYER_NORM, FrnPlacement.DENSE, "Conv_1");
    short[] halves = new short[SIDE * SIDE * IN];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = HalfPrecision.fromFloat(i % 7);
    }
    List<INDArray> parameters = new ArrayList<>();
    for (double wrong : new double[] {0, 50}) {
      Tail tail = FusedTail.orStock(backbone, spec, featureShape());
      INDArray input = tail.newInput(IMAGES);
      BatchReader reader = tail.readers().apply(input);
      reader.begin(row -> ShortBuffer.wrap(halves));
      reader.finish();
      ((PreparedFeatures) reader).sum[0] += wrong;
      tail.graph().fit(new INDArray[] {input}, new INDArray[] {labels()});
      parameters.add(tail.graph().params());
    }
    assertNotEquals(parameters.get(0), parameters.get(1));
  }
}
