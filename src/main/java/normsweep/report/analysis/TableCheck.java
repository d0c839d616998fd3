package normsweep.report.analysis;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientNorm;
import normsweep.record.TrialResult;

/**
 * Whether a trial's tables hold what its row says. A table that was cut at the end of a row, or a
 * number that turned into another, is a table like any other; only what it should hold tells.
 */
final class TableCheck {
  private TableCheck() {}

  /** What {@code metrics.csv} lacks; a trial that is not completed may lack its last epochs. */
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
        ? Optional.of("holds " + epochs.size() + " of " + row.epochs() + " epochs")
        : Optional.empty();
  }

  /** What {@code gradients.csv} lacks; a trial that is not completed may lack its last steps. */
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
        ? Optional.of("holds " + (iteration - 1) + " of " + expected + " iterations")
        : Optional.empty();
  }

  private static boolean share(double value) {
    return value >= 0 && value <= 1;
  }
}
