package normsweep.tail.fused;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Moments of every channel of z = X·W without z. With n, s and C of {@link PreparedFeatures}, a
 * channel whose kernel is w has the mean sᵀw/n and the variance wᵀCw/n, and Xᵀ·(z − mean) = C·w,
 * the part of the kernel's gradient that batch norm adds. As there are far fewer inputs than
 * channels and C is symmetric, C and C·W take less than a quarter of the arithmetic of X·W.
 */
final class FeatureMoments {
  private final int inputs;
  private final int channels;
  private final FloatPointer product;

  /** W as it was multiplied, by input. */
  final float[][] kernel;

  /** C·W by input. */
  final float[][] spread;

  // By channel.
  final double[] mean;
  final double[] variance;

  FeatureMoments(int inputs, int channels) {
    this.inputs = inputs;
    this.channels = channels;
    product = new FloatPointer((long) inputs * channels);
    kernel = new float[inputs][channels];
    spread = new float[inputs][channels];
    mean = new double[channels];
    variance = new double[channels];
  }

  /** Computes everything there is for a batch and weights. */
  void compute(PreparedFeatures features, FloatPointer w, Workers workers) {
    double count = features.batch.count();
    FloatBuffer weights = w.asBuffer();
    FloatBuffer products = product.asBuffer();
    workers.split(
        channels,
        (worker, from, to) -> {
          Gemm.multiply(
              Gemm.Matrix.of(features.centred, inputs, inputs),
              Gemm.Matrix.of(w, inputs, channels).columns(from, to),
              Gemm.Matrix.of(product, inputs, channels).columns(from, to));
          Arrays.fill(mean, from, to, 0);
          Arrays.fill(variance, from, to, 0);
          for (int i = 0; i < inputs; i++) {
            weights.get(i * channels + from, kernel[i], from, to - from);
            products.get(i * channels + from, spread[i], from, to - from);
            ChannelLoops.moments(kernel[i], spread[i], features.sum[i], mean, variance, from, to);
          }
          for (int c = from; c < to; c++) {
            mean[c] /= count;
            variance[c] = Math.max(0, variance[c] / count);
          }
        });
  }
}
