package normsweep.report.prediction;

import normsweep.report.analysis.Interval;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Two networks on the same images (McNemar 1947): only the images on which exactly one of them is
 * right tell them apart. If both had the same accuracy, either would be the right one with
 * probability ½.
 *
 * @param firstOnly images on which only the first network is right
 * @param secondOnly images on which only the second network is right
 * @param images all images
 */
public record McNemar(int firstOnly, int secondOnly, int images) {

  /** Compares two networks; their images must be the same. */
  public static McNemar of(Outcomes first, Outcomes second) {
    int firstOnly = 0;
    int secondOnly = 0;
    for (int i = 0; i < first.images(); i++) {
      firstOnly += first.right(i) && !second.right(i) ? 1 : 0;
      secondOnly += second.right(i) && !first.right(i) ? 1 : 0;
    }
    return new McNemar(firstOnly, secondOnly, first.images());
  }

  /** Accuracy of the first network less that of the second. */
  public double difference() {
    return (double) (firstOnly - secondOnly) / images;
  }

  /**
   * Interval of the difference by Bonett and Price (2012): with p₁ = (b + 1) / (n + 2) and p₂ = (c
   * + 1) / (n + 2), p₁ − p₂ ± z·√((p₁ + p₂ − (p₁ − p₂)²) / (n + 2)), where b and c are the counts
   * of images on which one network alone is right.
   */
  public Interval interval(double confidence) {
    double z = new NormalDistribution().inverseCumulativeProbability(0.5 + confidence / 2);
    double n = images + 2.0;
    double p1 = (firstOnly + 1) / n;
    double p2 = (secondOnly + 1) / n;
    double difference = p1 - p2;
    double half = z * Math.sqrt((p1 + p2 - difference * difference) / n);
    return new Interval(Math.max(-1, difference - half), Math.min(1, difference + half));
  }

  /** Two-sided exact p value, from the binomial distribution with ½; at most 1. */
  public double exactP() {
    return Math.min(1, 2 * binomial().cumulativeProbability(smaller()));
  }

  /**
   * Two-sided mid-p value: the exact one with half of the probability of what was seen. The exact
   * test is conservative; this one rejects at close to its nominal rate (Fagerland, Lydersen and
   * Laake 2013).
   */
  public double midP() {
    BinomialDistribution fair = binomial();
    return 2 * fair.cumulativeProbability(smaller() - 1) + fair.probability(smaller());
  }

  private int smaller() {
    return Math.min(firstOnly, secondOnly);
  }

  private BinomialDistribution binomial() {
    return new BinomialDistribution(null, firstOnly + secondOnly, 0.5);
  }
}
