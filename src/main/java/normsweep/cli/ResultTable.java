package normsweep.cli;

import java.util.List;
import java.util.Locale;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;

/** The results of a sweep as a table for the terminal. */
final class ResultTable {
  private ResultTable() {}

  static String of(SweepResults results) {
    StringBuilder table = new StringBuilder();
    String header =
        row(
            "norm",
            "clip",
            "seed",
            "status",
            "val acc",
            "test acc",
            "test",
            "conv.",
            "clipped",
            "training");
    table.append(header);
    table.append(row("", "", "", "", "%", "%", "loss", "epoch", "% steps", "s"));
    table.append("-".repeat(header.stripTrailing().length())).append('\n');
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
              number("%.1f", trial.trainSeconds())));
    }
    List<TrialResult> failed =
        results.trials().stream().filter(trial -> trial.reason() != null).toList();
    for (TrialResult trial : failed) {
      table.append(trial.id()).append(": ").append(trial.reason()).append('\n');
    }
    return table.toString();
  }

  private static String percent(Double share) {
    return share == null ? "-" : number("%.1f", 100 * share);
  }

  private static String number(String format, Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, format, value);
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-28s %-9s %5s  %-9s %8s %8s %8s %7s %8s %8s%n", cells);
  }
}
