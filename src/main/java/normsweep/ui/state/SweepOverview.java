package normsweep.ui.state;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import normsweep.base.NormSweepException;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;
import normsweep.record.TrialResult.Status;
import normsweep.sweep.SweepLock;

/**
 * The state of a sweep.
 *
 * @param sweep the sweep's name
 * @param trials one row per trial
 * @param progress share of all epochs that are done, in [0, 1]
 * @param secondsLeft estimate of the training time that is left; null if nothing tells
 * @param problem why there are no rows, null if there are
 */
public record SweepOverview(
    String sweep, List<TrialRow> trials, double progress, Double secondsLeft, String problem) {
  static final String INTERRUPTED = "interrupted";
  static final String WAITING = "waiting for tuning";

  /** All statuses, in the order of the summary. */
  public static final List<String> STATUSES =
      List.of("completed", "running", INTERRUPTED, "pending", WAITING, "failed", "pruned");

  /**
   * One trial.
   *
   * @param result its row of {@code results.json}
   * @param status its status, {@code waiting for tuning} if it is pending until then
   * @param statistics whether it has training pages
   * @param epochsDone complete epochs
   * @param epochs the most epochs that it can have; null if the config is not known
   * @param progress share of its training that is done, in [0, 1]: by steps while it runs, by
   *     complete epochs while it does not
   * @param secondsLeft estimate of the training time that is left; null if nothing tells
   */
  public record TrialRow(
      TrialResult result,
      String status,
      boolean statistics,
      int epochsDone,
      Integer epochs,
      double progress,
      Double secondsLeft) {}

  /**
   * Reads the state of a sweep.
   *
   * @param locked the folder whose lock a process that writes to this one holds
   * @param statistics whether a trial has training pages
   */
  public static SweepOverview read(
      SweepFolder folder,
      SweepFolder locked,
      TrialRecords records,
      Predicate<String> statistics,
      Instant now) {
    if (!Files.exists(folder.results())) {
      return new SweepOverview(
          folder.name(),
          List.of(),
          0,
          null,
          "The sweep has not started: there is no results.json.");
    }
    try {
      boolean runs = SweepLock.isHeld(locked);
      SweepResults results = folder.readResults().now(runs);
      boolean tuning =
          records.config().filter(SweepConfig::tuned).isPresent()
              && !Files.exists(folder.choices());
      TimeLeft timeLeft = TimeLeft.of(results.trials(), records, now);
      return of(
          results.sweep(),
          results.trials().stream()
              .map(
                  result -> {
                    String status = status(result, tuning);
                    int done = timeLeft.done(result);
                    Optional<SweepConfig> config = records.config(result.trial());
                    return new TrialRow(
                        result,
                        status,
                        statistics.test(result.id()),
                        done,
                        config.map(of -> of.training().epochs()).orElse(null),
                        progress(result, status, done, config, records),
                        timeLeft.seconds(result));
                  })
              .toList());
    } catch (NormSweepException e) {
      return new SweepOverview(folder.name(), List.of(), 0, null, e.getMessage());
    }
  }

  private static SweepOverview of(String sweep, List<TrialRow> rows) {
    double done = rows.stream().mapToDouble(row -> row.progress() * weight(row)).sum();
    double all = rows.stream().mapToDouble(SweepOverview::weight).sum();
    List<TrialRow> left = rows.stream().filter(row -> !row.result().ended()).toList();
    boolean known = left.stream().allMatch(row -> row.secondsLeft() != null);
    return new SweepOverview(
        sweep,
        rows,
        done / all,
        known ? left.stream().mapToDouble(TrialRow::secondsLeft).sum() : null,
        null);
  }

  private static double weight(TrialRow row) {
    return row.epochs() == null ? 1 : row.epochs();
  }

  private static double progress(
      TrialResult result,
      String status,
      int epochs,
      Optional<SweepConfig> config,
      TrialRecords records) {
    if (result.ended() || config.isEmpty()) {
      return result.ended() ? 1 : 0;
    }
    // An interrupted trial loses the steps since it was last saved.
    double steps = status.equals(Status.RUNNING.id()) ? records.newestStep(result.id()) : 0;
    double done = Math.max(epochs, steps / config.get().iterationsPerEpoch());
    return Math.min(1, done / config.get().training().epochs());
  }

  private static String status(TrialResult result, boolean tuning) {
    return result.status() == Status.PENDING && tuning && !result.leftOut()
        ? WAITING
        : result.status().id();
  }

  /** How many trials there are of each status, or why there are none. */
  @JsonIgnore
  public String summary() {
    if (problem != null) {
      return problem;
    }
    Map<String, Long> counts =
        trials.stream().collect(groupingBy(TrialRow::status, TreeMap::new, counting()));
    return STATUSES.stream()
        .filter(counts::containsKey)
        .map(status -> counts.get(status) + " " + status)
        .collect(joining(", ", "", " of " + trials.size() + " trials"));
  }

  /** How far the sweep is, in words. */
  @JsonIgnore
  public String progressText() {
    String done = String.format(Locale.ROOT, "%.0f\u00a0%% of all epochs", 100 * progress);
    return secondsLeft == null || secondsLeft == 0
        ? done
        : done + ", about " + TimeLeft.words(secondsLeft) + " of training left";
  }

  /**
   * The completed trials with the highest validation accuracy: validation images choose, test
   * images only confirm.
   */
  @JsonIgnore
  public List<String> best() {
    List<TrialResult> completed =
        trials.stream().map(TrialRow::result).filter(TrialResult::completed).toList();
    double best = completed.stream().mapToDouble(TrialResult::valAccuracy).max().orElse(0);
    return completed.stream()
        .filter(trial -> trial.valAccuracy() == best)
        .map(TrialResult::id)
        .toList();
  }
}
