package normsweep.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import normsweep.base.Key;
import normsweep.record.BlockBatchNorm;
import normsweep.record.EpochMetrics;
import normsweep.record.Optimizer;
import normsweep.record.RateSchedule;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.Trial;
import normsweep.tail.Tail;

/** The progress of a trial: its state, the parameters of its best epoch, and both on disk. */
final class TrialProgress {
  private final TrialFolder folder;
  private final Tail tail;
  private final TailState tailState;
  private final GradientTracker tracker;
  private final GradientDynamics dynamics;
  private Checkpoint.State state;
  private float[] best;

  /** Resumes all of it from the newest checkpoint with the same key, or starts it. */
  TrialProgress(
      String trial,
      String key,
      TrialFolder folder,
      Tail tail,
      GradientTracker tracker,
      GradientDynamics dynamics)
      throws IOException {
    this.folder = folder;
    this.tail = tail;
    this.tailState = new TailState(tail);
    this.tracker = tracker;
    this.dynamics = dynamics;
    Optional<Checkpoint> checkpoint = Checkpoint.newest(folder.checkpoint(), trial, key);
    if (checkpoint.isPresent() && canResume(checkpoint.get().state())) {
      resume(checkpoint.get());
    } else {
      start(trial, key);
    }
  }

  /**
   * What a trial's training and records depend on, as a digest.
   *
   * @param featuresKey {@link FeatureSets#key}, which stands for weights, images and views
   */
  static String key(SweepConfig config, Trial trial, String featuresKey) {
    Key key =
        Key.of("trial", 1)
            .with("trial", trial.id())
            .with("features", featuresKey)
            .with("unfreezeFrom", config.model().unfreezeFrom())
            .with("hiddenUnits", config.model().hiddenUnits())
            .with("dropout", config.model().dropout())
            .with("epochs", config.training().epochs())
            .with("batchSize", config.training().batchSize())
            .with("learningRate", config.training().learningRate())
            .with("warmupEpochs", config.training().warmupEpochs());
    addSince(key, config);
    return key.sha256();
  }

  // Settings that came later enter where they differ from what was done before, so that older
  // checkpoints stay valid.
  private static void addSince(Key key, SweepConfig config) {
    SweepConfig.Training training = config.training();
    if (config.model().blockBatchNorm() != BlockBatchNorm.TRAIN) {
      key.with("blockBatchNorm", config.model().blockBatchNorm().id());
    }
    if (training.schedule() != RateSchedule.COSINE) {
      key.with("schedule", training.schedule().id());
    }
    if (training.optimizer() != Optimizer.ADAM) {
      key.with("optimizer", training.optimizer().id());
    }
    if (training.momentum() != 0.9) {
      key.with("momentum", training.momentum());
    }
    if (training.weightDecay() != 0) {
      key.with("weightDecay", training.weightDecay());
    }
    if (training.labelSmoothing() != 0) {
      key.with("labelSmoothing", training.labelSmoothing());
    }
    if (training.patience() != 0) {
      key.with("patience", training.patience());
    }
    if (training.balanced()) {
      key.with("classWeights", training.classWeights());
    }
    if (config.tracking().dynamicsEvery() != SweepConfig.Tracking.DYNAMICS_EVERY) {
      key.with("dynamicsEvery", config.tracking().dynamicsEvery());
    }
  }

  private boolean canResume(Checkpoint.State at) throws IOException {
    return at.layout().equals(tailState.layout())
        && tracker.canResume(at)
        && dynamics.canResume(at);
  }

  private void start(String trial, String key) throws IOException {
    tracker.start();
    dynamics.start();
    best = tailState.parameters();
    state = new Checkpoint.State(trial, key, tailState.layout(), 0, 0, 0, 0, 0, List.of(), 0, null);
    Records.writeCsv(folder.metrics(), EpochMetrics.class, List.of());
    writeHead();
  }

  private void resume(Checkpoint checkpoint) throws IOException {
    state = checkpoint.state();
    best = checkpoint.best();
    dynamics.resume(state);
    tracker.resume(state);
    tailState.setParameters(checkpoint.parameters());
    tailState.setUpdater(checkpoint.updater());
    tail.graph().getConfiguration().setIterationCount(state.iteration());
    tail.graph().getConfiguration().setEpochCount(state.epoch());
    Records.writeCsv(folder.metrics(), EpochMetrics.class, state.metrics());
  }

  Checkpoint.State state() {
    return state;
  }

  /** Records a completed epoch; its checkpoint is on disk when this returns. */
  void saveEpoch(EpochMetrics metrics, int iteration, double trainingSeconds) throws IOException {
    float[] parameters = tailState.parameters();
    int bestEpoch = state.bestEpoch();
    if (bestEpoch == 0 || metrics.valLoss() < state.metrics().get(bestEpoch - 1).valLoss()) {
      best = parameters;
      bestEpoch = metrics.epoch();
    }
    List<EpochMetrics> all = new ArrayList<>(state.metrics());
    all.add(metrics);
    long gradientsBytes = tracker.flush();
    dynamics.flush();
    Records.writeCsv(folder.metrics(), EpochMetrics.class, all);
    state =
        new Checkpoint.State(
            state.trial(),
            state.configSha256(),
            state.layout(),
            metrics.epoch(),
            iteration,
            bestEpoch,
            tracker.clippedIterations(),
            gradientsBytes,
            all,
            state.trainingSeconds() + trainingSeconds,
            null);
    writeHead();
    new Checkpoint(state, parameters, tailState.updater(), best).write(folder.checkpoint());
  }

  /** Records a place within an epoch; its checkpoint is on disk when this returns. */
  void saveStep(int iteration, Checkpoint.Within within) throws IOException {
    long gradientsBytes = tracker.flush();
    dynamics.flush();
    state =
        new Checkpoint.State(
            state.trial(),
            state.configSha256(),
            state.layout(),
            state.epoch(),
            iteration,
            state.bestEpoch(),
            tracker.clippedIterations(),
            gradientsBytes,
            state.metrics(),
            state.trainingSeconds(),
            within);
    new Checkpoint(state, tailState.parameters(), tailState.updater(), best)
        .write(folder.checkpoint());
  }

  /** Sets the tail to the best epoch's parameters. */
  void restoreBest() {
    tailState.setParameters(best);
  }

  private void writeHead() throws IOException {
    HeadSnapshot.write(folder.trajectory(state.epoch()), tail.parameters(), tail.graph().params());
  }
}
