package normsweep.report.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import normsweep.record.Trial;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Summary;

/**
 * One row of the comparison as CSV: a score of a sweep in a cell, and its difference from the first
 * sweep. What is not known is empty.
 *
 * @param settings what further axes set; empty without any
 * @param unit of all numbers but n and sharedSeeds; a difference of percentages is in points
 * @param sd standard deviation over the n trials
 * @param low lower end of the 95 % interval of the difference
 * @param method {@code paired} (Student's t over shared seeds), {@code welch} or {@code none}
 */
public record ComparisonRow(
    String norm,
    String placement,
    String clip,
    String settings,
    String sweep,
    String score,
    String unit,
    int n,
    Double mean,
    Double sd,
    Integer sharedSeeds,
    Double difference,
    Double low,
    Double high,
    String method) {

  /** All rows, cell by cell. */
  public static List<ComparisonRow> of(SweepsComparison comparison) {
    List<ComparisonRow> rows = new ArrayList<>();
    for (Trial cell : comparison.cells()) {
      for (ComparedSweep sweep : comparison.sweeps()) {
        for (Score score : Score.values()) {
          rows.add(row(comparison.reference(), sweep, cell, score));
        }
      }
    }
    return rows;
  }

  private static ComparisonRow row(
      ComparedSweep reference, ComparedSweep sweep, Trial cell, Score score) {
    Map<Long, Double> values = sweep.values(cell, score);
    Optional<Summary> summary = Summary.of(values.values());
    Optional<ScoreDifference> difference =
        sweep.equals(reference)
            ? Optional.empty()
            : ScoreDifference.of(reference, sweep, cell, score);
    Optional<Interval> interval = difference.flatMap(ScoreDifference::interval);
    return new ComparisonRow(
        cell.norm().id(),
        cell.placement().id(),
        cell.clip().id(),
        cell.settings().label(),
        sweep.folder().toString(),
        score.label(),
        score.unit(),
        values.size(),
        summary.map(Summary::mean).orElse(null),
        summary.filter(found -> found.n() > 1).map(Summary::deviation).orElse(null),
        difference.map(ScoreDifference::shared).orElse(null),
        difference.map(ScoreDifference::value).orElse(null),
        interval.map(Interval::low).orElse(null),
        interval.map(Interval::high).orElse(null),
        difference.map(found -> found.method().name().toLowerCase(Locale.ROOT)).orElse(null));
  }
}
