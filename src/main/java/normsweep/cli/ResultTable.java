package normsweep.cli;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.List;
import java.util.Locale;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;
import normsweep.record.TuningChoice;

/** The results of a sweep as a table for the terminal. */
final class ResultTable {
  private static final String HEADINGS =
      """
      norm                         clip       seed  status     val acc test acc     test   conv.  clipped training
                                                                     %        %     loss   epoch  % steps        s
      ------------------------------------------------------------------------------------------------------------
      """;

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

  static String of(SweepResults results) {
    boolean further =
        results.trials().stream()
            .anyMatch(trial -> !trial.settings().isEmpty() || !trial.tuned().isEmpty());
    StringBuilder table =
        new StringBuilder(
            further ? HEADINGS.replaceFirst("training\n", "training  settings\n") : HEADINGS);
    for (TrialResult trial : results.trials()) {
      table.append(
          row(
              trial.trial().head(),
              trial.clip().id(),
              Long.toString(trial.seed()),
              trial.status().id(),
              percent(trial.valAccuracy()),
              percent(trial.testAccuracy()),
              number("%.3f", trial.testLoss()),
              trial.convergenceEpoch() == null ? "-" : trial.convergenceEpoch().toString(),
              percent(trial.clippedFraction()),
              number("%.1f", trial.trainSeconds()),
              further ? "  " + trial.settings().plus(trial.tuned()).label() : ""));
    }
    results.trials().stream()
        .filter(trial -> trial.reason() != null && !trial.leftOut() && !trial.pruned())
        .forEach(trial -> table.append(trial.id() + ": " + trial.reason() + "\n"));
    results.trials().stream()
        .filter(TrialResult::leftOut)
        .collect(groupingBy(TrialResult::reason, counting()))
        .forEach(
            (reason, count) ->
                table.append(count + (count == 1 ? " trial: " : " trials: ") + reason + "\n"));
    return table.toString();
  }

  private static String percent(Double share) {
    return share == null ? "-" : number("%.1f", 100 * share);
  }

  static String number(String format, Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, format, value);
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-28s %-9s %5s  %-9s %8s %8s %8s %7s %8s %8s%s%n", cells);
  }
}
