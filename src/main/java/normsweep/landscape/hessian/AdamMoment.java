package normsweep.landscape.hessian;

import normsweep.landscape.head.HeadLoss;

/** The second moment by which Adam scales parameters, as it would be if they stood still. */
public final class AdamMoment {
  /** What Adam adds to the square root. */
  static final double EPSILON = 1e-8;

  private AdamMoment() {}

  /**
   * The expected squared gradient of a minibatch, drawn with replacement: ḡ² + σ²/B, with mean ḡ
   * and variance σ² of the gradients of single images. A mean over a few minibatches would by
   * chance be near zero for some of many parameters, and the inverse of its root huge.
   *
   * @param loss the head's loss on the images
   * @param batchSize images per minibatch, B
   */
  public static double[] of(HeadLoss loss, double[] point, int batchSize) {
    double[] mean = loss.gradient(point);
    double[] square = loss.meanSquaredGradient(point);
    for (int i = 0; i < mean.length; i++) {
      double variance = Math.max(0, square[i] - mean[i] * mean[i]);
      square[i] = mean[i] * mean[i] + variance / batchSize;
    }
    return square;
  }
}
