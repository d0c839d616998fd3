package normsweep.cli;

import java.util.Locale;
import normsweep.record.SweepConfig;
import normsweep.sweep.SweepPlan;

/** What {@code run --dry-run} prints. */
final class DryRun {
  private DryRun() {}

  /** One line per trial, then the estimates. */
  static String text(SweepPlan plan, SweepConfig config) {
    StringBuilder text = new StringBuilder();
    plan.rows().forEach(row -> text.append(line("%-9s  %s", row.status().id(), row.id())));
    long left = plan.rows().stream().filter(row -> !row.ended()).count();
    text.append(line("%nSweep %s: %d trials, %d to run", config.name(), plan.rows().size(), left));
    text.append(
        line(
            "time: about %s of training, and at most %s for features that are not in the cache",
            duration(plan.trainSeconds()), duration(plan.featureSeconds())));
    text.append(
        line(
            "disk: about %s for trials, and at most %s for features",
            size(plan.trialBytes()), size(plan.featureBytes())));
    text.append(line("estimated from %s", plan.basis()));
    if (config.search().maxMinutes() > 0) {
      text.append(
          line(
              "search.maxMinutes ends the sweep after %s minutes of training",
              config.search().maxMinutes()));
    }
    text.append(line("Nothing was run."));
    return text.toString();
  }

  private static String duration(double seconds) {
    if (seconds < 60) {
      return line("%.0f s", seconds).strip();
    }
    return seconds < 2 * 3600
        ? line("%.0f min", seconds / 60).strip()
        : line("%.1f h", seconds / 3600).strip();
  }

  private static String size(long bytes) {
    double mib = bytes / (double) (1 << 20);
    return mib < 1024 ? line("%.0f MiB", mib).strip() : line("%.1f GiB", mib / 1024).strip();
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format + "%n", values);
  }
}
