package normsweep.report.analysis;

import java.util.Collection;
import java.util.Optional;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * Statistics of one measure over seeds.
 *
 * @param n number of values
 * @param mean their mean
 * @param deviation their standard deviation (n − 1 in the denominator); 0 for one value
 * @param least the smallest
 * @param most the largest
 */
public record Summary(int n, double mean, double deviation, double least, double most) {
  /** Summarises values; empty if there are none. */
  public static Optional<Summary> of(Collection<Double> values) {
    if (values.isEmpty()) {
      return Optional.empty();
    }
    SummaryStatistics statistics = new SummaryStatistics();
    values.forEach(statistics::addValue);
    return Optional.of(
        new Summary(
            values.size(),
            statistics.getMean(),
            values.size() < 2 ? 0 : statistics.getStandardDeviation(),
            statistics.getMin(),
            statistics.getMax()));
  }

  /** The interval of the mean by Student's t with n − 1 degrees of freedom; empty for one value. */
  public Optional<Interval> interval() {
    if (n < 2) {
      return Optional.empty();
    }
    double t = new TDistribution(n - 1).inverseCumulativeProbability(0.5 + Interval.CONFIDENCE / 2);
    double half = t * deviation / Math.sqrt(n);
    return Optional.of(new Interval(mean - half, mean + half));
  }
}
