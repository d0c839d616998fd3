package normsweep.tail.fused;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** The fused block against Deeplearning4j's own layers. */
class FusedBlockTest {
  private static final int IN = 24;
  private static final int OUT = 40;
  private static final int SIDE = 7;
  private static final int CLASSES = 10;
  private static final double DECAY = 0.97;
  private static final double EPS = 1e-3;
  private static final double TOLERANCE = 1e-4;

  private static ComputationGraphConfiguration.GraphBuilder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .dataType(DataType.FLOAT)
        .updater(new Sgd(0.5))
        .weightInit(WeightInit.RELU)
        .graphBuilder()
        .addInputs("features")
        .setInputTypes(InputType.convolutional(SIDE, SIDE, IN, CNN2DFormat.NHWC));
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .nIn(OUT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static ComputationGraph fused() {
    ComputationGraph graph =
        new ComputationGraph(
            builder()
                .addLayer(
                    "Conv_1", new FusedBlock("Conv_1", IN, OUT, DECAY, EPS, false), "features")
                .addLayer("predictions", output(), "Conv_1")
                .setOutputs("predictions")
                .build());
    graph.init();
    return graph;
  }

  private static ComputationGraph stock() {
    ComputationGraph graph =
        new ComputationGraph(
            builder()
                .addLayer(
                    "Conv_1",
                    new ConvolutionLayer.Builder(1, 1)
                        .nIn(IN)
                        .nOut(OUT)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .dataFormat(CNN2DFormat.NHWC)
                        .build(),
                    "features")
                .addLayer(
                    "Conv_1_bn",
                    new BatchNormalization.Builder()
                        .nIn(OUT)
                        .nOut(OUT)
                        .decay(DECAY)
                        .eps(EPS)
                        .useLogStd(false)
                        .dataFormat(CNN2DFormat.NHWC)
                        .build(),
                    "Conv_1")
                .addLayer("out_relu", new ActivationLayer(Activation.RELU6), "Conv_1_bn")
                .addLayer(
                    "pool",
                    new GlobalPoolingLayer.Builder(PoolingType.AVG).poolingDimensions(1, 2).build(),
                    "out_relu")
                .addLayer("predictions", output(), "pool")
                .setOutputs("predictions")
                .build());
    graph.init();
    return graph;
  }

  // Weights under which many activations lie below 0, between 0 and 6, and above 6.
  private static void giveSameWeights(ComputationGraph stock, ComputationGraph fused) {
    Nd4j.getRandom().setSeed(11);
    INDArray kernel = Nd4j.randn(DataType.FLOAT, IN, OUT).muli(0.4);
    INDArray gamma = Nd4j.randn(DataType.FLOAT, 1, OUT).muli(3);
    INDArray beta = Nd4j.randn(DataType.FLOAT, 1, OUT).muli(2).addi(1.5);
    INDArray mean = Nd4j.randn(DataType.FLOAT, 1, OUT).muli(0.2);
    INDArray variance = Nd4j.rand(DataType.FLOAT, 1, OUT).addi(0.5);
    INDArray dense = Nd4j.randn(DataType.FLOAT, OUT, CLASSES).muli(0.3);
    fused.setParam("Conv_1_W", kernel);
    stock.setParam("Conv_1_W", kernel.transpose().dup('c').reshape(OUT, IN, 1, 1));
    for (Map.Entry<String, INDArray> entry :
        Map.of("gamma", gamma, "beta", beta, "mean", mean, "var", variance).entrySet()) {
      fused.setParam("Conv_1_" + entry.getKey(), entry.getValue());
      stock.setParam("Conv_1_bn_" + entry.getKey(), entry.getValue());
    }
    fused.setParam("predictions_W", dense);
    stock.setParam("predictions_W", dense);
  }

  private static DataSet batch(int images, long seed) {
    Nd4j.getRandom().setSeed(seed);
    INDArray features = Nd4j.randn(DataType.FLOAT, images, SIDE, SIDE, IN);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, images, CLASSES);
    for (int image = 0; image < images; image++) {
      labels.putScalar(image, (image * 7L) % CLASSES, 1);
    }
    return new DataSet(features, labels);
  }

  private static Gradient gradient(ComputationGraph graph, DataSet batch) {
    graph.setInputs(batch.getFeatures());
    graph.setLabels(batch.getLabels());
    graph.computeGradientAndScore();
    return graph.gradient();
  }

  private static void assertClose(INDArray expected, INDArray actual, String what) {
    double scale = Math.max(1e-3, expected.amaxNumber().doubleValue());
    double difference =
        expected.reshape(actual.shape()).sub(actual).amaxNumber().doubleValue() / scale;
    assertTrue(difference < TOLERANCE, what + " differs by " + difference + " of its largest");
  }

  private static INDArray fromStockKernel(INDArray kernel) {
    return kernel.reshape(OUT, IN).transpose().dup('c');
  }

  @Test
  void measuresWhatStockLayersGive() {
    ComputationGraph stock = stock();
    ComputationGraph fused = fused();
    giveSameWeights(stock, fused);
    FusedBlockLayer block = (FusedBlockLayer) fused.getLayer("Conv_1");
    gradient(fused, batch(3, 3));
    assertEquals(List.of(), block.measured());
    block.measure(true);
    for (int images : new int[] {13, 64, 2}) {
      DataSet batch = batch(images, images);
      gradient(fused, batch);
      Map<String, INDArray> expected = stock.feedForward(batch.getFeatures(), true);
      List<String> layers = List.of("Conv_1", "Conv_1_bn", "out_relu");
      for (int i = 0; i < layers.size(); i++) {
        INDArray values = expected.get(layers.get(i));
        FusedBlockLayer.ActivationSpread actual = block.measured().get(i);
        assertEquals(values.meanNumber().doubleValue(), actual.mean(), 1e-4, layers.get(i));
        assertEquals(values.stdNumber().doubleValue(), actual.deviation(), 1e-4, layers.get(i));
      }
    }
  }

  @Test
  void gradientsAndScoreMatchStockLayers() {
    ComputationGraph stock = stock();
    ComputationGraph fused = fused();
    giveSameWeights(stock, fused);
    for (int images : new int[] {13, 64, 2}) {
      DataSet batch = batch(images, images);
      Gradient expected = gradient(stock, batch);
      Gradient actual = gradient(fused, batch);
      assertEquals(stock.score(), fused.score(), TOLERANCE);
      assertClose(
          fromStockKernel(expected.getGradientFor("Conv_1_W")),
          actual.getGradientFor("Conv_1_W"),
          "kernel gradient");
      for (String key : new String[] {"gamma", "beta", "mean", "var"}) {
        assertClose(
            expected.getGradientFor("Conv_1_bn_" + key),
            actual.getGradientFor("Conv_1_" + key),
            key + " gradient");
      }
      assertClose(
          expected.getGradientFor("predictions_W"),
          actual.getGradientFor("predictions_W"),
          "gradient behind the block");
    }
  }

  @Test
  void trainingStepsKeepAllParametersTogether() {
    ComputationGraph stock = stock();
    ComputationGraph fused = fused();
    giveSameWeights(stock, fused);
    for (int step = 0; step < 5; step++) {
      stock.fit(batch(16, 100 + step));
      fused.fit(batch(16, 100 + step));
    }
    assertClose(fromStockKernel(stock.getParam("Conv_1_W")), fused.getParam("Conv_1_W"), "kernel");
    for (String key : new String[] {"gamma", "beta", "mean", "var"}) {
      assertClose(stock.getParam("Conv_1_bn_" + key), fused.getParam("Conv_1_" + key), key);
    }
  }

  @Test
  void testModeUsesRunningStatistics() {
    ComputationGraph stock = stock();
    ComputationGraph fused = fused();
    giveSameWeights(stock, fused);
    for (int images : new int[] {1, 3, 50}) {
      INDArray features = batch(images, images).getFeatures();
      INDArray expected = stock.feedForward(features, false).get("pool");
      INDArray actual = fused.feedForward(features, false).get("Conv_1");
      assertClose(expected, actual, "pooled output");
    }
  }

  @Test
  void equalStepsGiveEqualBits() {
    ComputationGraph first = fused();
    ComputationGraph second = fused();
    giveSameWeights(stock(), first);
    second.setParams(first.params().dup());
    for (int step = 0; step < 3; step++) {
      first.fit(batch(33, step + 1));
      second.fit(batch(33, step + 1));
    }
    assertArrayEquals(first.params().toFloatVector(), second.params().toFloatVector());
  }

  @Test
  void readsViewsAndColumnMajorInputs() {
    ComputationGraph fused = fused();
    INDArray all = batch(20, 3).getFeatures();
    INDArray expected = fused.outputSingle(all).dup();
    INDArray tail =
        all.get(
            NDArrayIndex.interval(5, 20),
            NDArrayIndex.all(),
            NDArrayIndex.all(),
            NDArrayIndex.all());
    assertClose(
        expected.get(NDArrayIndex.interval(5, 20), NDArrayIndex.all()),
        fused.outputSingle(tail),
        "output for a view");
    assertClose(expected, fused.outputSingle(all.dup('f')), "output for a column-major copy");
  }

  @Test
  void configurationSurvivesJson() {
    ComputationGraphConfiguration configuration = fused().getConfiguration();
    ComputationGraphConfiguration restored =
        ComputationGraphConfiguration.fromJson(configuration.toJson());
    assertEquals(configuration, restored);
    FusedBlock block =
        (FusedBlock) ((LayerVertex) restored.getVertices().get("Conv_1")).getLayerConf().getLayer();
    assertEquals(DECAY, block.decay);
    assertEquals(EPS, block.eps);
    assertEquals(IN, block.getNIn());
    assertEquals(OUT, block.getNOut());
  }
}
