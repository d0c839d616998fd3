package normsweep.cli;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import normsweep.base.Progress;
import normsweep.record.EpochMetrics;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;
import normsweep.record.TuningChoice;
import normsweep.sweep.SweepInputs;
import normsweep.sweep.SweepRunner;
import normsweep.tail.Tail;
import normsweep.ui.SweepStats;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;

/** What a running sweep shows on the terminal, and the recording of each trial's statistics. */
class SweepConsole implements SweepRunner.Observer, AutoCloseable {
  private final SweepConfig config;
  private final SweepFolder folder;
  private List<Trial> trials = List.of();
  private boolean tuning;
  private Optional<SweepStats> stats = Optional.empty();

  SweepConsole(SweepConfig config, SweepFolder folder) {
    this.config = config;
    this.folder = folder;
  }

  @Override
  public void started(SweepInputs inputs, List<Trial> all, boolean tunes) {
    trials = all;
    tuning = tunes;
    SweepConfig shown = tuning ? config.tuning() : config;
    print(
        "Sweep %s: %d %s%s%s",
        config.name(), all.size(), tuning ? "tuning " : "", plural(all.size()), common(shown));
    for (String key : shown.varied()) {
      print(
          "  %s: %s",
          key,
          all.stream()
              .map(trial -> TrialSettings.text(trial.settings().values().get(key)))
              .distinct()
              .collect(Collectors.joining(", ")));
    }
    inputs.describe().forEach(line -> print("  %s", line));
  }

  /** Epochs and images, as far as all trials have the same. */
  private String common(SweepConfig shown) {
    Set<String> varied = new HashSet<>(shown.varied());
    varied.addAll(config.tune().keys().keySet());
    SweepConfig.Data data = config.data();
    Map<String, Integer> parts = new LinkedHashMap<>();
    parts.put("train", data.train());
    parts.put("validation", data.validation());
    parts.put("test", data.test());
    parts.keySet().removeIf(part -> varied.contains("data." + part));
    int epochs = config.training().epochs();
    boolean early = config.training().patience() > 0 || varied.contains("training.patience");
    String text =
        varied.contains("training.epochs")
            ? ""
            : " of " + (early ? "at most " : "") + epochs + (epochs == 1 ? " epoch" : " epochs");
    return parts.isEmpty()
        ? text
        : parts.entrySet().stream()
            .map(
                part ->
                    String.format(
                        Locale.ROOT,
                        "%,d %s",
                        part.getValue(),
                        part.getKey().replace("train", "training")))
            .collect(Collectors.joining(", ", text + " on ", " images"));
  }

  private static String plural(int trials) {
    return trials == 1 ? "trial" : "trials";
  }

  @Override
  public void trialStarted(Trial trial, Tail tail, int epochsDone) {
    print(
        "%n[%s%d/%d%s] %s%s (%s)%s",
        tuning ? "tuning " : "",
        trials.indexOf(trial) + 1,
        trials.size(),
        candidate(trial),
        trial.tuned().isEmpty() ? "" : "with " + trial.tuned().label() + ": ",
        trial.id(),
        tail.describe(),
        epochsDone == 0 ? "" : ", resuming after epoch " + epochsDone);
  }

  /** Which candidate of its cell a trial is. */
  private String candidate(Trial trial) {
    Set<String> keys = (tuning ? config.tuning() : config).search().space().keySet();
    if (keys.isEmpty()) {
      return "";
    }
    List<TrialSettings> candidates =
        trials.stream().map(one -> one.settings().only(keys)).distinct().toList();
    return ", candidate "
        + (candidates.indexOf(trial.settings().only(keys)) + 1)
        + "/"
        + candidates.size();
  }

  @Override
  public void tuned(List<TuningChoice> choices) {
    print("%nTuning chose, by the lowest mean validation loss:%n%s", ResultTable.of(choices));
  }

  @Override
  public void epochDone(Trial trial, EpochMetrics m) {
    print(
        "  epoch %2d/%d  train loss %.3f, accuracy %5.1f %%  validation loss %.3f, accuracy %5.1f"
            + " %%  %.1f s",
        m.epoch(),
        config.of(trial).training().epochs(),
        m.trainLoss(),
        100 * m.trainAccuracy(),
        m.valLoss(),
        100 * m.valAccuracy(),
        m.seconds());
  }

  @Override
  public List<TrainingListener> listeners(
      Trial trial, Tail tail, TrialFolder trialFolder, int iterations) {
    SweepStats opened =
        SweepStats.open(
            trialFolder.stats(), trial.id(), tail, config.tracking().statsEvery(), iterations);
    stats = Optional.of(opened);
    return List.of(opened.listener(), new EpochBar(config.of(trial).iterationsPerEpoch()));
  }

  @Override
  public void trialEnded(TrialResult result) {
    close();
    if (result.completed() && tuning) {
      print(
          "  validation loss %.3f, accuracy %.1f %% with the parameters of epoch %d",
          result.valLoss(), 100 * result.valAccuracy(), result.bestEpoch());
    } else if (result.completed()) {
      print(
          "  test accuracy %.1f %% with the parameters of epoch %d; saved %s",
          100 * result.testAccuracy(), result.bestEpoch(), folder.root().resolve(result.model()));
    } else if (result.pruned()) {
      print("  %s %s", result.id(), result.reason());
    } else if (!result.ended()) {
      print("  waits at epoch %d for the other candidates of its cell", result.epochs());
    } else {
      print("  failed: %s", result.reason());
    }
  }

  /** The final table. */
  void summary(SweepResults results) {
    print("%n%s", ResultTable.of(results));
    print("Results in %s", folder.root());
  }

  /** Closes the statistics of the current trial, if there is one. */
  @Override
  public void close() {
    stats.ifPresent(SweepStats::close);
    stats = Optional.empty();
  }

  private static void print(String format, Object... arguments) {
    System.out.printf(Locale.ROOT, format + "%n", arguments);
  }

  /** Shows the progress of an epoch on a terminal until the epoch's own line replaces it. */
  private static final class EpochBar extends BaseTrainingListener {
    private final int iterations;
    private Progress bar;

    EpochBar(int iterations) {
      this.iterations = iterations;
    }

    @Override
    public void onEpochStart(Model model) {
      bar = Progress.vanishing("  training", iterations, "steps");
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      bar.step(1);
    }

    @Override
    public void onEpochEnd(Model model) {
      bar.close();
    }
  }
}
