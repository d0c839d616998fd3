package normsweep.tail;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/**
 * {@link SpatialFilterResponseNorm} behind the trainable block, then pooling, dense and ReLU. The
 * block keeps its own batch norm and ReLU6, so that heads differ in nothing but their norm.
 */
final class SpatialFilterResponseNormHead extends Head {
  SpatialFilterResponseNormHead(TailSpec spec) {
    super(spec);
  }

  @Override
  public boolean needsMap() {
    return true;
  }

  @Override
  String addBeforePooling(GraphBuilder graph, String map, int channels) {
    graph.addLayer(NORM, new SpatialFilterResponseNorm(channels), map);
    return NORM;
  }

  @Override
  String addHidden(GraphBuilder graph, String pooled, int channels) {
    graph.addLayer(DENSE, dense(channels).build(), pooled);
    return addRelu(graph, DENSE);
  }
}
