package normsweep.report.analysis;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientNorm;
import normsweep.record.TrialResult;

/**
 * Checks that a trial's tables match its row in the results. A table cut off at the end of a row,
 * or with an altered number, is still a valid table; only its expected contents reveal the damage.
 */
final class TableCheck {
  private TableCheck() {}

  /**
   * What is wrong with {@code metrics.csv}; a trial that is not completed may lack its last epochs.
   */
  static Optional<String> fault(List<EpochMetrics> epochs, TrialResult row) {
    for (int i = 0; i < epochs.size(); i++) {
      EpochMetrics metrics = epochs.get(i);
      if (metrics.epoch() != i + 1
          || !share(metrics.trainAccuracy())
          || !share(metrics.valAccuracy())) {
        return Optional.of("is damaged in row " + (i + 1));
      }
    }
    return row.completed() && epochs.size() != row.epochs()
        ? Optional.of("has " + epochs.size() + " of " + row.epochs() + " epochs")
        : Optional.empty();
  }

  /**
   * What is wrong with {@code gradients.csv}; a trial that is not completed may lack its last
   * steps.
   */
  static Optional<String> fault(List<GradientNorm> rows, TrialResult row, int iterationsPerEpoch) {
    if (!row.completed()) {
      return Optional.empty();
    }
    Set<String> parameters = new HashSet<>();
    int iteration = 1;
    for (GradientNorm norm : rows) {
      if (norm.iteration() != iteration) {
        return Optional.of("is damaged at iteration " + iteration);
      }
      parameters.add(norm.parameter());
      if (GradientNorm.TOTAL.equals(norm.parameter())) {
        iteration++;
      }
    }
    long expected = (long) row.epochs() * iterationsPerEpoch;
    return (long) rows.size() != expected * parameters.size() || iteration - 1L != expected
        ? Optional.of("has " + (iteration - 1) + " of " + expected + " iterations")
        : Optional.empty();
  }

  private static boolean share(double value) {
    return value >= 0 && value <= 1;
  }
}
