package normsweep.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import normsweep.base.MachineMemory;
import normsweep.base.NormSweepException;
import normsweep.device.Engine;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.SweepResults;
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
   * @param engine what the sweep is computed on
   * @param switchDevice whether it may resume on another device than it was begun on
   */
  public record Options(
      Optional<Path> data,
      Optional<Path> weights,
      boolean fresh,
      boolean failFast,
      Engine engine,
      boolean switchDevice) {}

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

  /**
   * What {@code --fresh} would delete, in a few words; empty if the folder holds no earlier run.
   */
  public static Optional<String> earlierRun(SweepFolder folder) {
    try {
      return FolderClaim.earlierRun(folder);
    } catch (IOException e) {
      throw NormSweepException.unwritable("The sweep's folder " + folder.root(), e);
    }
  }

  private SweepResults run() throws IOException {
    FolderClaim claim = new FolderClaim(config, folder, options.engine());
    List<Trial> trials = options.fresh() ? TrialGrid.of(config) : claim.trials();
    MemoryBudget.require(config, trials, options.engine().tail(), MachineMemory.bytes());
    if (options.fresh()) {
      claim.clean();
    }
    SweepResults found = claim.rows(trials);
    boolean ended = found.trials().stream().allMatch(TrialResult::ended);
    SweepResults previous =
        ended
            ? found
            : Environment.resumed(folder, found, options.engine(), options.switchDevice());
    if (!Files.exists(folder.config())) {
      claim.writeConfig();
    }
    // Rows before config: after a crash between the two, rows of new trials are merely pending.
    if (!ended || !previous.equals(folder.readResults())) {
      put(previous);
    }
    claim.writeConfig();
    if (ended) {
      return previous;
    }
    List<Trial> left =
        trials.stream().filter(trial -> !results.trial(trial.id()).orElseThrow().ended()).toList();
    TimeLimit limit = TimeLimit.of(config, folder, results);
    if (!limit.reached()) {
      train(left, limit);
    }
    if (limit.reached()) {
      left.stream()
          .map(trial -> results.trial(trial.id()).orElseThrow())
          .filter(row -> row.status() == TrialResult.Status.PENDING)
          .forEach(row -> put(TrialResult.leftOut(row.trial(), limit.reason())));
    }
    return results;
  }

  private void train(List<Trial> left, TimeLimit limit) throws IOException {
    try (TrialInputs inputs =
        TrialInputs.reopen(folder, options.data(), options.weights(), options.engine())) {
      put(results.with(inputs.weightsOrigin(), inputs.dataOrigin(left.get(0))));
      inputs.prepare(left);
      observer.started(
          inputs.of(left.get(0)), results.trials().stream().map(TrialResult::trial).toList());
      limit.start();
      for (Trial trial : left) {
        if (limit.reached()) {
          break;
        }
        TrialResult result = runTrial(trial, inputs.of(trial));
        put(result);
        observer.trialEnded(result);
        if (!result.completed() && options.failFast()) {
          break;
        }
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
      Tail tail = inputs.networks().tail(trial);
      TrialTrainer trainer =
          new TrialTrainer(config.of(trial), trial, tail, files, inputs.features(), epochs);
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
    double images = (double) state.epoch() * config.of(trial).data().train();
    return new TrialResult(
        trial.id(),
        trial.norm(),
        trial.placement(),
        trial.clip(),
        trial.seed(),
        trial.settings(),
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
      Records.writeTable(folder.resultsCsv(), results.trials());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
