package normsweep.report.analysis;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * A measure of two groups of trials, compared seed by seed. What the trials of one seed share
 * (initial weights, the order of batches) cancels out in the difference; the remaining variation of
 * the difference between seeds is the noise with which the mean difference is compared.
 *
 * @param pairs number of seeds that both groups have
 * @param first mean of the first group over those seeds
 * @param second mean of the second group over those seeds
 * @param interval of the difference first − second by Student's t with pairs − 1 degrees of
 *     freedom; empty with fewer than two pairs
 */
public record Comparison(int pairs, double first, double second, Optional<Interval> interval) {

  /** What the data show about a difference. */
  public enum Verdict {
    /** The interval does not contain zero. */
    BEYOND_NOISE,
    /** The interval contains zero. */
    INSIDE_NOISE,
    /** Fewer than two pairs: unknown. */
    UNKNOWN
  }

  /**
   * Compares values by seed.
   *
   * @param confidence confidence level of the interval, such as 0.95
   * @param resolution smallest step in which a value can change, 0 if it is continuous; equal
   *     differences between rounded values do not make the interval narrower than rounding allows
   * @return empty if the groups have no seed in common
   */
  public static Optional<Comparison> paired(
      Map<Long, Double> first, Map<Long, Double> second, double confidence, double resolution) {
    SummaryStatistics firsts = new SummaryStatistics();
    SummaryStatistics seconds = new SummaryStatistics();
    SummaryStatistics differences = new SummaryStatistics();
    SortedSet<Long> seeds = new TreeSet<>(first.keySet());
    seeds.retainAll(second.keySet());
    for (Long seed : seeds) {
      firsts.addValue(first.get(seed));
      seconds.addValue(second.get(seed));
      differences.addValue(first.get(seed) - second.get(seed));
    }
    Optional<Interval> interval =
        seeds.size() < 2
            ? Optional.empty()
            : Optional.of(interval(differences, confidence, resolution));
    return seeds.isEmpty()
        ? Optional.empty()
        : Optional.of(new Comparison(seeds.size(), firsts.getMean(), seconds.getMean(), interval));
  }

  // A value rounded to steps of r has an error variance of r²/12, and a difference of two has r²/6.
  private static Interval interval(
      SummaryStatistics differences, double confidence, double resolution) {
    double deviation = Math.max(differences.getStandardDeviation(), resolution / Math.sqrt(6));
    double n = differences.getN();
    return Interval.student(differences.getMean(), deviation / Math.sqrt(n), n - 1, confidence);
  }

  /** first − second. */
  public double difference() {
    return first - second;
  }

  /**
   * Newcombe's interval for the difference between two accuracies, each on {@code images} images.
   */
  public Interval sampling(int images, double confidence) {
    return Interval.newcombe(first, images, second, images, confidence);
  }

  /** Whether the difference exceeds the noise between seeds. */
  public Verdict verdict() {
    return interval
        .map(range -> range.contains(0) ? Verdict.INSIDE_NOISE : Verdict.BEYOND_NOISE)
        .orElse(Verdict.UNKNOWN);
  }
}
