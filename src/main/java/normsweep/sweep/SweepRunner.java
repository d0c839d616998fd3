package normsweep.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import normsweep.tail.Tail;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Runs or resumes a sweep in its folder: the grid is on disk before the first trial starts,
 * finished trials are not run again, and a failed trial does not stop the others.
 */
public final class SweepRunner {
  private final SweepConfig config;
  private final SweepFolder folder;
  private final Options options;
  private final Observer observer;
  private final boolean tuning;
  private final TrialPool.Place place;
  private volatile SweepResults results;

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
     * @param inputs a few lines about them
     * @param tuning whether these are the trials that tune the sweep, not its own
     */
    default void started(List<String> inputs, List<Trial> trials, boolean tuning) {}

    /** Called when every cell of a tuned sweep has its settings. */
    default void tuned(List<TuningChoice> choices) {}

    /** Called before a trial starts or resumes on a cluster, with who trains it. */
    default void placed(Trial trial, String worker) {}

    /** Called when a trial starts or resumes, with what it trains. */
    default void trialStarted(Trial trial, String network, int epochsDone) {}

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
      SweepConfig config,
      SweepFolder folder,
      Options options,
      Observer observer,
      boolean tuning,
      TrialPool.Place place) {
    this.config = config;
    this.folder = folder;
    this.options = options;
    this.observer = observer;
    this.tuning = tuning;
    this.place = place;
  }

  /**
   * Runs every trial that is not completed.
   *
   * @return the results, all trials
   * @throws normsweep.train.StoppedException if the observer asked to stop
   * @throws NormSweepException exit code 2 if the folder belongs to another config or is in use, 3
   *     if data or weights are unavailable
   */
  public static SweepResults run(
      SweepConfig config, SweepFolder folder, Options options, Observer observer) {
    return run(config, options, observer, TrialPool.Place.here(folder));
  }

  /** The same, with trials that train somewhere else. */
  @SuppressWarnings("try") // the lock is held, not used
  public static SweepResults run(
      SweepConfig config, Options options, Observer observer, TrialPool.Place place) {
    SweepFolder folder = place.folder();
    try (SweepLock held = SweepLock.take(folder)) {
      return new SweepRunner(config, folder, options, observer, false, place).run();
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
      place.removed(claim.clean());
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
            TrialInputs.reopen(folder, options.data(), options.weights(), options.engine());
        TrialPool pool = place.open(sweep(inputs))) {
      List<Trial> all = results.trials().stream().map(TrialResult::trial).toList();
      put(results.with(inputs.weightsOrigin(), inputs.dataOrigin(all.get(0))));
      observer.started(pool.prepare(left), all, tuning);
      limit.start();
      if (config.prunes()) {
        trainHalving(all, pool, limit);
      } else {
        pool.train(left, Integer.MAX_VALUE, follower(pool, limit));
      }
    }
  }

  private TrialPool.Sweep sweep(TrialInputs inputs) {
    String earlier = results.environment().get(Environment.EARLIER);
    return new TrialPool.Sweep(config, folder, inputs, tuning, earlier, observer);
  }

  /** Records what becomes of trials. */
  private TrialPool.Follower follower(TrialPool pool, TimeLimit limit) {
    return new TrialPool.Follower() {
      @Override
      public boolean due(Trial trial) {
        return config.prunes() || started(trial) || !limit.reached();
      }

      @Override
      public void running(TrialResult row) {
        put(row);
      }

      @Override
      public boolean ended(TrialResult row) throws IOException {
        put(row);
        if (tuning && row.ended()) {
          pool.discard(row.id());
        }
        observer.trialEnded(row);
        return row.status() != TrialResult.Status.FAILED || !options.failFast();
      }
    };
  }

  // A cell that was started is always finished, so that no decision depends on the time.
  private void trainHalving(List<Trial> all, TrialPool pool, TimeLimit limit) throws IOException {
    Halving halving = new Halving(config);
    List<List<Trial>> cells = halving.cohorts(all);
    for (List<List<Trial>> next :
        pool.concurrent() ? List.of(cells) : cells.stream().map(List::of).toList()) {
      List<List<Trial>> due =
          next.stream()
              .filter(cell -> !limit.reached() || cell.stream().anyMatch(this::started))
              .toList();
      for (int rung = 0; rung <= config.prune().rungs().size(); rung++) {
        if (!trainToRung(rung, due, pool, limit)) {
          return;
        }
        if (rung < config.prune().rungs().size()) {
          for (List<Trial> cell : due) {
            decide(rung, cell, pool, halving);
          }
        }
      }
    }
  }

  /** Trains the trials of cells to a rung, or to their ends behind the last one. */
  private boolean trainToRung(int rung, List<List<Trial>> cells, TrialPool pool, TimeLimit limit)
      throws IOException {
    boolean last = rung == config.prune().rungs().size();
    int until = last ? Integer.MAX_VALUE : config.prune().rungs().get(rung);
    List<Trial> due =
        cells.stream()
            .flatMap(List::stream)
            .filter(trial -> !row(trial).ended())
            .filter(trial -> row(trial).epochs() < until || epochs(trial).size() < until)
            .toList();
    return due.isEmpty() || pool.train(due, until, follower(pool, limit));
  }

  /** Ends the trials of a cell that lose at a rung. */
  private void decide(int rung, List<Trial> cohort, TrialPool pool, Halving halving)
      throws IOException {
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
      pool.discard(row.id());
      observer.trialEnded(row);
    }
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
    MemoryBudget.require(config, trials, options.engine().tail(), place.memory());
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
    return new SweepRunner(config.tuning(), folder.tuning(), own, observer, true, place);
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

  private void put(TrialResult row) {
    put(results.with(row));
  }

  /** Sets the results, and writes them to disk. */
  private void put(SweepResults changed) {
    results = changed;
    try {
      Records.writeJson(folder.results(), results);
      Records.writeTable(folder.resultsCsv(), results.trials());
      place.changed(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
