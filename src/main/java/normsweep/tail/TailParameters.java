package normsweep.tail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Lists the parameters of stock layers and filter response norms. */
public final class TailParameters {
  private TailParameters() {}

  /** All parameters of a graph in the order of its flat vectors. */
  public static List<TailParameter> of(ComputationGraph graph) {
    List<TailParameter> all = new ArrayList<>();
    long offset = 0;
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      if (vertex.hasLayer()) {
        all.addAll(of(vertex.getVertexName(), vertex.getLayer(), offset));
        offset += vertex.getLayer().numParams();
      }
    }
    return List.copyOf(all);
  }

  /**
   * The parameters of one layer.
   *
   * @param vertex its vertex
   * @param offset where its parameters begin in the graph's flat vectors
   */
  public static List<TailParameter> of(String vertex, Layer layer, long offset) {
    List<TailParameter> parameters = new ArrayList<>();
    long next = offset;
    for (Map.Entry<String, INDArray> entry : layer.paramTable().entrySet()) {
      INDArray values = entry.getValue();
      parameters.add(
          new TailParameter(
              vertex + "_" + entry.getKey(),
              kind(layer.conf().getLayer(), entry.getKey()),
              Head.owns(vertex),
              Arrays.stream(values.shape()).boxed().toList(),
              next,
              values.length(),
              values.ordering()));
      next += values.length();
    }
    return parameters;
  }

  private static TailParameter.Kind kind(
      org.deeplearning4j.nn.conf.layers.Layer layer, String key) {
    if (layer instanceof FrozenBatchNorm) {
      return TailParameter.Kind.FROZEN;
    }
    if (layer instanceof BatchNormalization) {
      return key.equals(BatchNormalizationParamInitializer.GAMMA)
              || key.equals(BatchNormalizationParamInitializer.BETA)
          ? TailParameter.Kind.NORM
          : TailParameter.Kind.STATISTIC;
    }
    if (layer instanceof FilterResponseNorm || layer instanceof SpatialFilterResponseNorm) {
      return TailParameter.Kind.NORM;
    }
    if (layer instanceof DenseLayer dense
        && dense.hasLayerNorm()
        && !key.equals(DefaultParamInitializer.WEIGHT_KEY)) {
      return TailParameter.Kind.NORM;
    }
    if (layer instanceof FeedForwardLayer) {
      return key.equals(DefaultParamInitializer.BIAS_KEY)
          ? TailParameter.Kind.BIAS
          : TailParameter.Kind.WEIGHT;
    }
    throw new IllegalArgumentException(
        "what " + key + " of " + layer.getClass().getName() + " does is not known");
  }
}
