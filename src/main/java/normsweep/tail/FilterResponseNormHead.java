package normsweep.tail;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/**
 * Dense, {@link FilterResponseNorm}; its thresholded linear unit is the activation. The dense bias
 * stays: this norm does not subtract a mean.
 */
final class FilterResponseNormHead extends Head {
  FilterResponseNormHead(TailSpec spec) {
    super(spec);
  }

  @Override
  String addHidden(GraphBuilder graph, String pooled, int channels) {
    graph.addLayer(DENSE, dense(channels).build(), pooled);
    graph.addLayer(NORM, new FilterResponseNorm(hiddenUnits()), DENSE);
    return NORM;
  }
}
