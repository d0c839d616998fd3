package normsweep.tail;

import java.util.List;
import normsweep.record.BlockBatchNorm;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;

/**
 * Copies layers of an imported backbone into another graph, frozen or ready to train. An import
 * leaves an optimiser and a random seed of its own in each layer; here every layer takes those of
 * the graph it comes into.
 */
public final class TrainableBlock {
  private TrainableBlock() {}

  /**
   * Adds a vertex of {@code backbone} that trains.
   *
   * @param inputs what it reads, in the new graph's names
   * @param batchNorm whether it trains if it is a batch norm
   */
  public static void addTrainable(
      GraphBuilder graph,
      ComputationGraphConfiguration backbone,
      String vertex,
      List<String> inputs,
      BlockBatchNorm batchNorm) {
    GraphVertex copy = backbone.getVertices().get(vertex).clone();
    if (copy instanceof LayerVertex layerVertex) {
      Layer layer = trainable(layer(layerVertex));
      graph.addLayer(
          vertex,
          batchNorm == BlockBatchNorm.FROZEN && layer instanceof BatchNormalization norm
              ? new FrozenBatchNorm(norm)
              : layer,
          layerVertex.getPreProcessor(),
          inputs.toArray(String[]::new));
    } else {
      graph.addVertex(vertex, copy, inputs.toArray(String[]::new));
    }
  }

  /**
   * Adds a vertex of {@code backbone} that never trains, under its own input names. Vertices
   * without parameters are frozen too: behind a frozen layer no error arrives for them to pass on.
   */
  public static void addFrozen(
      GraphBuilder graph, ComputationGraphConfiguration backbone, String vertex) {
    GraphVertex copy = backbone.getVertices().get(vertex).clone();
    String[] inputs = backbone.getVertexInputs().get(vertex).toArray(String[]::new);
    if (copy instanceof LayerVertex layerVertex) {
      Layer frozen = new FrozenLayer(trainable(layer(layerVertex)));
      graph.addLayer(vertex, frozen, layerVertex.getPreProcessor(), inputs);
    } else {
      graph.addVertex(vertex, new FrozenVertex(copy), inputs);
    }
  }

  private static Layer layer(LayerVertex vertex) {
    Layer layer = vertex.getLayerConf().getLayer();
    return layer instanceof FrozenLayer frozen ? frozen.getLayer() : layer;
  }

  private static Layer trainable(Layer layer) {
    layer.setConstraints(null);
    layer.setIDropout(null);
    if (layer instanceof BaseLayer base) {
      base.setIUpdater(null);
      base.setBiasUpdater(null);
      base.setRegularization(List.of());
      base.setRegularizationBias(List.of());
      base.setWeightNoise(null);
      base.setGradientNormalization(GradientNormalization.None);
    }
    if (layer instanceof BatchNormalization batchNorm) {
      batchNorm.setDecay(TailFactory.STATISTICS_DECAY);
    }
    return layer;
  }
}
