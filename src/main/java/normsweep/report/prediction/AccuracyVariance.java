package normsweep.report.prediction;

import java.util.List;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.stat.descriptive.moment.Variance;

/**
 * The variance of test accuracy over the seeds of a cell, in two parts (Jordan 2023, “Calibrated
 * Chaos”): networks whose accuracy on all possible images is equal still differ on a finite set of
 * n test images, because each is right on other images of it.
 *
 * @param seeds number of networks
 * @param images number of test images
 * @param observed V, the variance of accuracy between seeds
 * @param expected W / n, the variance to be expected from the images alone, where W is the mean
 *     over images of the variance between seeds of being right: R/(R−1) · p(1−p) with the share p
 *     of the R networks that are right
 */
public record AccuracyVariance(int seeds, int images, double observed, double expected) {

  /** Splits the variance of at least two networks on the same images. */
  public static AccuracyVariance of(List<Outcomes> networks) {
    int seeds = networks.size();
    int images = networks.get(0).images();
    double within = 0;
    for (int i = 0; i < images; i++) {
      int right = 0;
      for (Outcomes network : networks) {
        right += network.right(i) ? 1 : 0;
      }
      within += (double) right * (seeds - right) / seeds / (seeds - 1);
    }
    double[] accuracies = networks.stream().mapToDouble(Outcomes::accuracy).toArray();
    double observed = new Variance().evaluate(accuracies);
    return new AccuracyVariance(seeds, images, observed, within / images / images);
  }

  /**
   * Unbiased estimate of the variance between seeds of accuracy on all possible images: n/(n−1) ·
   * (V − W/n). Where the seeds differ less than expected, it is negative.
   */
  public double seedPart() {
    return (observed - expected) * images / (images - 1.0);
  }

  /** The rest of the observed variance, which more test images would remove. */
  public double imagePart() {
    return observed - seedPart();
  }

  /**
   * Probability of seeds that differ at least as much if all had the same accuracy on all possible
   * images: Cochran's (1950) Q = (R−1)·V/(W/n) against χ² with R−1 degrees of freedom. 1 if no
   * image tells the networks apart.
   */
  public double p() {
    return expected == 0
        ? 1
        : 1
            - new ChiSquaredDistribution(null, seeds - 1)
                .cumulativeProbability((seeds - 1) * observed / expected);
  }
}
