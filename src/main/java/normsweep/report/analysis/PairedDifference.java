package normsweep.report.analysis;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * The difference between two sides of a sweep, seed by seed. A seed is the only independent
 * repetition of a sweep: what the trials of one seed share (initial weights, the order of batches)
 * cancels out in its difference, and the variation that is left between seeds is the noise. Tests
 * and intervals are Student's, with pairs − 1 degrees of freedom.
 *
 * @param pairs number of seeds that both sides have
 * @param agreeing number of them whose difference has the sign of the mean difference
 * @param first mean of the first side over those seeds
 * @param second mean of the second side over those seeds
 * @param deviation standard deviation of the differences (n − 1), at least that of rounding; 0 for
 *     one pair
 * @param p the two-sided p value of no difference; empty for one pair, 1 where nothing varies
 */
public record PairedDifference(
    int pairs, int agreeing, double first, double second, double deviation, Optional<Double> p) {
  // Equal differences of doubles vary by about this share of the values.
  private static final double ROUNDING = 1e-13;

  /**
   * Pairs values by seed.
   *
   * @param resolution smallest step in which a value can change, 0 if it is continuous; equal
   *     differences between rounded values do not make the noise smaller than rounding allows
   * @return empty if the sides have no seed in common
   */
  public static Optional<PairedDifference> of(
      Map<Long, Double> first, Map<Long, Double> second, double resolution) {
    SortedSet<Long> seeds = new TreeSet<>(first.keySet());
    seeds.retainAll(second.keySet());
    if (seeds.isEmpty()) {
      return Optional.empty();
    }
    SummaryStatistics firsts = new SummaryStatistics();
    SummaryStatistics seconds = new SummaryStatistics();
    SummaryStatistics differences = new SummaryStatistics();
    for (Long seed : seeds) {
      firsts.addValue(first.get(seed));
      seconds.addValue(second.get(seed));
      differences.addValue(first.get(seed) - second.get(seed));
    }
    double sign = Math.signum(differences.getMean());
    long agreeing =
        seeds.stream()
            .filter(seed -> Math.signum(first.get(seed) - second.get(seed)) == sign)
            .count();
    // A value rounded to steps of r has an error variance of r²/12, a difference of two has r²/6.
    double rounding = ROUNDING * Math.max(Math.abs(firsts.getMean()), Math.abs(seconds.getMean()));
    double deviation =
        seeds.size() < 2
            ? 0
            : Math.max(differences.getStandardDeviation(), resolution / Math.sqrt(6));
    deviation = deviation <= rounding ? 0 : deviation;
    return Optional.of(
        new PairedDifference(
            seeds.size(),
            (int) agreeing,
            firsts.getMean(),
            seconds.getMean(),
            deviation,
            p(seeds.size(), differences.getMean(), deviation)));
  }

  private static Optional<Double> p(int pairs, double difference, double deviation) {
    if (pairs < 2) {
      return Optional.empty();
    }
    if (deviation == 0) { // equal differences tell nothing of the noise
      return Optional.of(1.0);
    }
    double t = Math.abs(difference) / deviation * Math.sqrt(pairs);
    return Optional.of(2 * new TDistribution(null, pairs - 1).cumulativeProbability(-t));
  }

  /** first − second. */
  public double difference() {
    return first - second;
  }

  /**
   * The interval of the difference at a confidence of 95 %; empty for one pair, and where all pairs
   * have the same difference, unless it is none.
   */
  public Optional<Interval> interval() {
    return pairs < 2 || (deviation == 0 && first != second)
        ? Optional.empty()
        : Optional.of(
            Interval.student(
                difference(), deviation / Math.sqrt(pairs), pairs - 1, Interval.CONFIDENCE));
  }

  /**
   * The effect size d_z: the difference in standard deviations of the difference between seeds
   * (Cohen 1988); empty for one pair or no variation.
   */
  public Optional<Double> size() {
    return deviation > 0 ? Optional.of(difference() / deviation) : Optional.empty();
  }

  /** The same with the sides exchanged. */
  PairedDifference reversed() {
    return new PairedDifference(pairs, agreeing, second, first, deviation, p);
  }
}
