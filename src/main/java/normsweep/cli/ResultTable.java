package normsweep.cli;

import static java.util.Comparator.comparingDouble;
import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.averagingDouble;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import normsweep.cli.terminal.TextTable;
import normsweep.cli.terminal.TextTable.TextColumn;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TuningChoice;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

/** The results of a sweep as a table for the terminal. */
final class ResultTable {
  private static final String MARK = "*";
  private static final List<IStyle> BEST = List.of(Style.bold, Style.fg_green);

  private ResultTable() {}

  /** What tuning chose, one line per cell. */
  static String of(List<TuningChoice> choices) {
    StringBuilder table = new StringBuilder();
    for (TuningChoice choice : choices) {
      table.append(
          String.format(
              Locale.ROOT,
              "  %-40s %s%n",
              choice.cell().label(),
              choice.tuned() == null
                  ? "none of " + choice.candidates() + " candidates was completed"
                  : String.format(
                      Locale.ROOT,
                      "%s (validation loss %.3f, accuracy %.1f %%, %s, %d of %d candidates)",
                      choice.tuned().label(),
                      choice.valLoss(),
                      100 * choice.valAccuracy(),
                      choice.seeds() == 1 ? "one seed" : choice.seeds() + " seeds",
                      choice.completed(),
                      choice.candidates())));
    }
    return table.toString();
  }

  /**
   * All trials, the cells with the higher mean validation accuracies first and the best one marked;
   * columns that do not fit are left out.
   *
   * @param width columns of the terminal
   * @param ansi whether the best cell is coloured
   */
  static String of(SweepResults results, int width, Ansi ansi) {
    List<TrialResult> rows = byValidation(results.trials());
    Optional<Trial> best =
        rows.stream().filter(TrialResult::completed).findFirst().map(row -> row.trial().cell());
    StringBuilder table = new StringBuilder();
    for (String text : TextTable.lines(columns(rows, best), rows, width)) {
      table
          .append(text.startsWith(MARK) ? Help.defaultColorScheme(ansi).apply(text, BEST) : text)
          .append('\n');
    }
    best.ifPresent(
        cell ->
            table
                .append(MARK + " highest validation accuracy: ")
                .append(cell.label())
                .append('\n'));
    return table + reasons(results);
  }

  private static String reasons(SweepResults results) {
    StringBuilder text = new StringBuilder();
    results.trials().stream()
        .filter(trial -> trial.reason() != null && !trial.leftOut() && !trial.pruned())
        .forEach(trial -> text.append(trial.id() + ": " + trial.reason() + "\n"));
    results.trials().stream()
        .filter(TrialResult::leftOut)
        .collect(groupingBy(TrialResult::reason, counting()))
        .forEach(
            (reason, count) ->
                text.append(count + (count == 1 ? " trial: " : " trials: ") + reason + "\n"));
    return text.toString();
  }

  /** Cells by their mean validation accuracy, the seeds of each together; then what has none. */
  private static List<TrialResult> byValidation(List<TrialResult> trials) {
    Map<Trial, Double> means =
        trials.stream()
            .filter(TrialResult::completed)
            .collect(
                groupingBy(row -> row.trial().cell(), averagingDouble(TrialResult::valAccuracy)));
    List<Trial> order =
        means.keySet().stream()
            .sorted(comparingDouble((Trial cell) -> -means.get(cell)).thenComparing(Trial::id))
            .toList();
    Map<Trial, Integer> ranks = new HashMap<>();
    order.forEach(cell -> ranks.put(cell, ranks.size()));
    return trials.stream()
        .sorted(comparingInt(row -> ranks.getOrDefault(row.trial().cell(), order.size())))
        .toList();
  }

  private static List<TextColumn<TrialResult>> columns(
      List<TrialResult> rows, Optional<Trial> best) {
    boolean further =
        rows.stream().anyMatch(row -> !row.settings().isEmpty() || !row.tuned().isEmpty());
    boolean ended = rows.stream().allMatch(TrialResult::completed);
    List<TextColumn<TrialResult>> columns = new ArrayList<>();
    columns.add(
        new TextColumn<>(
            "", "", true, 0, row -> best.equals(Optional.of(row.trial().cell())) ? MARK : ""));
    columns.add(new TextColumn<>("norm", "", true, 0, row -> row.trial().head()));
    columns.add(new TextColumn<>("clip", "", true, 0, row -> row.clip().id()));
    if (further) {
      columns.add(
          new TextColumn<>(
              "settings", "", true, 0, row -> row.settings().plus(row.tuned()).label()));
    }
    columns.add(new TextColumn<>("seed", "", false, 0, row -> Long.toString(row.seed())));
    columns.add(new TextColumn<>("status", "", true, ended ? 3 : 0, row -> row.status().id()));
    columns.add(new TextColumn<>("val acc", "%", false, 0, row -> percent(row.valAccuracy())));
    columns.add(
        new TextColumn<>("val", "loss", false, 2, row -> TextTable.number("%.3f", row.valLoss())));
    columns.add(new TextColumn<>("test acc", "%", false, 0, row -> percent(row.testAccuracy())));
    if (rows.stream().anyMatch(row -> row.testBalancedAccuracy() != null)) {
      columns.add(
          new TextColumn<>(
              "balanced", "acc %", false, 0, row -> percent(row.testBalancedAccuracy())));
      columns.add(new TextColumn<>("macro", "F1 %", false, 0, row -> percent(row.testMacroF1())));
    }
    columns.add(
        new TextColumn<>(
            "test", "loss", false, 1, row -> TextTable.number("%.3f", row.testLoss())));
    columns.add(
        new TextColumn<>(
            "conv.",
            "epoch",
            false,
            4,
            row -> row.convergenceEpoch() == null ? "-" : row.convergenceEpoch().toString()));
    columns.add(
        new TextColumn<>("clipped", "% steps", false, 2, row -> percent(row.clippedFraction())));
    columns.add(
        new TextColumn<>(
            "training", "s", false, 5, row -> TextTable.number("%.1f", row.trainSeconds())));
    return columns;
  }

  private static String percent(Double share) {
    return share == null ? "-" : TextTable.number("%.1f", 100 * share);
  }
}
