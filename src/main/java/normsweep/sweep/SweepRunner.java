package normsweep.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import normsweep.base.FileTree;
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
import normsweep.record.TuningChoice;
import normsweep.record.prediction.ClassScores;
import normsweep.record.prediction.Predictions;
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
  private final boolean tuning;
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
    /**
     * Called once the inputs are ready, before the first trial.
     *
     * @param tuning whether these are the trials that tune the sweep, not its own
     */
    default void started(SweepInputs inputs, List<Trial> trials, boolean tuning) {}

    /** Called when every cell of a tuned sweep has its settings. */
    default void tuned(List<TuningChoice> choices) {}

    /** Called when a trial starts or resumes. */
    default void trialStarted(Trial trial, Tail tail, int epochsDone) {}

    /** Called after every epoch. */
    default void epochDone(Trial trial, EpochMetrics metrics) {}

    /** Called when a trial is completed, failed or pruned, or pauses at a rung. */
    default void trialEnded(TrialResult result) {}

    /** Asked after every step whether the sweep saves it and stops. */
    default boolean stops() {
      return false;
    }

    /** Listeners to attach to the trial's network, which has completed {@code iterations} steps. */
    default List<TrainingListener> listeners(
        Trial trial, Tail tail, TrialFolder trialFolder, int iterations) {
      return List.of();
    }
  }

  private SweepRunner(
      SweepConfig config, SweepFolder folder, Options options, Observer observer, boolean tuning) {
    this.config = config;
    this.folder = folder;
    this.options = options;
    this.observer = observer;
    this.tuning = tuning;
  }

  /**
   * Runs every trial that is not completed.
   *
   * @return the results, all trials
   * @throws normsweep.train.StoppedException if the observer asked to stop
   * @throws NormSweepException exit code 2 if the folder belongs to another config or is in use, 3
   *     if data or weights are unavailable
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static SweepResults run(
      SweepConfig config, SweepFolder folder, Options options, Observer observer) {
    try (SweepLock held = SweepLock.take(folder)) {
      return new SweepRunner(config, folder, options, observer, false).run();
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
    List<Trial> trials = check(claim);
    if (config.tuned()) {
      SweepRunner first = tuning();
      first.check(new FolderClaim(first.config, first.folder, options.engine()));
    }
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
    if (config.tuned()) {
      tune();
    }
    List<Trial> left =
        results.trials().stream().filter(row -> !row.ended()).map(TrialResult::trial).toList();
    TimeLimit limit = TimeLimit.of(config, folder, results);
    List<Trial> due =
        limit.reached() && !config.prunes() ? left.stream().filter(this::started).toList() : left;
    if (!due.isEmpty()) {
      train(due, limit);
    }
    if (limit.reached()) {
      put(
          results.of(
              results.trials().stream()
                  .map(
                      row ->
                          started(row.trial())
                              ? row
                              : TrialResult.leftOut(row.trial(), limit.reason()))
                  .toList()));
    }
    return results;
  }

  private void train(List<Trial> left, TimeLimit limit) throws IOException {
    try (TrialInputs inputs =
        TrialInputs.reopen(folder, options.data(), options.weights(), options.engine())) {
      List<Trial> all = results.trials().stream().map(TrialResult::trial).toList();
      put(results.with(inputs.weightsOrigin(), inputs.dataOrigin(all.get(0))));
      inputs.prepare(left);
      observer.started(inputs.of(left.get(0)), all, tuning);
      limit.start();
      if (config.prunes()) {
        trainHalving(all, inputs, limit);
      } else {
        trainEach(left, inputs, limit);
      }
    }
  }

  private void trainEach(List<Trial> left, TrialInputs inputs, TimeLimit limit) throws IOException {
    for (Trial trial : left) {
      boolean due = started(trial) || !limit.reached();
      if (due && !train(trial, Integer.MAX_VALUE, inputs)) {
        return;
      }
    }
  }

  // A cell that was started is always finished, so that no decision depends on the time.
  private void trainHalving(List<Trial> all, TrialInputs inputs, TimeLimit limit)
      throws IOException {
    Halving halving = new Halving(config);
    for (List<Trial> cohort : halving.cohorts(all)) {
      if (limit.reached() && cohort.stream().noneMatch(this::started)) {
        return;
      }
      for (int rung = 0; rung <= config.prune().rungs().size(); rung++) {
        if (!trainToRung(rung, cohort, inputs, halving)) {
          return;
        }
      }
    }
  }

  /** Trains a cell's trials to a rung, or to their ends behind the last one, and decides there. */
  private boolean trainToRung(int rung, List<Trial> cohort, TrialInputs inputs, Halving halving)
      throws IOException {
    boolean last = rung == config.prune().rungs().size();
    int until = last ? Integer.MAX_VALUE : config.prune().rungs().get(rung);
    for (Trial trial : cohort) {
      boolean there = row(trial).epochs() >= until && epochs(trial).size() >= until;
      if (!row(trial).ended() && !there && !train(trial, until, inputs)) {
        return false;
      }
    }
    if (last) {
      return true;
    }
    Map<String, List<EpochMetrics>> metrics = new HashMap<>();
    cohort.forEach(trial -> metrics.put(trial.id(), epochs(trial)));
    List<TrialResult> ended = halving.ended(rung, cohort.stream().map(this::row).toList(), metrics);
    if (!ended.isEmpty()) {
      SweepResults decided = results;
      for (TrialResult row : ended) {
        decided = decided.with(row);
      }
      put(decided);
    }
    for (TrialResult row : ended) {
      FileTree.delete(folder.trial(row.id()).checkpoint());
      observer.trialEnded(row);
    }
    return true;
  }

  /** Trains a trial until an epoch is complete, and says whether the sweep goes on. */
  private boolean train(Trial trial, int until, TrialInputs inputs) throws IOException {
    TrialResult result = runTrial(trial, inputs.of(trial), until);
    put(result);
    if (tuning && result.ended()) {
      FileTree.delete(folder.trial(trial.id()).checkpoint());
    }
    observer.trialEnded(result);
    return result.status() != TrialResult.Status.FAILED || !options.failFast();
  }

  private boolean started(Trial trial) {
    return row(trial).status() != TrialResult.Status.PENDING;
  }

  private TrialResult row(Trial trial) {
    return results.trial(trial.id()).orElseThrow();
  }

  /** The epochs that a trial has recorded; none if they cannot be read. */
  private List<EpochMetrics> epochs(Trial trial) {
    Path metrics = folder.trial(trial.id()).metrics();
    try {
      return Files.exists(metrics) ? Records.readCsv(metrics, EpochMetrics.class) : List.of();
    } catch (NormSweepException e) {
      return List.of(); // the trial goes on from its checkpoint, and writes them again
    }
  }

  /** The trials of the sweep, if it can run in its folder on this machine. */
  private List<Trial> check(FolderClaim claim) {
    List<Trial> trials = options.fresh() ? TrialGrid.of(config) : claim.trials();
    MemoryBudget.require(config, trials, options.engine().tail(), MachineMemory.bytes());
    if (!options.fresh()) {
      claim.rows(trials);
    }
    return trials;
  }

  // A candidate that fails loses, and is no reason to stop.
  private SweepRunner tuning() {
    Options own =
        new Options(
            options.data(),
            options.weights(),
            options.fresh(),
            false,
            options.engine(),
            options.switchDevice());
    return new SweepRunner(config.tuning(), folder.tuning(), own, observer, true);
  }

  /** Gives every cell its best candidate; trials that were started have theirs. */
  private void tune() throws IOException {
    SweepResults tuned = tuning().run();
    List<TuningChoice> choices = Tuning.choose(config, tuned);
    Records.writeJson(folder.choices(), new TuningChoice.All(choices));
    // The trials of the comparison take the same weights and images, whenever they start.
    SweepResults known = results.with(tuned.weights(), tuned.data());
    put(known.of(Tuning.rows(known.trials(), choices)));
    observer.tuned(choices);
  }

  private TrialResult runTrial(Trial trial, SweepInputs inputs, int until) throws IOException {
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
      Checkpoint.State state =
          trainer.train(
              observer.listeners(trial, tail, files, begin.iteration()), until, observer::stops);
      if (!trainer.finished()) {
        return TrialResult.running(trial, state.epoch());
      }
      if (tuning) {
        return result(trial, state, Optional.empty(), Optional.empty());
      }
      Evaluation test = trainer.test(inputs.split(), inputs.images(), files.predictions());
      Optional<ClassScores> classes =
          config.data().own()
              ? ClassScores.ofUneven(Predictions.read(files.predictions()).test())
              : Optional.empty();
      TrialResult result = result(trial, state, Optional.of(test), classes);
      String earlier = begin.epoch() == 0 ? null : results.environment().get(Environment.EARLIER);
      inputs.networks().save(tail, files, result, state.metrics(), earlier);
      return result;
    } catch (DivergedException e) {
      log.warn("{}: {}", trial.id(), e.getMessage());
      return TrialResult.failed(trial, e.wholeEpochs(), e.getMessage());
    }
  }

  private TrialResult result(
      Trial trial,
      Checkpoint.State state,
      Optional<Evaluation> test,
      Optional<ClassScores> classes) {
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
        trial.tuned(),
        TrialResult.Status.COMPLETED,
        state.epoch(),
        state.bestEpoch(),
        best.valAccuracy(),
        best.valLoss(),
        test.map(Evaluation::accuracy).orElse(null),
        test.map(Evaluation::loss).orElse(null),
        classes.map(ClassScores::balancedAccuracy).orElse(null),
        classes.map(ClassScores::macroF1).orElse(null),
        converged.epoch(),
        (double) state.clippedIterations() / state.iteration(),
        metrics.stream().mapToDouble(EpochMetrics::seconds).sum(),
        images / state.trainingSeconds(),
        tuning ? null : "trials/" + trial.id() + "/model.zip",
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
