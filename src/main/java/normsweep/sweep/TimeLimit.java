package normsweep.sweep;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import normsweep.base.NormSweepException;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxTimeCondition;

/**
 * {@code search.maxMinutes}: Arbiter's time condition over what earlier runs of the sweep have left
 * of the limit. A trial that was started is always finished.
 */
final class TimeLimit {
  private final double minutes;
  private final MaxTimeCondition condition;

  private TimeLimit(double minutes, double usedSeconds) {
    this.minutes = minutes;
    double left = Math.max(0, 60 * minutes - usedSeconds);
    condition = new MaxTimeCondition(Math.round(1000 * left), TimeUnit.MILLISECONDS);
  }

  /** The limit of a sweep, of which the epochs on disk have used a part. */
  static TimeLimit of(SweepConfig config, SweepFolder folder, SweepResults results) {
    double used = 0;
    if (config.search().maxMinutes() > 0) {
      for (TrialResult row : results.trials()) {
        used += Objects.requireNonNullElseGet(row.trainSeconds(), () -> recorded(folder, row));
      }
    }
    TimeLimit limit = new TimeLimit(config.search().maxMinutes(), used);
    limit.start();
    return limit;
  }

  private static double recorded(SweepFolder folder, TrialResult row) {
    Path metrics = folder.trial(row.id()).metrics();
    try {
      return Files.exists(metrics)
          ? Records.readCsv(metrics, EpochMetrics.class).stream()
              .mapToDouble(EpochMetrics::seconds)
              .sum()
          : 0;
    } catch (NormSweepException e) {
      return 0; // damaged: the trial begins again, and its time with it
    }
  }

  /** Starts the clock, once everything before training is done. */
  void start() {
    condition.initialize(null); // the runner that Arbiter passes is not asked for anything
  }

  boolean reached() {
    return minutes > 0 && condition.terminate(null);
  }

  String reason() {
    return String.format(
        Locale.ROOT,
        "not started: search.maxMinutes is %s; raise it to run this trial",
        minutes == Math.rint(minutes) ? Long.toString((long) minutes) : Double.toString(minutes));
  }
}
