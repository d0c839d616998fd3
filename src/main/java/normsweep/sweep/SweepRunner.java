package normsweep.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import normsweep.base.AtomicFiles;
import normsweep.base.FileTree;
import normsweep.base.MachineMemory;
import normsweep.base.NormSweepException;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.SweepResults;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.tail.Tail;
import normsweep.train.Checkpoint;
import normsweep.train.DivergedException;
import normsweep.train.Evaluation;
import normsweep.train.TrialTrainer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs or resumes a sweep in its folder: the grid is on disk before the first trial starts,
 * finished trials are not run again, and a failed trial does not stop the others.
 */
public final class SweepRunner {
  private static final Logger log = LoggerFactory.getLogger(SweepRunner.class);
  private static final double CONVERGED = 0.95;

  /** What commands write into a sweep's folder. */
  private static final List<String> WRITTEN =
      List.of(
          "results.json",
          "results.csv",
          "trials",
          "figures",
          "landscape.json",
          "landscape-tail.json",
          "report.pdf",
          "report.html",
          "analysis.ipynb",
          "slides.pptx",
          "sweep.yaml");

  private final SweepConfig config;
  private final SweepFolder folder;
  private final Options options;
  private final Observer observer;
  private SweepResults results;

  /**
   * How to run a sweep.
   *
   * @param data the user's CIFAR-10, if given
   * @param weights the user's weights file, if given
   * @param fresh whether an earlier run in the folder is discarded
   * @param failFast whether the first failed trial ends the sweep
   */
  public record Options(
      Optional<Path> data,
      Optional<Path> weights,
      boolean fresh,
      boolean failFast,
      TailChoice tail) {}

  /** Follows a sweep while it runs. */
  public interface Observer {
    /** Called once the inputs are ready, before the first trial. */
    default void started(SweepInputs inputs, List<Trial> trials) {}

    /** Called when a trial starts or resumes. */
    default void trialStarted(Trial trial, Tail tail, int epochsDone) {}

    /** Called after every epoch. */
    default void epochDone(Trial trial, EpochMetrics metrics) {}

    /** Called when a trial is completed or failed. */
    default void trialEnded(TrialResult result) {}

    /** Listeners to attach to the trial's network, which has completed {@code iterations} steps. */
    default List<TrainingListener> listeners(Trial trial, TrialFolder trialFolder, int iterations) {
      return List.of();
    }
  }

  private SweepRunner(SweepConfig config, SweepFolder folder, Options options, Observer observer) {
    this.config = config;
    this.folder = folder;
    this.options = options;
    this.observer = observer;
  }

  /**
   * Runs every trial that is not completed.
   *
   * @return the results, all trials
   * @throws NormSweepException exit code 2 if the folder belongs to another config or is in use, 3
   *     if data or weights are unavailable
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static SweepResults run(
      SweepConfig config, SweepFolder folder, Options options, Observer observer) {
    try (SweepLock held = SweepLock.take(folder)) {
      return new SweepRunner(config, folder, options, observer).run();
    } catch (IOException | UncheckedIOException e) {
      throw NormSweepException.unwritable("The sweep's folder " + folder.root(), e);
    }
  }

  private SweepResults run() throws IOException {
    MemoryBudget.require(config, options.tail(), MachineMemory.bytes());
    SweepResults previous = claimFolder();
    List<Trial> trials = TrialGrid.of(config.grid());
    if (previous.trials().stream().allMatch(TrialResult::ended)) {
      return previous;
    }
    put(previous);
    try (SweepInputs inputs = SweepInputs.reopen(folder, options.data(), options.weights())) {
      put(results.with(inputs.weightsOrigin(), inputs.dataOrigin()));
      observer.started(inputs, trials);
      for (Trial trial : trials) {
        if (!results.trial(trial.id()).orElseThrow().ended()) {
          TrialResult result = runTrial(trial, inputs);
          put(result);
          observer.trialEnded(result);
          if (!result.completed() && options.failFast()) {
            break;
          }
        }
      }
    }
    return results;
  }

  /** Writes config and grid, or checks that those on disk belong to this sweep. */
  private SweepResults claimFolder() throws IOException {
    if (options.fresh()) {
      clean();
    }
    if (Files.exists(folder.config())) {
      List<String> differences = SweepYaml.differences(folder.readConfig(), config);
      if (!differences.isEmpty()) {
        throw refused(
            "a sweep with a different config in its sweep.yaml ("
                + String.join("; ", differences)
                + "); start over");
      }
    } else if (Files.exists(folder.results())) {
      throw refused("results without their sweep.yaml; restore it, start over");
    } else {
      AtomicFiles.writeString(folder.config(), SweepYaml.write(config));
    }
    List<TrialResult> pending =
        TrialGrid.of(config.grid()).stream().map(TrialResult::pending).toList();
    if (!Files.exists(folder.results())) {
      return new SweepResults(
          SweepResults.SCHEMA, config.name(), null, null, Environment.describe(), pending);
    }
    SweepResults previous = folder.readResults();
    List<Trial> found = previous.trials().stream().map(TrialResult::trial).toList();
    if (!found.equals(pending.stream().map(TrialResult::trial).toList())) {
      throw Records.damaged(
          folder.results(), "its trials differ from those of its sweep.yaml", null);
    }
    return previous;
  }

  private NormSweepException refused(String found) {
    return NormSweepException.usage(
        folder.root()
            + " contains "
            + found
            + " with --fresh or choose another folder with --out.");
  }

  /** Removes an earlier run, but only files that a sweep writes, and the config last. */
  private void clean() throws IOException {
    if (Files.exists(folder.config()) || Files.exists(folder.results())) {
      for (String name : WRITTEN) {
        Path path = folder.root().resolve(name);
        if (Files.isSymbolicLink(path)) {
          throw NormSweepException.usage(path + " is a link; remove it by hand before --fresh.");
        }
        FileTree.delete(path);
      }
    }
  }

  private TrialResult runTrial(Trial trial, SweepInputs inputs) throws IOException {
    TrialFolder files = folder.trial(trial.id());
    Consumer<EpochMetrics> epochs =
        metrics -> {
          put(TrialResult.running(trial, metrics.epoch()));
          observer.epochDone(trial, metrics);
        };
    try {
      Tail tail = inputs.networks().tail(trial, options.tail());
      TrialTrainer trainer =
          new TrialTrainer(config, trial, tail, files, inputs.features(), epochs);
      Checkpoint.State begin = trainer.state();
      put(TrialResult.running(trial, begin.epoch()));
      observer.trialStarted(trial, tail, begin.epoch());
      Checkpoint.State state = trainer.train(observer.listeners(trial, files, begin.iteration()));
      TrialResult result = result(trial, state, trainer.evaluate(inputs.features().test()));
      inputs.networks().save(tail, files.model(), result, state.metrics());
      return result;
    } catch (DivergedException e) {
      log.warn("{}: {}", trial.id(), e.getMessage());
      return TrialResult.failed(trial, e.wholeEpochs(), e.getMessage());
    }
  }

  private TrialResult result(Trial trial, Checkpoint.State state, Evaluation test) {
    List<EpochMetrics> metrics = state.metrics();
    EpochMetrics best = metrics.get(state.bestEpoch() - 1);
    double top = metrics.stream().mapToDouble(EpochMetrics::valAccuracy).max().orElseThrow();
    EpochMetrics converged =
        metrics.stream()
            .filter(row -> row.valAccuracy() >= CONVERGED * top)
            .findFirst()
            .orElseThrow();
    double images = (double) state.epoch() * config.data().train();
    return new TrialResult(
        trial.id(),
        trial.norm(),
        trial.placement(),
        trial.clip(),
        trial.seed(),
        TrialResult.Status.COMPLETED,
        state.epoch(),
        state.bestEpoch(),
        best.valAccuracy(),
        best.valLoss(),
        test.accuracy(),
        test.loss(),
        converged.epoch(),
        (double) state.clippedIterations() / state.iteration(),
        metrics.stream().mapToDouble(EpochMetrics::seconds).sum(),
        images / state.trainingSeconds(),
        "trials/" + trial.id() + "/model.zip",
        null);
  }

  private void put(TrialResult row) {
    put(results.with(row));
  }

  /** Sets the results, and writes them to disk. */
  private void put(SweepResults changed) {
    results = changed;
    try {
      Records.writeJson(folder.results(), results);
      Records.writeCsv(folder.resultsCsv(), TrialResult.class, results.trials());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
