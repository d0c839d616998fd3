package normsweep.report.comparison;

import java.util.Map;
import java.util.Optional;
import normsweep.record.Trial;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.PairedDifference;
import normsweep.report.analysis.Summary;

/**
 * By how much a sweep's score in a cell exceeds the reference's.
 *
 * @param method how the interval was computed
 * @param shared seeds that completed trials of both sweeps have
 * @param value mean difference over the shared seeds if there are any and no Welch interval, else
 *     the difference of the means
 * @param interval at a confidence level of 95 %
 */
record ScoreDifference(Method method, int shared, double value, Optional<Interval> interval) {

  /** How an interval was computed. */
  enum Method {
    /** Student's t over the differences of at least two shared seeds. */
    PAIRED,
    /** Welch's t between groups of at least two trials each. */
    WELCH,
    /** There are too few trials for an interval. */
    NONE
  }

  /** Compares a sweep with the reference; empty if one has no completed trial in the cell. */
  static Optional<ScoreDifference> of(
      ComparedSweep reference, ComparedSweep other, Trial cell, Score score) {
    Map<Long, Double> before = reference.values(cell, score);
    Map<Long, Double> now = other.values(cell, score);
    if (before.isEmpty() || now.isEmpty()) {
      return Optional.empty();
    }
    double resolution = Math.max(score.resolution(reference, cell), score.resolution(other, cell));
    Optional<PairedDifference> paired = PairedDifference.of(now, before, resolution);
    int shared = paired.map(PairedDifference::pairs).orElse(0);
    if (shared > 1) {
      return paired.map(
          found ->
              new ScoreDifference(Method.PAIRED, shared, found.difference(), found.interval()));
    }
    return Summary.of(before.values())
        .flatMap(
            first ->
                Summary.of(now.values())
                    .map(second -> unpaired(second, first, resolution, paired)));
  }

  private static ScoreDifference unpaired(
      Summary now, Summary before, double resolution, Optional<PairedDifference> paired) {
    int shared = paired.map(PairedDifference::pairs).orElse(0);
    double means = now.mean() - before.mean();
    return now.n() > 1 && before.n() > 1
        ? new ScoreDifference(
            Method.WELCH,
            shared,
            means,
            Optional.of(Interval.welch(now, before, Interval.CONFIDENCE, resolution)))
        : new ScoreDifference(
            Method.NONE,
            shared,
            paired.map(PairedDifference::difference).orElse(means),
            Optional.empty());
  }
}
