package normsweep.tail;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/**
 * Dense with layer norm, ReLU. The norm is the stock dense layer's own: y = g·(x - μ)/σ + b with
 * mean and standard deviation over the units of one example; its gain and bias are the dense
 * layer's parameters {@code g} and {@code b}, so there is no vertex {@value Head#NORM}.
 *
 * <p>Ba, Kiros, Hinton: Layer Normalization, 2016.
 */
final class LayerNormHead extends Head {
  LayerNormHead(TailSpec spec) {
    super(spec);
  }

  @Override
  String addHidden(GraphBuilder graph, String pooled, int channels) {
    graph.addLayer(DENSE, dense(channels).hasLayerNorm(true).build(), pooled);
    return addRelu(graph, DENSE);
  }
}
