package normsweep.report.analysis;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.Variance;

/**
 * A closed interval of plausible values of a quantity.
 *
 * @param low lower end
 * @param high upper end
 */
public record Interval(double low, double high) {
  /** Confidence level of every interval in the report. */
  public static final double CONFIDENCE = 0.95;

  /** Whether a value lies in the interval, including its ends. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /** Half of the interval's length. */
  public double halfWidth() {
    return (high - low) / 2;
  }

  /**
   * Student's t interval for a difference: {@code difference ± t·error}.
   *
   * @param error standard error of the difference
   * @param freedom degrees of freedom
   */
  static Interval student(double difference, double error, double freedom, double confidence) {
    double t = new TDistribution(null, freedom).inverseCumulativeProbability(0.5 + confidence / 2);
    return new Interval(difference - t * error, difference + t * error);
  }

  /** The normal interval of a mean: mean ± z·s/√n, with the variance s² of n values (not n − 1). */
  public static Interval normal(double[] values, double confidence) {
    double z = new NormalDistribution().inverseCumulativeProbability(0.5 + confidence / 2);
    double mean = new Mean().evaluate(values);
    double half = z * Math.sqrt(new Variance(false).evaluate(values, mean) / values.length);
    return new Interval(mean - half, mean + half);
  }

  /**
   * Welch's interval for the difference of two means of independent values: x̄₁ − x̄₂ ± t·√(v₁ +
   * v₂) with v = s²/n, by Student's t with (v₁ + v₂)² / (v₁²/(n₁−1) + v₂²/(n₂−1)) degrees of
   * freedom (Welch 1947).
   *
   * @param resolution smallest step in which a value can change, 0 if it is continuous; a standard
   *     deviation counts as no less than rounding allows
   * @throws IllegalArgumentException if there are fewer than two values in a group
   */
  public static Interval welch(
      Summary first, Summary second, double confidence, double resolution) {
    if (first.n() < 2 || second.n() < 2) {
      throw new IllegalArgumentException("fewer than two values");
    }
    double v1 = variance(first, resolution) / first.n();
    double v2 = variance(second, resolution) / second.n();
    double difference = first.mean() - second.mean();
    double freedom =
        (v1 + v2) * (v1 + v2) / (v1 * v1 / (first.n() - 1) + v2 * v2 / (second.n() - 1));
    return v1 + v2 > 0
        ? student(difference, Math.sqrt(v1 + v2), freedom, confidence)
        : new Interval(difference, difference);
  }

  // A value rounded to steps of r has an error variance of r²/12.
  private static double variance(Summary group, double resolution) {
    return Math.max(group.deviation() * group.deviation(), resolution * resolution / 12);
  }

  /**
   * Wilson's score interval for a probability, given {@code successes} in {@code n} independent
   * draws, or in the number that dependent ones are worth: (p̂ + z²/2n ± z·√(p̂(1−p̂)/n + z²/4n²))
   * / (1 + z²/n) (Wilson 1927).
   */
  public static Interval wilson(double successes, double n, double confidence) {
    double z = new NormalDistribution().inverseCumulativeProbability(0.5 + confidence / 2);
    double p = successes / n;
    double centre = p + z * z / (2 * n);
    double spread = z * Math.sqrt(p * (1 - p) / n + z * z / (4.0 * n * n));
    double scale = 1 + z * z / n;
    return new Interval(
        Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale));
  }

  /**
   * Newcombe's interval for the difference p₁ − p₂ of two probabilities, from the Wilson intervals
   * [l, u] of each: p̂₁ − p̂₂ − √((p̂₁−l₁)² + (u₂−p̂₂)²) to p̂₁ − p̂₂ + √((u₁−p̂₁)² + (p̂₂−l₂)²)
   * (Newcombe 1998, method 10). Two networks evaluated on the same images are positively
   * correlated, which makes the interval conservative.
   */
  public static Interval newcombe(double p1, int n1, double p2, int n2, double confidence) {
    Interval first = wilson(p1 * n1, n1, confidence);
    Interval second = wilson(p2 * n2, n2, confidence);
    double difference = p1 - p2;
    return new Interval(
        difference - Math.hypot(p1 - first.low, second.high - p2),
        difference + Math.hypot(first.high - p1, p2 - second.low));
  }
}
