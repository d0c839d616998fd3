package normsweep.train;

import static normsweep.train.Probe.flat;
import static normsweep.train.TrainableGradients.total;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import normsweep.base.NormSweepException;
import normsweep.record.GradientNorm;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrainingDynamics;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.TrainingDynamics.Update;
import normsweep.tail.Tail;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures every few steps how a trial moves through its loss: the angle between successive
 * gradients, how far the step moved each parameter and how far it is from the start, the gradient
 * noise ({@link NoiseEstimate}), and the loss and its gradient along the gradient (Santurkar,
 * Tsipras, Ilyas, Mądry: How Does Batch Normalization Help Optimization?, NeurIPS 2018), with the
 * dropout masks held fixed. Nothing of the training changes.
 */
final class GradientDynamics extends BaseTrainingListener {
  private static final Logger log = LoggerFactory.getLogger(GradientDynamics.class);

  /** Where the loss along the gradient is computed, in multiples of the learning rate. */
  static final List<Double> STEPS = List.of(0.5, 2.0);

  private final TrialFolder folder;
  private final Tail tail;
  private final SweepConfig config;
  private final Probe probe;
  private final INDArray start;
  private final INDArray previous;
  private final INDArray scratch;
  private final List<Step> steps = new ArrayList<>();
  private final List<Update> updates = new ArrayList<>();
  private boolean remembers;
  private Float cosine;

  /**
   * Measures a trial.
   *
   * @param tail its network with the parameters that the trial starts from
   * @param config says which steps are measured, and the learning rate η of {@link Step}
   */
  GradientDynamics(TrialFolder folder, Tail tail, SweepConfig config) {
    this.folder = folder;
    this.tail = tail;
    this.config = config;
    probe = new Probe(tail);
    start = flat(tail.graph().params()).dup();
    previous = start.dup();
    scratch = start.dup();
  }

  /** Starts the files of a new trial. */
  void start() throws IOException {
    Files.deleteIfExists(folder.dynamics());
    Files.deleteIfExists(folder.updates());
    flush();
  }

  /** Whether both files hold all rows up to a checkpoint; what is wrong with one is logged. */
  boolean canResume(Checkpoint.State state) {
    return !measures()
        || (whole(
                folder.dynamics(),
                () ->
                    TrainingDynamics.faultOfSteps(config, state.iteration(), measuredSteps(state)))
            && whole(
                folder.updates(),
                () ->
                    TrainingDynamics.faultOfUpdates(
                        config, state.iteration(), measuredUpdates(state))));
  }

  private static boolean whole(Path file, Supplier<Optional<String>> fault) {
    try {
      Optional<String> found = fault.get();
      found.ifPresent(what -> log.warn("{} {}: the trial starts again", file, what));
      return found.isEmpty();
    } catch (NormSweepException e) {
      log.warn("{} The trial starts again.", e.getMessage());
      return false;
    }
  }

  /** Takes up the rows of a trial at a checkpoint; later ones are dropped. */
  void resume(Checkpoint.State state) {
    if (measures()) {
      steps.addAll(measuredSteps(state));
      updates.addAll(measuredUpdates(state));
    }
  }

  private List<Step> measuredSteps(Checkpoint.State state) {
    return Records.readCsv(folder.dynamics(), Step.class).stream()
        .filter(row -> row.iteration() <= state.iteration())
        .toList();
  }

  private List<Update> measuredUpdates(Checkpoint.State state) {
    return Records.readCsv(folder.updates(), Update.class).stream()
        .filter(row -> row.iteration() <= state.iteration())
        .toList();
  }

  private boolean measures() {
    return config.tracking().dynamicsEvery() > 0;
  }

  /** Writes all rows. */
  void flush() throws IOException {
    if (measures()) {
      Records.writeCsv(folder.dynamics(), Step.class, steps);
      Records.writeCsv(folder.updates(), Update.class, updates);
    }
  }

  private boolean due(int iteration) {
    return TrainingDynamics.due(config, iteration);
  }

  /** Whether a trial may stop here: nothing of this step is needed for the next. */
  boolean canStop() {
    return !remembers;
  }

  /** A trial may be resumed at an epoch, where the gradient of the step before is not known. */
  @Override
  public void onEpochStart(Model model) {
    remembers = false;
  }

  /** Called between the backward pass and clipping, where the gradient is the batch's sum. */
  @Override
  public void onGradientCalculation(Model model) {
    ComputationGraph graph = (ComputationGraph) model;
    INDArray gradient = flat(graph.getFlattenedGradients());
    int iteration = graph.getIterationCount() + 1;
    if (due(iteration)) {
      cosine = remembers ? cosineTo(gradient) : null;
      probe.parameters().assign(flat(graph.params()));
    }
    remembers = due(iteration + 1);
    if (remembers) {
      previous.assign(gradient);
    }
  }

  // a·b = (‖a‖² + ‖b‖² − ‖a − b‖²)/2, which needs no dot product over the trained parameters alone.
  private Float cosineTo(INDArray gradient) {
    double norm = norm(gradient);
    double before = norm(previous);
    double difference = norm(previous.subi(gradient));
    return (float)
        ((norm * norm + before * before - difference * difference) / (2 * norm * before));
  }

  /** Measures the step that was taken, if it is its turn. */
  void after(Minibatches.Batch batch, long seed) {
    int iteration = tail.graph().getIterationCount();
    if (due(iteration)) {
      addUpdates(iteration);
      addStep(iteration, batch, seed);
    }
  }

  private void addUpdates(int iteration) {
    TrainableGradients weights = views(probe.parameters());
    double[] weightNorms = weights.norms();
    double[] updateNorms = views(difference(probe.parameters())).norms();
    double[] distances = views(difference(start)).norms();
    for (int i = 0; i < weightNorms.length; i++) {
      String name = weights.parameters().get(i).name();
      add(iteration, name, weightNorms[i], updateNorms[i], distances[i]);
    }
    add(iteration, GradientNorm.TOTAL, total(weightNorms), total(updateNorms), total(distances));
  }

  private void add(
      int iteration, String parameter, double weightNorm, double updateNorm, double distance) {
    updates.add(
        new Update(iteration, parameter, (float) weightNorm, (float) updateNorm, (float) distance));
  }

  private INDArray difference(INDArray from) {
    return scratch.assign(flat(tail.graph().params())).subi(from);
  }

  private void addStep(int iteration, Minibatches.Batch batch, long seed) {
    int images = batch.size() / 2;
    INDArray features = rows(batch.features(), 0, images);
    INDArray labels = rows(batch.labels(), 0, images);
    long masks = Seeds.probe(seed, iteration, 0);
    double loss = probe.loss(features, labels, masks);
    double gradient = norm(probe.gradient()) / images;
    scratch.assign(probe.gradient());
    probe.loss(
        rows(batch.features(), images, 2 * images),
        rows(batch.labels(), images, 2 * images),
        Seeds.probe(seed, iteration, 1));
    double other = norm(probe.gradient()) / images;
    double difference = norm(probe.gradient().subi(scratch)) / images;
    NoiseEstimate noise = NoiseEstimate.of(gradient, other, difference, images);

    double learningRate = config.training().learningRate();
    double least = loss;
    double most = loss;
    double change = 0;
    double smoothness = 0;
    double moved = 0;
    for (double step : STEPS) {
      move((step - moved) * learningRate / images);
      moved = step;
      double there = probe.loss(features, labels, masks);
      least = Math.min(least, there);
      most = Math.max(most, there);
      double changed = norm(probe.gradient().subi(scratch)) / images;
      change = Math.max(change, changed);
      smoothness = Math.max(smoothness, changed / (step * learningRate * gradient));
    }
    steps.add(
        new Step(
            iteration,
            cosine,
            images,
            (float) noise.squaredGradient(),
            (float) noise.variance(),
            (float) loss,
            (float) least,
            (float) most,
            (float) gradient,
            (float) change,
            (float) smoothness));
  }

  // Moves the probe against the first half's gradient.
  private void move(double factor) {
    List<INDArray> to = views(probe.parameters()).sums();
    List<INDArray> along = views(scratch).sums();
    for (int i = 0; i < to.size(); i++) {
      INDArray values = to.get(i);
      Nd4j.getBlasWrapper().level1().axpy(values.length(), -factor, along.get(i), values);
    }
  }

  private TrainableGradients views(INDArray vector) {
    return TrainableGradients.of(vector, tail.parameters(), tail.memory());
  }

  private double norm(INDArray vector) {
    return total(views(vector).norms());
  }

  private static INDArray rows(INDArray array, int from, int to) {
    return array.get(NDArrayIndex.interval(from, to));
  }
}
