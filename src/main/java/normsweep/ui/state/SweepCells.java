package normsweep.ui.state;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.ui.state.SweepOverview.TrialRow;

/**
 * The grid of a sweep: a row per head and further settings, a column per clipping choice.
 *
 * @param columns clipping choices in words
 */
public record SweepCells(List<String> columns, List<GridRow> rows) {
  /** What a cell is called by: the first of these that some trial of it has. */
  private static final List<String> BY_URGENCY =
      List.of(
          "running",
          SweepOverview.INTERRUPTED,
          "failed",
          SweepOverview.WAITING,
          "pending",
          "pruned",
          "completed");

  /**
   * A row.
   *
   * @param head the head in words
   * @param settings further settings in words; empty if there are none
   * @param cells one per column; null where the sweep has no trial
   */
  public record GridRow(String head, String settings, List<GridCell> cells) {}

  /**
   * The trials that differ in the seed alone.
   *
   * @param status of one of them, the most urgent
   * @param of how many have that status, where not all do; empty if all do
   * @param progress share of their epochs that are done
   * @param numbers mean validation accuracy of the completed ones, and an estimate of the training
   *     time that is left, as far as there are any
   */
  public record GridCell(String status, String of, String progress, String numbers) {
    static GridCell of(List<TrialRow> rows) {
      String status =
          BY_URGENCY.stream()
              .filter(one -> rows.stream().anyMatch(row -> row.status().equals(one)))
              .findFirst()
              .orElseThrow();
      long same = rows.stream().filter(row -> row.status().equals(status)).count();
      OptionalDouble accuracy =
          rows.stream()
              .map(TrialRow::result)
              .filter(TrialResult::completed)
              .mapToDouble(TrialResult::valAccuracy)
              .average();
      double left =
          rows.stream()
              .map(TrialRow::secondsLeft)
              .filter(Objects::nonNull)
              .mapToDouble(Double::doubleValue)
              .sum();
      return new GridCell(
          status,
          same == rows.size() ? "" : same + " of " + rows.size() + " ",
          Double.toString(rows.stream().mapToDouble(TrialRow::progress).average().orElse(0)),
          Stream.of(
                  accuracy.isPresent()
                      ? "validation " + SweepTable.percent(accuracy.getAsDouble())
                      : "",
                  SweepTable.left(left))
              .filter(number -> !number.isEmpty())
              .collect(joining(", ")));
    }
  }

  /** The grid of these trials. */
  public static SweepCells of(List<TrialRow> trials) {
    List<String> columns =
        trials.stream().map(row -> row.result().clip().label()).distinct().toList();
    Map<Trial, Map<String, List<TrialRow>>> rows =
        trials.stream()
            .collect(
                groupingBy(
                    row -> unclipped(row.result()),
                    LinkedHashMap::new,
                    groupingBy(row -> row.result().clip().label())));
    List<GridRow> all = new ArrayList<>();
    rows.forEach(
        (trial, cells) ->
            all.add(
                new GridRow(
                    TrialAxis.head(TrialResult.pending(trial)),
                    trial.settings().label(),
                    columns.stream()
                        .map(clip -> cells.containsKey(clip) ? GridCell.of(cells.get(clip)) : null)
                        .toList())));
    return new SweepCells(columns, all);
  }

  private static Trial unclipped(TrialResult result) {
    return new Trial(result.norm(), result.placement(), Clip.NONE, 0, result.settings());
  }
}
