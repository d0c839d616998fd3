package normsweep.savedmodel;

import java.util.HashMap;
import java.util.Map;
import normsweep.backbone.TrunkCut;
import normsweep.record.BlockBatchNorm;
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
   * Puts the network of a tail together.
   *
   * @param backbone gives the architecture and the frozen parameters, which stay the same to the
   *     bit
   */
  public static ComputationGraph of(ComputationGraph backbone, Tail tail) {
    return of(backbone, tail.spec(), tail.copyParameters());
  }

  /**
   * Puts a network together.
   *
   * @param tailParameters all of the tail's parameters, statistics included, by canonical name
   * @throws IllegalArgumentException if a parameter is missing or unknown
   */
  static ComputationGraph of(
      ComputationGraph backbone, TailSpec spec, Map<String, INDArray> tailParameters) {
    Map<String, INDArray> values = new HashMap<>(tailParameters);
    for (String vertex : TrunkCut.of(backbone, spec.unfreezeFrom()).frozen()) {
      if (backbone.getLayer(vertex) != null) {
        backbone
            .getLayer(vertex)
            .paramTable()
            .forEach((key, frozen) -> values.put(vertex + "_" + key, frozen));
      }
    }
    ComputationGraph network = architecture(backbone, spec);
    network.setParamTable(values);
    return network;
  }

  /** The network, its parameters not yet set. */
  static ComputationGraph architecture(ComputationGraph backbone, TailSpec spec) {
    TrunkCut cut = TrunkCut.of(backbone, spec.unfreezeFrom());
    ComputationGraphConfiguration from = backbone.getConfiguration();
    GraphBuilder graph =
        TailFactory.builder(spec.seed(), new Adam(LEARNING_RATE), TailFactory.dataType(backbone))
            .addInputs(from.getNetworkInputs());
    for (String vertex : cut.frozen()) {
      TrainableBlock.addFrozen(graph, from, vertex);
    }
    for (String vertex : cut.trainable()) {
      // Batch norms that stayed frozen too: they infer alike, and behind Deeplearning4j's frozen
      // layers nothing could be trained any further.
      TrainableBlock.addTrainable(
          graph, from, vertex, from.getVertexInputs().get(vertex), BlockBatchNorm.TRAIN);
    }
    String map = from.getNetworkOutputs().get(0);
    Head.addToMap(graph, spec, map, TailFactory.channels(backbone, map));
    ComputationGraph network = new ComputationGraph(graph.build());
    network.init();
    return network;
  }
}
