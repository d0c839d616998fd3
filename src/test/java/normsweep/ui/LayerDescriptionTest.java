package normsweep.ui;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;

class LayerDescriptionTest {
  private static final String SHAPE = "Shape of ";

  private static ComputationGraph network() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("images")
                .setInputTypes(InputType.convolutional(8, 8, 3, CNN2DFormat.NHWC))
                .addLayer(
                    "expand",
                    new ConvolutionLayer.Builder(3, 2).nOut(5).dataFormat(CNN2DFormat.NHWC).build(),
                    "images")
                .addLayer(
                    "depthwise",
                    new DepthwiseConvolution2D.Builder(2, 3)
                        .depthMultiplier(2)
                        .dataFormat(CNN2DFormat.NHWC)
                        .build(),
                    "expand")
                .addLayer("norm", new BatchNormalization(), "depthwise")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "norm")
                .addLayer(
                    "dense", new DenseLayer.Builder().nOut(7).hasLayerNorm(true).build(), "pool")
                .addLayer(
                    "logits",
                    new OutputLayer.Builder().nOut(4).activation(Activation.SOFTMAX).build(),
                    "dense")
                .setOutputs("logits")
                .build());
    graph.init();
    return graph;
  }

  /** Vectors are rows in DL4J; their first dimension says nothing. */
  @Test
  void shapesAreThoseOfTheNetwork() {
    ComputationGraph network = network();
    List<String> layers = List.of("expand", "depthwise", "norm", "pool", "dense", "logits");
    for (int i = 0; i < layers.size(); i++) {
      Map<String, String> expected =
          network.getLayer(layers.get(i)).paramTable().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      entry -> SHAPE + entry.getKey(),
                      entry ->
                          Arrays.stream(entry.getValue().shape())
                              .mapToObj(String::valueOf)
                              .collect(joining(" × "))
                              .replaceFirst("^1 × (?=\\d+$)", "")));
      LayerDescription description = LayerDescription.of(network.getConfiguration(), i + 1);
      Map<String, String> shown =
          description.facts().entrySet().stream()
              .filter(fact -> fact.getKey().startsWith(SHAPE))
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      assertEquals(layers.get(i), description.name());
      assertEquals(expected, shown, layers.get(i));
    }
  }
}
