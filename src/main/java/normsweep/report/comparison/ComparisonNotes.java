package normsweep.report.comparison;

import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import normsweep.record.Trial;
import normsweep.report.analysis.Summary;

/** What stands below the table of a comparison. */
final class ComparisonNotes {
  /** How the table was computed, in lines for a terminal. */
  static final List<String> METHOD =
      List.of(
          "Means (standard deviations) over n completed trials, one per seed; every trial",
          "counts with its epoch of lowest validation loss. Differences are in points and",
          "nats, paired over the n seeds that both sweeps have; 95 % intervals are",
          "Student's t over these pairs unless a line below a cell says otherwise. They",
          "are not corrected for the number of comparisons.");

  private ComparisonNotes() {}

  /** The cell with the highest mean validation accuracy of each sweep, and its test accuracy. */
  static List<String> chosen(SweepsComparison comparison) {
    List<String> lines = new ArrayList<>();
    for (ComparedSweep sweep : comparison.sweeps()) {
      sweep.cells().stream()
          .max(Comparator.comparingDouble(cell -> mean(sweep, cell, Score.VALIDATION_ACCURACY)))
          .ifPresent(cell -> lines.add(chosen(sweep, cell)));
    }
    return lines;
  }

  private static String chosen(ComparedSweep sweep, Trial cell) {
    return say(
        "%s: %s (%.2f %%; test %.2f %%)",
        sweep.letter(),
        cell.label(),
        mean(sweep, cell, Score.VALIDATION_ACCURACY),
        mean(sweep, cell, Score.TEST_ACCURACY));
  }

  private static double mean(ComparedSweep sweep, Trial cell, Score score) {
    Map<Long, Double> values = sweep.values(cell, score);
    return Summary.of(values.values()).orElseThrow().mean();
  }
}
