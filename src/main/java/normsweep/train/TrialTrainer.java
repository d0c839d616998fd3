package normsweep.train;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import normsweep.data.Split;
import normsweep.record.EpochMetrics;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.Trial;
import normsweep.record.prediction.ImageScores;
import normsweep.record.prediction.Predictions;
import normsweep.tail.Optimizers;
import normsweep.tail.Tail;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains one trial, epoch by epoch, from its newest checkpoint or from the start. Everything random
 * is seeded by (seed, epoch), so a trial that is interrupted and resumed ends exactly like an
 * uninterrupted one.
 */
public final class TrialTrainer {
  private static final int LEAST_EVALUATION_BATCH = 128;

  private final SweepConfig config;
  private final Trial trial;
  private final Tail tail;
  private final FeatureSets features;
  private final Consumer<EpochMetrics> observer;
  private final AccuracyRecordingLoss loss;
  private final GradientTracker tracker;
  private final GradientDynamics dynamics;
  private final TrialProgress progress;
  private BooleanSupplier stop = () -> false;
  private float[] bestValidation;

  /**
   * What a pass over a set of images gives: class probabilities image by image, and their means.
   */
  private record Pass(float[] probabilities, Evaluation means) {}

  /**
   * A trainer of one trial, positioned at its newest checkpoint or at the start.
   *
   * @param tail the network, freshly initialised from the trial's seed
   * @param observer is told of every epoch once its checkpoint is on disk
   */
  public TrialTrainer(
      SweepConfig config,
      Trial trial,
      Tail tail,
      TrialFolder folder,
      FeatureSets features,
      Consumer<EpochMetrics> observer)
      throws IOException {
    this.config = config;
    this.trial = trial;
    this.tail = tail;
    this.features = features;
    this.observer = observer;
    loss =
        new AccuracyRecordingLoss(
            config.training().balanced()
                ? classWeights(features.training(0).labels(), tail.spec().classes())
                : null);
    String output = tail.graph().getConfiguration().getNetworkOutputs().get(0);
    ((BaseOutputLayer) tail.graph().getLayer(output).conf().getLayer()).setLossFn(loss);
    int histogramEvery = config.tracking().histogramEvery();
    GradientClipping clipping = GradientClipping.of(trial.clip());
    tracker =
        new GradientTracker(folder, tail.parameters(), tail.memory(), clipping, histogramEvery);
    dynamics = new GradientDynamics(folder, tail, config);
    String key = TrialProgress.key(config, trial, features.key());
    progress = new TrialProgress(trial.id(), key, folder, tail, tracker, dynamics);
  }

  /** N / (K n) for each of the K classes, n of the N images being its own. */
  static INDArray classWeights(int[] labels, int classes) {
    float[] weights = new float[classes];
    for (int label : labels) {
      weights[label]++;
    }
    for (int label = 0; label < classes; label++) {
      weights[label] = labels.length / (classes * weights[label]);
    }
    return Nd4j.createFromArray(weights);
  }

  /** The progress of the trial. */
  public Checkpoint.State state() {
    return progress.state();
  }

  /**
   * Trains to the last epoch, or until patience is at its end, and sets the tail to the best
   * epoch's parameters.
   */
  public Checkpoint.State train(List<TrainingListener> listeners) throws IOException {
    return train(listeners, config.training().epochs(), () -> false);
  }

  /**
   * Trains until an epoch is complete, the last one of the trial or an earlier one: schedules span
   * all epochs of the trial either way. Sets the tail to the best epoch's parameters.
   *
   * @param listeners further listeners, such as the DL4J UI's; they get gradients before clipping
   * @param stop asked after every step whether to save and stop
   * @return the trial's state after its last epoch
   * @throws DivergedException if the loss is no longer finite; the gradients up to that step are on
   *     disk
   * @throws StoppedException if it was asked to stop; it resumes after that step
   */
  public Checkpoint.State train(List<TrainingListener> listeners, int until, BooleanSupplier stop)
      throws IOException {
    this.stop = stop;
    List<TrainingListener> all = new ArrayList<>(listeners);
    all.add(0, dynamics);
    all.add(tracker);
    SweepConfig.Training settings = config.training();
    if (settings.weightDecay() > 0) {
      all.add(new WeightDecay(settings.optimizer(), settings.weightDecay(), tail));
    }
    all.add(new DivergenceListener(tracker::totalNorm));
    tail.graph().setListeners(all);
    try {
      while (state().epoch() < until && !finished()) {
        if (stop.getAsBoolean()) {
          throw new StoppedException(trial.id(), state());
        }
        observer.accept(epoch(state().epoch() + 1));
      }
    } catch (DivergedException e) {
      tracker.flush(); // users will want to see the steps that led here
      dynamics.flush();
      throw e;
    }
    progress.restoreBest();
    return state();
  }

  /** Whether the trial has no further epoch: all are complete, or patience is at its end. */
  public boolean finished() {
    int patience = config.training().patience();
    return state().epoch() >= config.training().epochs()
        || (patience > 0 && state().epoch() - state().bestEpoch() >= patience);
  }

  private EpochMetrics epoch(int epoch) throws IOException {
    Checkpoint.Within within = state().within();
    long begin = System.nanoTime() - (within == null ? 0 : (long) (within.seconds() * 1e9));
    ComputationGraph graph = tail.graph();
    graph.getListeners().forEach(listener -> listener.onEpochStart(graph));
    double trainLoss = steps(epoch, begin);
    graph.getListeners().forEach(listener -> listener.onEpochEnd(graph));
    graph.incrementEpochCount();
    double trainingSeconds = secondsSince(begin);
    int iteration = graph.getIterationCount();
    Pass pass = pass(features.validation());
    Evaluation validation = pass.means();
    DivergedException.requireFinite("validation loss", validation.loss(), epoch, iteration);
    EpochMetrics metrics =
        new EpochMetrics(
            epoch,
            trainLoss,
            loss.takeAccuracy(),
            validation.loss(),
            validation.accuracy(),
            Optimizers.learningRate(tail.spec().optimizer(), iteration - 1, epoch - 1),
            secondsSince(begin));
    progress.saveEpoch(metrics, iteration, trainingSeconds);
    if (state().bestEpoch() == epoch) {
      bestValidation = pass.probabilities();
    }
    return metrics;
  }

  /** Takes a step on every batch of an epoch, or on those left, and returns the mean loss. */
  private double steps(int epoch, long begin) throws IOException {
    ComputationGraph graph = tail.graph();
    LabelledFeatures training = features.training(epoch % config.data().views());
    int[] order = Seeds.batchOrder(trial.seed(), epoch, training.size());
    Nd4j.getRandom().setSeed(Seeds.dropout(trial.seed(), epoch));
    double lossSum = 0;
    int images = 0;
    Checkpoint.Within within = state().within();
    if (within != null) {
      lossSum = within.lossSum();
      images = within.images();
      loss.resume(within.right(), images);
      Nd4j.getRandom().setStates(within.randomRoot(), within.randomNode());
    }
    SweepConfig.Training settings = config.training();
    Minibatches batches =
        Minibatches.shuffled(
            tail, training, order, images, settings.batchSize(), settings.labelSmoothing());
    while (batches.hasNext()) {
      Minibatches.Batch batch = batches.next();
      graph.fit(new INDArray[] {batch.features()}, new INDArray[] {batch.labels()});
      lossSum += graph.score() * batch.size();
      images += batch.size();
      dynamics.after(batch, trial.seed());
      if (stop.getAsBoolean() && batches.hasNext() && dynamics.canStop()) {
        stopWithin(images, lossSum, secondsSince(begin));
      }
    }
    return lossSum / training.size();
  }

  private void stopWithin(int images, double lossSum, double seconds) throws IOException {
    Random random = Nd4j.getRandom();
    progress.saveStep(
        tail.graph().getIterationCount(),
        new Checkpoint.Within(
            images, loss.right(), lossSum, seconds, random.rootState(), random.nodeState()));
    throw new StoppedException(trial.id(), state());
  }

  /**
   * Evaluates the best epoch's parameters, to which {@link #train} has set the tail, on the test
   * images, and writes what they make of each validation and test image to a file.
   *
   * @param images number of images of the data set, into which the split's indices point
   */
  public Evaluation test(Split split, int images, Path predictions) throws IOException {
    if (bestValidation == null) { // an earlier process trained the best epoch
      bestValidation = pass(features.validation()).probabilities();
    }
    Pass test = pass(features.test());
    int[] validationLabels = features.validation().labels();
    new Predictions(
            images,
            ImageScores.of(split.validation(), validationLabels, bestValidation),
            ImageScores.of(split.test(), features.test().labels(), test.probabilities()))
        .write(predictions);
    return test.means();
  }

  /** Mean loss and accuracy in inference mode, with the tail's current parameters. */
  public Evaluation evaluate(LabelledFeatures set) {
    return pass(set).means();
  }

  private Pass pass(LabelledFeatures set) {
    Evaluation.Sum sum = new Evaluation.Sum();
    FloatBuffer all = FloatBuffer.allocate(set.size() * tail.spec().classes());
    int batchSize = Math.max(config.training().batchSize(), LEAST_EVALUATION_BATCH);
    Minibatches batches = Minibatches.inOrder(tail, set, batchSize);
    while (batches.hasNext()) {
      Minibatches.Batch batch = batches.next();
      INDArray probabilities = tail.graph().outputSingle(false, batch.features());
      sum.add(probabilities, batch.classes());
      all.put(probabilities.dup('c').data().asFloat());
    }
    return new Pass(all.array(), sum.mean());
  }

  private static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
