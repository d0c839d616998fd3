package normsweep.savedmodel;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import normsweep.backbone.TrunkCut;
import normsweep.tail.Head;
import normsweep.tail.Tail;
import normsweep.tail.TailFactory;
import normsweep.tail.TailSpec;
import normsweep.tail.TrainableBlock;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Backbone and head as one graph of stock layers (and a filter response norm where a head has one):
 * images in, as the backbone wants them, class probabilities [N, 10] out. Vertices are named as in
 * Keras and in {@link Head}; what lies before the cut is wrapped in Deeplearning4j's frozen layers.
 */
public final class WholeNetwork {
  /** What the optimiser starts from if somebody trains the saved network on. */
  private static final double LEARNING_RATE = 1e-3;

  private WholeNetwork() {}

  /**
   * Puts a network together.
   *
   * @param backbone gives the architecture and the frozen parameters, which stay the same to the
   *     bit
   * @param spec the tail's specification
   * @param tailParameters all of the tail's parameters, statistics included, by canonical name
   *     ({@link Tail#copyParameters})
   * @throws IllegalArgumentException if a parameter is missing, unknown, or of another shape
   */
  public static ComputationGraph of(
      ComputationGraph backbone, TailSpec spec, Map<String, INDArray> tailParameters) {
    TrunkCut cut = TrunkCut.of(backbone, spec.unfreezeFrom());
    ComputationGraph network = architecture(backbone, spec, cut);
    TreeSet<String> missing = new TreeSet<>(network.paramTable().keySet());
    for (String vertex : cut.frozen()) {
      if (backbone.getLayer(vertex) != null) {
        backbone
            .getLayer(vertex)
            .paramTable()
            .forEach(
                (key, values) -> {
                  set(network, vertex + "_" + key, values);
                  missing.remove(vertex + "_" + key);
                });
      }
    }
    for (Map.Entry<String, INDArray> parameter : tailParameters.entrySet()) {
      if (!missing.remove(parameter.getKey())) {
        throw new IllegalArgumentException(
            "the network's tail has no parameter " + parameter.getKey());
      }
      set(network, parameter.getKey(), parameter.getValue());
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("no values for " + missing);
    }
    return network;
  }

  /** The network of {@code tail} on {@code backbone}. */
  public static ComputationGraph of(ComputationGraph backbone, Tail tail) {
    return of(backbone, tail.spec(), tail.copyParameters());
  }

  /** The network without the parameters that matter. */
  static ComputationGraph architecture(ComputationGraph backbone, TailSpec spec) {
    return architecture(backbone, spec, TrunkCut.of(backbone, spec.unfreezeFrom()));
  }

  private static ComputationGraph architecture(
      ComputationGraph backbone, TailSpec spec, TrunkCut cut) {
    ComputationGraphConfiguration from = backbone.getConfiguration();
    GraphBuilder graph =
        TailFactory.builder(spec.seed(), new Adam(LEARNING_RATE), TailFactory.dataType(backbone))
            .addInputs(from.getNetworkInputs());
    for (String vertex : cut.frozen()) {
      TrainableBlock.addFrozen(graph, from, vertex);
    }
    for (String vertex : cut.trainable()) {
      List<String> inputs = from.getVertexInputs().get(vertex);
      TrainableBlock.addTrainable(graph, from, vertex, inputs);
    }
    String map = from.getNetworkOutputs().get(0);
    Head.addToMap(graph, spec, map, TailFactory.channels(backbone, map));
    ComputationGraph network = new ComputationGraph(graph.build());
    network.init();
    return network;
  }

  private static void set(ComputationGraph network, String name, INDArray values) {
    INDArray target = network.getParam(name);
    if (!Arrays.equals(target.shape(), values.shape())) {
      throw new IllegalArgumentException(
          name
              + " has shape "
              + target.shapeInfoToString()
              + ", not "
              + values.shapeInfoToString());
    }
    target.assign(values);
  }
}
