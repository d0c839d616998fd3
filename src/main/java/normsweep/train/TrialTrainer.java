package normsweep.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import normsweep.model.Tail;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.Trial;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains one trial, epoch by epoch, from its newest checkpoint or from the start. Everything random
 * is seeded by (seed, epoch), so an interrupted and resumed trial ends as an undisturbed one.
 */
public final class TrialTrainer {
  private final SweepConfig config;
  private final Trial trial;
  private final Tail tail;
  private final TrialFolder folder;
  private final FeatureSets features;
  private final EpochObserver observer;
  private final TailState tailState;
  private final String dependsOn;
  private final GradientTracker tracker;
  private final GradientListener gradientListener;
  private final AccuracyRecordingLoss loss = new AccuracyRecordingLoss();

  private Checkpoint.State state;
  private float[] best;

  /** Hears of every finished epoch. */
  @FunctionalInterface
  public interface EpochObserver {
    /** Called after the epoch's checkpoint is on disk. */
    void epochDone(EpochMetrics metrics);
  }

  /**
   * A trainer of one trial.
   *
   * @param config the sweep
   * @param trial the trial
   * @param tail the network, freshly initialised from the trial's seed
   * @param folder where the trial's files go
   * @param features training views and validation images
   * @param observer hears of every epoch
   */
  public TrialTrainer(
      SweepConfig config,
      Trial trial,
      Tail tail,
      TrialFolder folder,
      FeatureSets features,
      EpochObserver observer) {
    this.config = config;
    this.trial = trial;
    this.tail = tail;
    this.folder = folder;
    this.features = features;
    this.observer = observer;
    this.tailState = new TailState(tail);
    this.dependsOn = TrialKey.of(config, trial, features.key());
    this.tracker = new GradientTracker(folder, config.tracking().histogramEvery());
    this.gradientListener =
        new GradientListener(tail.parameters(), GradientClipping.of(trial.clip()), tracker);
    outputLayer().setLossFn(loss);
  }

  /**
   * Takes up the newest checkpoint, or begins.
   *
   * @return where the trial stands
   */
  public Checkpoint.State prepare() throws IOException {
    Optional<Checkpoint> checkpoint = Checkpoint.newest(folder.checkpoint(), trial.id(), dependsOn);
    if (checkpoint.isPresent() && canResume(checkpoint.get().state())) {
      resume(checkpoint.get());
    } else {
      start();
    }
    return state;
  }

  /**
   * Trains to the last epoch and leaves the best epoch's parameters in the tail.
   *
   * @param listeners further listeners, such as the DL4J UI's
   * @return the trial's state after its last epoch
   * @throws DivergedException if the loss stops being a number
   */
  public Checkpoint.State train(List<TrainingListener> listeners)
      throws IOException, DivergedException {
    List<TrainingListener> all = new ArrayList<>();
    all.add(gradientListener);
    all.addAll(listeners);
    tail.graph().setListeners(all);
    while (state.epoch() < config.training().epochs()) {
      observer.epochDone(epochOrLastGradients(state.epoch() + 1));
    }
    tailState.setParameters(best);
    return state;
  }

  /** Mean loss and accuracy in inference mode, with the parameters that the tail holds now. */
  public Evaluation evaluate(LabelledFeatures set) {
    Evaluation.Sum sum = new Evaluation.Sum();
    try (Minibatches batches =
        Minibatches.inOrder(tail, set, Math.max(config.training().batchSize(), 128))) {
      while (batches.hasNext()) {
        Minibatch batch = batches.next();
        sum.add(tail.graph().outputSingle(false, batch.features()), batch.classes());
      }
    }
    return sum.mean();
  }

  private boolean canResume(Checkpoint.State at) throws IOException {
    return at.layout().equals(tailState.layout()) && tracker.canResume(at);
  }

  private void start() throws IOException {
    tracker.start();
    best = tailState.parameters();
    state =
        new Checkpoint.State(
            trial.id(), dependsOn, tailState.layout(), 0, 0, 0, 0, 0, List.of(), 0);
    Records.writeCsv(folder.metrics(), EpochMetrics.class, List.of());
    writeHead(0);
  }

  private void resume(Checkpoint checkpoint) throws IOException {
    state = checkpoint.state();
    best = checkpoint.best();
    tracker.resume(state);
    ComputationGraph graph = tail.graph();
    tailState.setParameters(checkpoint.parameters());
    tailState.setUpdater(checkpoint.updater());
    graph.getConfiguration().setIterationCount(state.iteration());
    graph.getConfiguration().setEpochCount(state.epoch());
    Records.writeCsv(folder.metrics(), EpochMetrics.class, state.metrics());
  }

  private EpochMetrics epochOrLastGradients(int epoch) throws IOException, DivergedException {
    try {
      return epoch(epoch);
    } catch (DivergedException e) {
      tracker.endEpoch(); // the steps that led there are what a user looks for
      throw e;
    }
  }

  private EpochMetrics epoch(int epoch) throws IOException, DivergedException {
    long begin = System.nanoTime();
    ComputationGraph graph = tail.graph();
    LabelledFeatures training = features.training(epoch % config.data().views());
    int[] order = Seeds.batchOrder(trial.seed(), epoch, training.size());
    Nd4j.getRandom().setSeed(Seeds.dropout(trial.seed(), epoch));
    for (TrainingListener listener : graph.getListeners()) {
      listener.onEpochStart(graph);
    }
    int iteration = state.iteration();
    double lossSum = 0;
    try (Minibatches batches =
        Minibatches.shuffled(tail, training, order, config.training().batchSize())) {
      while (batches.hasNext()) {
        Minibatch batch = batches.next();
        gradientListener.next(++iteration, epoch);
        graph.fit(new INDArray[] {batch.features()}, new INDArray[] {batch.labels()});
        double score = graph.score();
        requireFinite("loss", score, epoch, iteration);
        // Some activations swallow a NaN, so that the loss alone would not show it.
        requireFinite("gradient norm", gradientListener.totalNorm(), epoch, iteration);
        lossSum += score * batch.size();
      }
    }
    for (TrainingListener listener : graph.getListeners()) {
      listener.onEpochEnd(graph);
    }
    graph.incrementEpochCount();
    double trainingSeconds = (System.nanoTime() - begin) / 1e9;
    Evaluation validation = evaluate(features.validation());
    EpochMetrics metrics =
        new EpochMetrics(
            epoch,
            lossSum / training.size(),
            loss.takeAccuracy(),
            validation.loss(),
            validation.accuracy(),
            tail.spec().learningRate().valueAt(iteration - 1, epoch - 1),
            (System.nanoTime() - begin) / 1e9);
    requireFinite("validation loss", metrics.valLoss(), epoch, iteration);
    endEpoch(metrics, iteration, trainingSeconds);
    return metrics;
  }

  private static void requireFinite(String what, double value, int epoch, int iteration)
      throws DivergedException {
    if (!Double.isFinite(value)) {
      throw new DivergedException(what, value, epoch, iteration);
    }
  }

  private void endEpoch(EpochMetrics metrics, int iteration, double trainingSeconds)
      throws IOException {
    float[] parameters = tailState.parameters();
    int bestEpoch = state.bestEpoch();
    if (bestEpoch == 0 || metrics.valLoss() < state.metrics().get(bestEpoch - 1).valLoss()) {
      best = parameters;
      bestEpoch = metrics.epoch();
    }
    List<EpochMetrics> all = new ArrayList<>(state.metrics());
    all.add(metrics);
    long gradientsBytes = tracker.endEpoch();
    Records.writeCsv(folder.metrics(), EpochMetrics.class, all);
    writeHead(metrics.epoch());
    state =
        new Checkpoint.State(
            trial.id(),
            dependsOn,
            tailState.layout(),
            metrics.epoch(),
            iteration,
            bestEpoch,
            tracker.clippedIterations(),
            gradientsBytes,
            all,
            state.trainingSeconds() + trainingSeconds);
    new Checkpoint(state, parameters, tailState.updater(), best).write(folder.checkpoint());
  }

  private void writeHead(int epoch) throws IOException {
    HeadSnapshot.write(folder.trajectory(epoch), tail.parameters(), tail.graph().params());
  }

  private BaseOutputLayer outputLayer() {
    String output = tail.graph().getConfiguration().getNetworkOutputs().get(0);
    return (BaseOutputLayer) tail.graph().getLayer(output).conf().getLayer();
  }
}
