package normsweep.tail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

final class FilterResponseNormTest {
  private static final double EXACT = 1e-12;
  private static final double ROUNDED = 1e-5;

  @Test
  void denseValuesFollowFormula() {
    ComputationGraph graph = dense(2);
    // ε = 1e-6 + |ε_l| = 7, so that √(3² + 7) = 4.
    set(graph, "gamma", 2, 2);
    set(graph, "beta", 0.5, 0.5);
    set(graph, "tau", -0.25, -2);
    set(graph, "epsilon", 7 - 1e-6, -(7 - 1e-6));
    INDArray z = output(graph, Nd4j.create(new double[][] {{3, 3}, {-3, -3}}));
    assertArrayEquals(new double[] {2, 2}, z.getRow(0).toDoubleVector(), EXACT);
    // y = -1: above the threshold -2, below the threshold -0.25.
    assertArrayEquals(new double[] {-0.25, -1}, z.getRow(1).toDoubleVector(), EXACT);
  }

  @Test
  void denseStartsWithConstantsOfPaper() {
    ComputationGraph graph = dense(3);
    double[] z = output(graph, Nd4j.create(new double[][] {{-1, 0, 0.01}})).toDoubleVector();
    assertArrayEquals(new double[] {0, 0, 0.01 / Math.sqrt(1e-4 + 1.01e-4)}, z, EXACT);
  }

  @Test
  void spatialValuesFollowFormula() {
    ComputationGraph graph = spatial(2, 2, 2);
    set(graph, "gamma", 2, 1);
    set(graph, "beta", 1, 0);
    set(graph, "tau", 0, 0.5);
    // Channel 0: mean square (1 + 1 + 9 + 25) / 4 = 9. Channel 1: all 0.
    INDArray x = Nd4j.create(new double[] {1, 0, -1, 0, 3, 0, -5, 0}).reshape(1, 2, 2, 2);
    double root = Math.sqrt(9 + 1e-6);
    double[] z = output(graph, x).ravel().toDoubleVector();
    assertArrayEquals(
        new double[] {1 + 2 / root, 0.5, 1 - 2 / root, 0.5, 1 + 6 / root, 0.5, 0, 0.5}, z, EXACT);
  }

  @Test
  void spatialIgnoresOtherExamples() {
    ComputationGraph graph = spatial(3, 3, 2);
    INDArray x = TailBackbones.random(DataType.DOUBLE, 5, 2, 3, 3, 2);
    INDArray before = output(graph, x).dup();
    x.tensorAlongDimension(0, 1, 2, 3).muli(3).addi(1);
    INDArray after = output(graph, x);
    assertEquals(before.slice(1), after.slice(1));
    assertNotEquals(before.slice(0), after.slice(0));
  }

  @Test
  void gradientsMatchNumericOnes() {
    ComputationGraph dense = dense(3);
    perturb(dense);
    dense.setInputs(TailBackbones.random(DataType.DOUBLE, 1, 4, 3));
    dense.setLabels(TailBackbones.random(DataType.DOUBLE, 2, 4, 3));
    NumericGradients.check(dense, TailParameters.of(dense), 4);

    ComputationGraph spatial = spatial(2, 3, 3);
    perturb(spatial);
    spatial.setInputs(TailBackbones.random(DataType.DOUBLE, 1, 4, 2, 3, 3));
    spatial.setLabels(TailBackbones.random(DataType.DOUBLE, 2, 4, 3));
    NumericGradients.check(spatial, TailParameters.of(spatial), 4);
  }

  @Test
  void unitsLayerEqualsSameDiffGraph() {
    for (DataType dataType : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      int examples = 7;
      int units = 5;
      // γ, β, τ and ε_l of both signs.
      INDArray parameters = TailBackbones.random(dataType, 3, 1, 4L * units).muli(0.5);
      INDArray x = TailBackbones.random(dataType, 4, examples, units).dup('f');
      INDArray error =
          TailBackbones.random(dataType, 5, examples + 1, units)
              .get(NDArrayIndex.interval(1, examples + 1), NDArrayIndex.all());
      List<INDArray> expected =
          run(new ExactSameDiffLayer(norm(units), dataType), parameters, x, error);
      List<INDArray> actual =
          run(new FilterResponseUnitsLayer(norm(units), dataType), parameters, x, error);
      for (int i = 0; i < expected.size(); i++) {
        assertEquals(dataType, actual.get(i).dataType());
        assertArrayEquals(
            expected.get(i).ravel().toDoubleVector(),
            actual.get(i).ravel().toDoubleVector(),
            ROUNDED,
            "array " + i);
      }
    }
  }

  @Test
  void unitsLayerPassesOnNotANumber() {
    ComputationGraph graph = dense(2);
    double[] z = output(graph, Nd4j.create(new double[][] {{Double.NaN, 1}})).toDoubleVector();
    assertArrayEquals(new double[] {Double.NaN, 1 / Math.sqrt(1 + 1.01e-4)}, z, EXACT);
  }

  @Test
  void thresholdItselfBelongsToTau() {
    ComputationGraph graph = dense(1);
    graph.setInputs(Nd4j.zeros(DataType.DOUBLE, 3, 1)); // y = β = 0 = τ
    graph.setLabels(Nd4j.ones(DataType.DOUBLE, 3, 1));
    graph.computeGradientAndScore();
    // The loss is (z - 1)², summed over three examples.
    assertArrayEquals(
        new double[] {0, 0, -6, 0}, graph.getFlattenedGradients().toDoubleVector(), EXACT);
  }

  @Test
  void configurationsSurviveJson() {
    for (SameDiffLayer layer :
        List.of(new FilterResponseNorm(5), new SpatialFilterResponseNorm(5))) {
      ComputationGraphConfiguration configuration =
          layer instanceof FilterResponseNorm
              ? dense(5).getConfiguration()
              : spatial(2, 2, 5).getConfiguration();
      ComputationGraphConfiguration read =
          ComputationGraphConfiguration.fromJson(configuration.toJson());
      assertEquals(configuration, read);
      ComputationGraph graph = new ComputationGraph(read);
      graph.init();
      assertEquals(5, graph.getParam("norm_gamma").length());
    }
    assertNotEquals(new FilterResponseNorm(5), new FilterResponseNorm(6));
    assertNotEquals(new SpatialFilterResponseNorm(5), new SpatialFilterResponseNorm(6));
  }

  @Test
  void refusesInputsOfAnotherShape() {
    ComputationGraph graph = dense(3);
    assertThrows(IllegalArgumentException.class, () -> output(graph, Nd4j.zeros(2, 4)));
    assertThrows(IllegalArgumentException.class, () -> new FilterResponseNorm(0));
    assertThrows(IllegalArgumentException.class, () -> new SpatialFilterResponseNorm(0));
  }

  private static ComputationGraph dense(int units) {
    return graph(
        new FilterResponseNorm(units),
        InputType.feedForward(units),
        new ActivationLayer(Activation.IDENTITY));
  }

  private static ComputationGraph spatial(int height, int width, int channels) {
    return graph(
        new SpatialFilterResponseNorm(channels),
        InputType.convolutional(height, width, channels, CNN2DFormat.NHWC),
        new GlobalPoolingLayer.Builder(PoolingType.AVG).build());
  }

  private static ComputationGraph graph(Layer norm, InputType input, Layer next) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(1))
                .graphBuilder()
                .addInputs("x")
                .setInputTypes(input)
                .addLayer("norm", norm, "x")
                .addLayer("next", next, "norm")
                .addLayer(
                    "loss",
                    new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build(),
                    "next")
                .setOutputs("loss")
                .build());
    graph.init();
    return graph;
  }

  private static NeuralNetConfiguration norm(int units) {
    return new NeuralNetConfiguration.Builder().layer(new FilterResponseNorm(units)).build();
  }

  /** Output, gradient of the input and gradients of the parameters. */
  private static List<INDArray> run(
      ExactSameDiffLayer layer, INDArray parameters, INDArray x, INDArray error) {
    INDArray values = parameters.dup();
    INDArray gradients = parameters.like();
    layer.setParamsViewArray(values);
    layer.setParamTable(
        layer.layerConf().initializer().init(layer.conf(), values, /* initializeParams= */ false));
    layer.setBackpropGradientsViewArray(gradients);
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    layer.setInput(x, workspaces);
    INDArray z = layer.activate(true, workspaces);
    return List.of(z, layer.backpropGradient(error, workspaces).getSecond(), gradients);
  }

  private static INDArray output(ComputationGraph graph, INDArray x) {
    return graph.feedForward(new INDArray[] {x}, 1, false).get("norm");
  }

  private static void set(ComputationGraph graph, String parameter, double... values) {
    graph.getParam("norm_" + parameter).assign(Nd4j.create(values));
  }

  /** Moves every parameter off its start, where some derivatives are alike by chance. */
  private static void perturb(ComputationGraph graph) {
    graph.params().addi(TailBackbones.random(DataType.DOUBLE, 9, graph.numParams()).muli(0.1));
  }
}
