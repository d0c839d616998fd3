package normsweep.sweep;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import normsweep.record.EpochMetrics;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.prediction.ClassScores;
import normsweep.record.prediction.Predictions;
import normsweep.tail.Tail;
import normsweep.train.Checkpoint;
import normsweep.train.DivergedException;
import normsweep.train.Evaluation;
import normsweep.train.TrialTrainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains, tests and saves single trials of a sweep, each in its folder. */
public final class TrialRun {
  private static final Logger log = LoggerFactory.getLogger(TrialRun.class);
  private static final double CONVERGED = 0.95;

  private final TrialPool.Sweep sweep;
  private final Consumer<TrialResult> running;

  /**
   * Runs trials of a sweep.
   *
   * @param running takes a row when a trial starts or has completed an epoch, before the sweep's
   *     observer is told
   */
  public TrialRun(TrialPool.Sweep sweep, Consumer<TrialResult> running) {
    this.sweep = sweep;
    this.running = running;
  }

  /**
   * Trains a trial from where its folder says it is.
   *
   * @param until the last epoch to train
   * @return its row: completed, failed if it diverged, or running if it waits at {@code until}
   * @throws normsweep.train.StoppedException if the observer asked to stop
   */
  public TrialResult train(Trial trial, int until) throws IOException {
    SweepInputs inputs = sweep.inputs().of(trial);
    SweepConfig config = sweep.config();
    SweepRunner.Observer observer = sweep.observer();
    TrialFolder files = sweep.folder().trial(trial.id());
    Consumer<EpochMetrics> epochs =
        metrics -> {
          running.accept(TrialResult.running(trial, metrics.epoch()));
          observer.epochDone(trial, metrics);
        };
    try {
      Tail tail = inputs.networks().tail(trial);
      TrialTrainer trainer =
          new TrialTrainer(config.of(trial), trial, tail, files, inputs.features(), epochs);
      Checkpoint.State begin = trainer.state();
      running.accept(TrialResult.running(trial, begin.epoch()));
      observer.trialStarted(trial, tail.describe(), begin.epoch());
      Checkpoint.State state =
          trainer.train(
              observer.listeners(trial, tail, files, begin.iteration()), until, observer::stops);
      if (!trainer.finished()) {
        return TrialResult.running(trial, state.epoch());
      }
      if (sweep.tuning()) {
        return result(trial, state, Optional.empty(), Optional.empty());
      }
      Evaluation test = trainer.test(inputs.split(), inputs.images(), files.predictions());
      Optional<ClassScores> classes =
          config.data().own()
              ? ClassScores.ofUneven(Predictions.read(files.predictions()).test())
              : Optional.empty();
      TrialResult result = result(trial, state, Optional.of(test), classes);
      String earlier = begin.epoch() == 0 ? null : sweep.earlier();
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
    double images = (double) state.epoch() * sweep.config().of(trial).data().train();
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
        sweep.tuning() ? null : "trials/" + trial.id() + "/model.zip",
        null);
  }
}
