package normsweep.landscape.head;

/**
 * Cross-entropy of softmax, class by class in memory: {@code logits[k * images + n]} for class k
 * and image n.
 *
 * @param classes number of classes
 */
public record SoftmaxLoss(int classes) {
  /** DL4J's cross-entropy takes no logarithm of a probability below 1e-10. */
  private static final double LARGEST = -Math.log(1e-10);

  /**
   * Sum over images of −ln p of the right class, each at most −ln 1e-10 as in training; NaN if a
   * logit is.
   *
   * @param labels the images' classes, from index {@code first} on
   */
  public double sum(double[] logits, int[] labels, int first, int images) {
    double sum = 0;
    for (int n = 0; n < images; n++) {
      double loss = logSum(logits, n, images) - logits[labels[first + n] * images + n];
      sum += Math.min(loss, LARGEST);
    }
    return sum;
  }

  /** Turns logits into probabilities, in place. */
  void probabilities(double[] logits, int images) {
    for (int n = 0; n < images; n++) {
      double logSum = logSum(logits, n, images);
      for (int k = 0; k < classes; k++) {
        logits[k * images + n] = Math.exp(logits[k * images + n] - logSum);
      }
    }
  }

  private double logSum(double[] logits, int n, int images) {
    double max = logits[n];
    for (int k = 1; k < classes; k++) {
      max = Math.max(max, logits[k * images + n]);
    }
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += Math.exp(logits[k * images + n] - max);
    }
    return max + Math.log(sum);
  }
}
