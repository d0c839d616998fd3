package normsweep.train;

/**
 * The gradient noise of a step, estimated from the gradients g₁ and g₂ of the two halves of its
 * mini-batch, b images each (McCandlish, Kaplan, Amodei et al.: An Empirical Model of Large-Batch
 * Training, 2018, appendix A.1, with the batch sizes b and 2b). With the expected gradient G and
 * the covariance Σ of one image's gradient, E‖gᵢ‖² = ‖G‖² + tr Σ/b and E‖g₁ − g₂‖² = 2·tr Σ/b.
 *
 * <p>Both gradients are of batches of the same size, so that both norms by the statistics of b
 * images and their mean is no gradient of a batch norm over 2b: the estimates stay unbiased under
 * batch norm, with G and Σ as they are for batches of b. The ratio tr Σ/‖G‖² is the simple noise
 * scale, in images; its numerator and denominator must be averaged before they are divided.
 *
 * @param squaredGradient ‖G‖², which may be estimated as negative
 * @param variance tr Σ
 */
record NoiseEstimate(double squaredGradient, double variance) {
  /**
   * The estimates.
   *
   * @param first ‖g₁‖
   * @param second ‖g₂‖
   * @param difference ‖g₁ − g₂‖
   * @param images b
   */
  static NoiseEstimate of(double first, double second, double difference, int images) {
    double halfSquare = difference * difference / 2;
    return new NoiseEstimate(
        (first * first + second * second) / 2 - halfSquare, images * halfSquare);
  }
}
