package normsweep.ui.state;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import normsweep.record.EpochMetrics;
import normsweep.record.SweepConfig;
import normsweep.record.TrialResult;

/**
 * Estimates how long trials still train: the epochs that are left, each as long as the trial's own
 * epochs were on average, or else those of trials with its head, or else those of all trials. A
 * trial that stops early takes less.
 */
public final class TimeLeft {
  private static final int MINUTE = 60;
  private static final int HOUR = 3600;

  private final TrialRecords records;
  private final Instant now;
  private final Map<String, List<EpochMetrics>> epochs = new HashMap<>();
  private final Map<String, List<EpochMetrics>> epochsByHead = new HashMap<>();
  private final List<EpochMetrics> allEpochs = new ArrayList<>();

  private TimeLeft(TrialRecords records, Instant now) {
    this.records = records;
    this.now = now;
  }

  static TimeLeft of(List<TrialResult> trials, TrialRecords records, Instant now) {
    TimeLeft left = new TimeLeft(records, now);
    for (TrialResult trial : trials) {
      List<EpochMetrics> own = records.metrics(trial.id());
      left.epochs.put(trial.id(), own);
      left.epochsByHead
          .computeIfAbsent(trial.trial().head(), head -> new ArrayList<>())
          .addAll(own);
      left.allEpochs.addAll(own);
    }
    return left;
  }

  /** Complete epochs of a trial. */
  int done(TrialResult trial) {
    return Math.max(trial.epochs(), epochs.get(trial.id()).size());
  }

  /** Seconds that a trial still trains, null if nothing tells. */
  Double seconds(TrialResult trial) {
    if (trial.ended()) {
      return 0.0;
    }
    OptionalDouble epoch = epochSeconds(trial);
    Optional<SweepConfig> config = records.config(trial.trial());
    if (epoch.isEmpty() || config.isEmpty()) {
      return null;
    }
    int left = config.get().training().epochs() - done(trial);
    return Math.max(0, left * epoch.getAsDouble() - underWay(trial, epoch.getAsDouble()));
  }

  /** How long the current epoch has been trained, as far as it can count. */
  private double underWay(TrialResult trial, double epoch) {
    if (trial.status() != TrialResult.Status.RUNNING) {
      return 0;
    }
    double since =
        records
            .newestEpoch(trial.id())
            .map(newest -> Duration.between(newest, now).toMillis() / 1e3)
            .orElse(0.0);
    return Math.max(0, Math.min(since, epoch));
  }

  private OptionalDouble epochSeconds(TrialResult trial) {
    return Stream.of(epochs.get(trial.id()), epochsByHead.get(trial.trial().head()), allEpochs)
        .filter(known -> !known.isEmpty())
        .findFirst()
        .map(known -> known.stream().mapToDouble(EpochMetrics::seconds).average())
        .orElse(OptionalDouble.empty());
  }

  /** A time in words, such as {@code 12 min}. */
  public static String words(double seconds) {
    long whole = Math.round(seconds);
    if (whole < MINUTE) {
      return whole + " s";
    }
    return whole < HOUR
        ? Math.round(whole / (double) MINUTE) + " min"
        : String.format(Locale.ROOT, "%d h %02d min", whole / HOUR, whole % HOUR / MINUTE);
  }
}
