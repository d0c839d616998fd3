package normsweep.tail;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;

/**
 * Dense without bias, batch norm, ReLU. The norm is stock: y = γ·(x - μ)/√(σ² + 1e-3) + β with the
 * mean and variance of each unit over the batch, running ones at inference.
 *
 * <p>Ioffe, Szegedy: Batch Normalization, ICML 2015.
 */
final class BatchNormHead extends Head {
  BatchNormHead(TailSpec spec) {
    super(spec);
  }

  @Override
  String addHidden(GraphBuilder graph, String pooled, int channels) {
    graph.addLayer(DENSE, dense(channels).hasBias(false).build(), pooled);
    graph.addLayer(
        NORM,
        new BatchNormalization.Builder()
            .nIn(hiddenUnits())
            .nOut(hiddenUnits())
            .eps(BATCH_NORM_EPSILON)
            .decay(TailFactory.STATISTICS_DECAY)
            .useLogStd(false)
            .build(),
        DENSE);
    return addRelu(graph, NORM);
  }
}
