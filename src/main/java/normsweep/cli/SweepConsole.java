package normsweep.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import normsweep.record.EpochMetrics;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.sweep.SweepInputs;
import normsweep.sweep.SweepRunner;
import normsweep.tail.Tail;
import org.deeplearning4j.optimize.api.TrainingListener;

/** What a running sweep shows on the terminal. */
final class SweepConsole implements SweepRunner.Observer {
  private final PrintStream out;
  private final SweepConfig config;
  private final SweepFolder folder;
  private final LiveStats stats;
  private List<Trial> trials = List.of();

  SweepConsole(PrintStream out, SweepConfig config, SweepFolder folder, LiveStats stats) {
    this.out = out;
    this.config = config;
    this.folder = folder;
    this.stats = stats;
  }

  @Override
  public void started(SweepInputs inputs, List<Trial> all) {
    trials = all;
    print(
        "Sweep %s: %d trials of %d epochs on %,d training, %,d validation, %,d test images",
        config.name(),
        all.size(),
        config.training().epochs(),
        config.data().train(),
        config.data().validation(),
        config.data().test());
    inputs.describe().forEach(line -> print("  %s", line));
  }

  @Override
  public void trialStarted(Trial trial, Tail tail, int epochsDone) {
    print(
        "%n[%d/%d] %s (%s)%s",
        trials.indexOf(trial) + 1,
        trials.size(),
        trial.id(),
        tail.describe(),
        epochsDone == 0 ? "" : ", resuming after epoch " + epochsDone);
  }

  @Override
  public void epochDone(Trial trial, EpochMetrics m) {
    print(
        "  epoch %2d/%d  train loss %.3f, accuracy %5.1f %%  validation loss %.3f, accuracy %5.1f"
            + " %%  %.1f s",
        m.epoch(),
        config.training().epochs(),
        m.trainLoss(),
        100 * m.trainAccuracy(),
        m.valLoss(),
        100 * m.valAccuracy(),
        m.seconds());
  }

  @Override
  public List<TrainingListener> listeners(Trial trial, TrialFolder trialFolder, int iterations) {
    List<TrainingListener> listeners =
        new ArrayList<>(stats.listen(trial, trialFolder, iterations));
    listeners.add(new EpochBar(config.iterationsPerEpoch()));
    return listeners;
  }

  @Override
  public void trialEnded(TrialResult result) {
    stats.endTrial();
    if (result.completed()) {
      print(
          "  test accuracy %.1f %% with the parameters of epoch %d; saved %s",
          100 * result.testAccuracy(), result.bestEpoch(), folder.root().resolve(result.model()));
    } else {
      print("  failed: %s", result.reason());
    }
  }

  /** The final table. */
  void summary(SweepResults results) {
    print("%n%s", ResultTable.of(results));
    print("Results in %s", folder.root());
  }

  private void print(String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments));
  }
}
