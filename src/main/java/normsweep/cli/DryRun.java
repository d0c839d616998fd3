package normsweep.cli;

import static java.util.stream.Collectors.joining;

import java.util.Locale;
import java.util.Optional;
import normsweep.record.SweepConfig;
import normsweep.sweep.SweepPlan;

/** What {@code run --dry-run} prints. */
final class DryRun {
  private DryRun() {}

  /** One line per trial, then the estimates, also for the cluster of a master. */
  static String text(SweepPlan plan, SweepConfig config, Optional<String> master) {
    StringBuilder text = new StringBuilder();
    plan.tuning().ifPresent(first -> text.append(trials("tuning  ", first)).append(line("")));
    text.append(trials("", plan));
    text.append(
        line(
            "%nSweep %s: %s%d trials, %d to run",
            config.name(),
            plan.tuning()
                .map(
                    first ->
                        String.format(
                            Locale.ROOT,
                            "%d tuning trials, %d to run; then ",
                            first.rows().size(),
                            left(first)))
                .orElse(""),
            plan.rows().size(),
            left(plan)));
    double maxSeconds = 60 * config.search().maxMinutes();
    double limit = maxSeconds > 0 ? maxSeconds : Double.POSITIVE_INFINITY;
    double tuningSeconds = plan.tuning().map(SweepPlan::trainSeconds).orElse(0.0);
    if (tuningSeconds > 0) {
      text.append(
          line(
              "time: about %s of tuning%s",
              duration(tuningSeconds),
              config.prune().rungs().isEmpty() ? "" : ", pruned trials stopping at their rungs"));
    }
    text.append(
        line(
            "time: about %s of training, and at most %s for features that are not in the cache",
            duration(Math.min(plan.trainSeconds(), limit)), duration(plan.featureSeconds())));
    text.append(
        line(
            "disk: about %s for trials, and at most %s for features",
            size(plan.trialBytes() + plan.tuning().map(SweepPlan::trialBytes).orElse(0L)),
            size(plan.featureBytes())));
    master
        .map(ClusterEstimate::cores)
        .ifPresent(cores -> text.append(ClusterEstimate.of(plan, cores).text(cores)));
    text.append(line("estimated from %s", plan.basis()));
    if (maxSeconds > 0) {
      text.append(
          line(
              "search.maxMinutes: no trial starts after %s of training, earlier runs included",
              duration(maxSeconds)));
    }
    text.append(line("Nothing was run."));
    return text.toString();
  }

  private static String trials(String phase, SweepPlan plan) {
    return plan.rows().stream()
        .map(row -> line("%-11s  %s%s", row.status().id(), phase, row.id()))
        .collect(joining());
  }

  private static long left(SweepPlan plan) {
    return plan.rows().stream().filter(row -> !row.ended()).count();
  }

  private static String duration(double seconds) {
    if (seconds < 60) {
      return line("%.0f s", seconds).strip();
    }
    return seconds < 2 * 3600
        ? line("%.0f min", seconds / 60).strip()
        : line("%.1f h", seconds / 3600).strip();
  }

  static String size(long bytes) {
    double mib = bytes / (double) (1 << 20);
    return mib < 1024 ? line("%.0f MiB", mib).strip() : line("%.1f GiB", mib / 1024).strip();
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format + "%n", values);
  }
}
