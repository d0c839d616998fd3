package normsweep.cli.terminal;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import normsweep.record.SweepConfig;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/**
 * How far a sweep has come: a line for all of it and one for the trial that trains, whose listener
 * it is. Progress is counted in training images, epochs of ended trials being complete.
 */
public final class SweepProgress extends BaseTrainingListener implements AutoCloseable {
  private static final double UNFINISHED = 0.99;

  private final Screen screen;
  private final SweepConfig config;
  private final List<Trial> trials;
  private final Map<String, Long> done = new ConcurrentHashMap<>();
  private final long all;
  private final long begin = System.nanoTime();
  private double trained;
  private int ended;
  private volatile Current current;

  /** The trial that trains, and its epoch. */
  private static final class Current {
    final Trial trial;
    final long begin = System.nanoTime();
    final long images;
    final int epochs;
    long epochBegin = begin;
    double trained;
    int epoch;
    double seen;
    double loss;
    double seconds;

    Current(Trial trial, SweepConfig config) {
      this.trial = trial;
      this.images = images(config, trial);
      this.epochs = config.of(trial).training().epochs();
    }
  }

  /**
   * Shows the progress of a sweep.
   *
   * @param rows what is known of its trials
   */
  public SweepProgress(Screen screen, SweepConfig config, List<TrialResult> rows) {
    this.screen = screen;
    this.config = config;
    trials = rows.stream().map(TrialResult::trial).toList();
    all = trials.stream().mapToLong(trial -> images(config, trial)).sum();
    rows.forEach(this::count);
    screen.show(this, this::sweepLine);
  }

  private static long images(SweepConfig config, Trial trial) {
    SweepConfig own = config.of(trial);
    return (long) own.training().epochs() * own.data().train();
  }

  private synchronized void count(TrialResult row) {
    long epochs = (long) row.epochs() * config.of(row.trial()).data().train();
    done.put(row.id(), row.ended() ? images(config, row.trial()) : epochs);
    ended += row.ended() ? 1 : 0;
  }

  /** A trial starts, or goes on after some epochs. */
  public void trialStarted(Trial trial, int epochsDone) {
    Current started = new Current(trial, config);
    started.epoch = epochsDone;
    current = started;
    screen.show(started, () -> trialLine(started));
  }

  /** A trial that trains on a cluster has completed an epoch. */
  public synchronized void epochTrained(Trial trial) {
    long images = config.of(trial).data().train();
    trained += images;
    done.merge(trial.id(), images, Long::sum);
  }

  /** The trial that trained has ended, or pauses. */
  public void trialEnded(TrialResult result) {
    count(result);
    hideTrial();
  }

  private void hideTrial() {
    if (current != null) {
      screen.hide(current);
      current = null;
    }
  }

  @Override
  public synchronized void onEpochStart(Model model) {
    current.epochBegin = System.nanoTime();
    current.epoch++;
    current.seen = 0;
    current.loss = 0;
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    Current now = current;
    int images = model.batchSize();
    now.loss = (now.loss * now.seen + model.score() * images) / (now.seen + images);
    now.seen += images;
    now.seconds = secondsSince(now.epochBegin);
    now.trained += images;
    trained += images;
    done.merge(now.trial.id(), (long) images, Long::sum);
  }

  private synchronized StatusLine sweepLine() {
    double share = (double) done.values().stream().mapToLong(Long::longValue).sum() / all;
    // Networks are evaluated and saved after their last image.
    share = ended < trials.size() ? Math.min(share, UNFINISHED) : share;
    double seconds = secondsSince(begin);
    return new StatusLine(
        "sweep" + " ".repeat(label().length() - "sweep".length()),
        share,
        List.of(
            left(trained, (1 - share) * all, seconds),
            ended + " of " + trials.size() + " trials ended",
            trained == 0 ? "" : StatusLine.speed(trained, seconds, "images")));
  }

  private synchronized StatusLine trialLine(Current now) {
    long images = done.getOrDefault(now.trial.id(), 0L);
    if (images >= now.images) {
      return new StatusLine(label(), UNFINISHED, List.of("evaluating and saving"));
    }
    return new StatusLine(
        label(),
        (double) images / now.images,
        List.of(
            now.seen == 0 ? "" : StatusLine.speed(now.seen, now.seconds, "images"),
            now.seen == 0 ? "" : String.format(Locale.ROOT, "loss %.3f", now.loss),
            left(now.trained, (double) now.images - images, secondsSince(now.begin)),
            "epoch " + Math.max(1, now.epoch) + "/" + now.epochs));
  }

  private String label() {
    Current now = current;
    int number = now == null ? trials.size() : trials.indexOf(now.trial) + 1;
    return "trial " + number + "/" + trials.size();
  }

  /** The time left, from what this run of the program has trained itself. */
  private static String left(double trained, double remaining, double seconds) {
    return trained == 0 ? "" : StatusLine.timeLeft(trained / (trained + remaining), seconds);
  }

  private static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  @Override
  public void close() {
    hideTrial();
    screen.hide(this);
  }
}
