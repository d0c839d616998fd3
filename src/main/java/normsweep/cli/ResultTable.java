package normsweep.cli;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.Locale;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;

/** The results of a sweep as a table for the terminal. */
final class ResultTable {
  private static final String HEADINGS =
      """
      norm                         clip       seed  status     val acc test acc     test   conv.  clipped training
                                                                     %        %     loss   epoch  % steps        s
      ------------------------------------------------------------------------------------------------------------
      """;

  private ResultTable() {}

  static String of(SweepResults results) {
    boolean further = results.trials().stream().anyMatch(trial -> !trial.settings().isEmpty());
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
              further ? "  " + trial.settings().label() : ""));
    }
    results.trials().stream()
        .filter(trial -> trial.reason() != null && !trial.leftOut())
        .forEach(trial -> table.append(trial.id() + ": " + trial.reason() + "\n"));
    results.trials().stream()
        .filter(TrialResult::leftOut)
        .collect(groupingBy(TrialResult::reason, counting()))
        .forEach((reason, count) -> table.append(count + " trials: " + reason + "\n"));
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
