package normsweep.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import normsweep.base.Reason;
import normsweep.cli.terminal.CtrlC;
import normsweep.cli.terminal.Paragraph;
import normsweep.cli.terminal.Screen;
import normsweep.cli.terminal.SweepProgress;
import normsweep.record.DataSettings;
import normsweep.record.EpochMetrics;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;
import normsweep.record.TuningChoice;
import normsweep.report.export.TensorBoard;
import normsweep.sweep.SweepRunner;
import normsweep.tail.Tail;
import normsweep.ui.SweepStats;
import org.apache.commons.io.function.IOConsumer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Help.Ansi;

/** What a running sweep shows on the terminal, and the recording of each trial's statistics. */
class SweepConsole implements SweepRunner.Observer, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SweepConsole.class);

  private final SweepConfig config;
  private final SweepFolder folder;
  private final Screen screen;
  private final Optional<CtrlC> stop;
  private String address;
  private final Map<String, String> workers = new HashMap<>();
  private List<Trial> trials = List.of();
  private boolean tuning;
  private Optional<SweepStats> stats = Optional.empty();
  private Optional<SweepProgress> progress = Optional.empty();
  private Optional<TensorBoard> events = Optional.empty();

  SweepConsole(SweepConfig config, SweepFolder folder, Screen screen, Optional<CtrlC> stop) {
    this.config = config;
    this.folder = folder;
    this.screen = screen;
    this.stop = stop;
    this.address = folder.root().toString();
  }

  /** Names the sweep's folder by an address, where it is not on this machine. */
  void showAs(String place) {
    address = place;
  }

  /** Also writes event files for TensorBoard, after every epoch. */
  void writeEvents() {
    events = Optional.of(new TensorBoard(folder, config));
  }

  @Override
  public void started(List<String> inputs, List<Trial> all, boolean tunes) {
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
    inputs.forEach(line -> print("  %s", line));
    write(to -> to.writeColumns(all));
    stop.ifPresent(CtrlC::saves);
    close();
    SweepFolder own = tuning ? folder.tuning() : folder;
    progress =
        Optional.of(
            new SweepProgress(
                screen,
                shown,
                Files.exists(own.results())
                    ? own.readResults().trials()
                    : all.stream().map(TrialResult::pending).toList()));
  }

  /** Epochs and images, as far as all trials have the same. */
  private String common(SweepConfig shown) {
    Set<String> varied = new HashSet<>(shown.varied());
    varied.addAll(config.tune().keys().keySet());
    DataSettings data = config.data();
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
  public void placed(Trial trial, String worker) {
    workers.put(trial.id(), worker);
  }

  @Override
  public void trialStarted(Trial trial, String network, int epochsDone) {
    String worker = workers.get(trial.id());
    print(
        "%n[%s%s] %s%s (%s)%s%s",
        number(trial),
        candidate(trial),
        trial.tuned().isEmpty() ? "" : "with " + trial.tuned().label() + ": ",
        trial.id(),
        network,
        epochsDone == 0 ? "" : ", resuming after epoch " + epochsDone,
        worker == null ? "" : ", on " + worker);
    if (worker == null) {
      progress.ifPresent(shown -> shown.trialStarted(trial, epochsDone));
    }
  }

  private String number(Trial trial) {
    return (tuning ? "tuning " : "") + (trials.indexOf(trial) + 1) + "/" + trials.size();
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
    boolean elsewhere = workers.containsKey(trial.id());
    if (elsewhere) {
      progress.ifPresent(shown -> shown.epochTrained(trial));
    }
    print(
        "  %sepoch %2d/%d  train loss %.3f (%.1f %%)  validation %.3f (%.1f %%)  %.1f s",
        elsewhere ? "[" + number(trial) + "] " : "",
        m.epoch(),
        config.of(trial).training().epochs(),
        m.trainLoss(),
        100 * m.trainAccuracy(),
        m.valLoss(),
        100 * m.valAccuracy(),
        m.seconds());
    write(to -> to.write(TrialResult.running(trial, m.epoch())));
  }

  // Trials that tune the sweep have no part in it.
  private void write(IOConsumer<TensorBoard> what) {
    if (events.isEmpty() || tuning) {
      return;
    }
    try {
      what.accept(events.get());
    } catch (IOException e) {
      LOG.warn(
          "{} takes no more events ({}); `export --tensorboard` writes them later.",
          events.get().root(),
          Reason.ofWriting(e));
      events = Optional.empty();
    }
  }

  @Override
  public boolean stops() {
    return stop.map(CtrlC::asked).orElse(false);
  }

  @Override
  public List<TrainingListener> listeners(
      Trial trial, Tail tail, TrialFolder trialFolder, int iterations) {
    SweepStats opened =
        SweepStats.open(
            trialFolder.stats(), trial.id(), tail, config.tracking().statsEvery(), iterations);
    stats = Optional.of(opened);
    return Stream.concat(Stream.of(opened.listener()), progress.stream()).toList();
  }

  @Override
  public void trialEnded(TrialResult result) {
    closeStats();
    write(to -> to.write(result));
    progress.ifPresent(shown -> shown.trialEnded(result));
    if (result.completed() && tuning) {
      print(
          "  validation loss %.3f, accuracy %.1f %% with the parameters of epoch %d",
          result.valLoss(), 100 * result.valAccuracy(), result.bestEpoch());
    } else if (result.completed()) {
      print(
          "  test accuracy %.1f %% with the parameters of epoch %d; saved %s",
          100 * result.testAccuracy(), result.bestEpoch(), address + "/" + result.model());
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
    close();
    print("");
    System.out.println(ResultTable.of(results, Screen.columns(), Ansi.AUTO));
    System.out.println("Results in " + address);
  }

  /** Closes the statistics of the current trial, if there is one, and removes the lines. */
  @Override
  public void close() {
    closeStats();
    progress.ifPresent(SweepProgress::close);
    progress = Optional.empty();
  }

  void closeStats() {
    stats.ifPresent(SweepStats::close);
    stats = Optional.empty();
  }

  private void print(String format, Object... arguments) {
    if (!screen.quiet()) {
      String text = String.format(Locale.ROOT, format, arguments);
      System.out.println(Paragraph.wrapped(text, Screen.columns()));
    }
  }
}
