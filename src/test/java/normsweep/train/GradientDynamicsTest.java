package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import normsweep.data.Cifar10;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.GradientNorm;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.SweepYaml;
import normsweep.record.TimelessMetrics;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.TrainingDynamics.Update;
import normsweep.record.Trial;
import normsweep.tail.SmallTails;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import normsweep.tail.WarmupCosineSchedule;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GradientDynamicsTest {
  private static final int BATCH = 16;
  private static final int STEPS_PER_EPOCH = 5;
  private static final int EPOCHS = 2;
  private static final double RATE = 0.05;

  @TempDir Path folder;

  private static SweepConfig config(int every) {
    return SweepYaml.parse(
        "t",
        "t",
        ("{data: {train: 70, views: 2}, training: {batchSize: 16, epochs: %d, learningRate: %s},"
                + " tracking: {dynamicsEvery: %d}}")
            .formatted(EPOCHS, RATE, every),
        List.of());
  }

  private static WarmupCosineSchedule schedule() {
    return new WarmupCosineSchedule(RATE, 2, STEPS_PER_EPOCH * EPOCHS);
  }

  private Checkpoint.State train(Tail tail, int every, Clip clip, String name) throws IOException {
    Trial trial = new Trial(tail.spec().norm(), FrnPlacement.DENSE, clip, 1);
    TrialFolder files = new TrialFolder(folder.resolve(name));
    return new TrialTrainer(config(every), trial, tail, files, new RandomFeatures(), metrics -> {})
        .train(List.of());
  }

  static Stream<Arguments> tails() {
    return Stream.of(Norm.values())
        .flatMap(norm -> Stream.of(Arguments.of(true, norm), Arguments.of(false, norm)));
  }

  // ---- Training is the same with and without measurements.

  @ParameterizedTest
  @EnumSource(Norm.class)
  void measuringLeavesNoTraceWithDropout(Norm norm) throws Exception {
    assertNoTrace(
        SmallTails.tail(norm, 1, schedule()),
        SmallTails.tail(norm, 1, schedule()),
        Clip.globalNorm(0.5));
  }

  @ParameterizedTest
  @MethodSource("tails")
  void measuringLeavesNoTraceInEitherTail(boolean fused, Norm norm) throws Exception {
    assertNoTrace(
        SmallTails.tail(fused, norm, 1, schedule()),
        SmallTails.tail(fused, norm, 1, schedule()),
        Clip.NONE);
  }

  private void assertNoTrace(Tail measured, Tail plain, Clip clip) throws IOException {
    Checkpoint.State with = train(measured, 1, clip, "with");
    Checkpoint.State without = train(plain, 0, clip, "without");
    assertEquals(TimelessMetrics.of(without.metrics()), TimelessMetrics.of(with.metrics()));
    TrialFolder a = new TrialFolder(folder.resolve("with"));
    TrialFolder b = new TrialFolder(folder.resolve("without"));
    assertArrayEquals(Files.readAllBytes(b.gradients()), Files.readAllBytes(a.gradients()));
    Checkpoint one = newest(a, with);
    Checkpoint other = newest(b, without);
    assertArrayEquals(other.parameters(), one.parameters());
    assertArrayEquals(other.updater(), one.updater());
    // All but the last of each epoch, which has six images.
    assertEquals(EPOCHS * (STEPS_PER_EPOCH - 1), steps("with").size());
    assertFalse(Files.exists(b.dynamics()));
    assertFalse(Files.exists(b.updates()));
  }

  private static Checkpoint newest(TrialFolder trial, Checkpoint.State state) throws IOException {
    return Checkpoint.newest(trial.checkpoint(), state.trial(), state.configSha256()).orElseThrow();
  }

  private List<Step> steps(String name) {
    return Records.readCsv(new TrialFolder(folder.resolve(name)).dynamics(), Step.class);
  }

  private Map<Integer, Map<String, Update>> updates(String name) {
    Map<Integer, Map<String, Update>> updates = new LinkedHashMap<>();
    for (Update row :
        Records.readCsv(new TrialFolder(folder.resolve(name)).updates(), Update.class)) {
      updates
          .computeIfAbsent(row.iteration(), iteration -> new LinkedHashMap<>())
          .put(row.parameter(), row);
    }
    return updates;
  }

  @Test
  void measuresEveryFewSteps() throws Exception {
    Tail tail = SmallTails.tail(true, Norm.LAYER_NORM, 1, schedule());
    train(tail, 3, Clip.NONE, "t");
    assertEquals(List.of(3, 6, 9), steps("t").stream().map(Step::iteration).toList());
    assertEquals(List.of(3, 6, 9), List.copyOf(updates("t").keySet()));
    assertNull(steps("t").get(1).cosine()); // step 6 is the first of its epoch
  }

  @Test
  void smallerBatchesAreNotMeasured() throws Exception {
    train(SmallTails.tail(true, Norm.LAYER_NORM, 1, schedule()), 5, Clip.NONE, "t");
    // Steps 5 and 10 have six images, those before them 16.
    assertEquals(List.of(4, 9), steps("t").stream().map(Step::iteration).toList());
    assertEquals(List.of(8, 8), steps("t").stream().map(Step::images).toList());
    assertTrue(steps("t").stream().allMatch(step -> step.cosine() != null));
    assertEquals(List.of(4, 9), List.copyOf(updates("t").keySet()));
  }

  @Test
  void stepsOfThreeImagesAreNotMeasured() throws Exception {
    SweepConfig config =
        SweepYaml.parse(
            "t",
            "t",
            "{data: {train: 70, views: 1}, training: {batchSize: 3, epochs: 1},"
                + " tracking: {dynamicsEvery: 1}}",
            List.of());
    Tail tail = SmallTails.tail(true, Norm.LAYER_NORM, 1, schedule());
    Trial trial = new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.NONE, 1);
    TrialFolder files = new TrialFolder(folder.resolve("t"));
    new TrialTrainer(config, trial, tail, files, new RandomFeatures(), metrics -> {})
        .train(List.of());
    // The leftover image joins the last batch.
    assertEquals(List.of(23), steps("t").stream().map(Step::iteration).toList());
  }

  // ---- Every quantity is what plain loops over copies of the arrays give.

  @ParameterizedTest
  @MethodSource("tails")
  void everyQuantityEqualsBruteForce(boolean fused, Norm norm) throws Exception {
    train(SmallTails.tail(fused, norm, 1, schedule()), 1, Clip.globalNorm(0.5), "t");
    List<Step> steps = steps("t");
    Map<Integer, Map<String, Update>> updates = updates("t");
    Tail tail = SmallTails.tail(fused, norm, 1, schedule());
    Tail other = SmallTails.tail(false, norm, 1, schedule());
    Map<String, double[]> start = parameters(tail);
    Map<String, double[]> last = null;
    int iteration = 0;
    int measured = 0;
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      LabelledFeatures set = new RandomFeatures().training(epoch % 2);
      int[] order = Seeds.batchOrder(1, epoch, set.size());
      for (int from = 0; from < order.length; from += BATCH) {
        int[] batch = Arrays.copyOfRange(order, from, Math.min(from + BATCH, order.length));
        iteration++;
        boolean full = batch.length == BATCH;
        assertEquals(full, updates.containsKey(iteration));
        Map<String, Update> update = updates.get(iteration);
        Map<String, double[]> weights = parameters(tail);
        Map<String, double[]> gradient = gradient(tail, weights, set, batch).values();
        if (!full) {
          clippedAdamStep(tail, set, batch);
          continue;
        }
        Step step = steps.get(measured++);
        assertEquals(iteration, step.iteration());
        if (from == 0) {
          assertNull(step.cosine());
        } else {
          assertEquals(dot(gradient, last) / norm(gradient) / norm(last), step.cosine(), 1e-3);
        }
        last = gradient;
        assertStep(step, other, weights, set, batch);
        Map<String, double[]> moved = clippedAdamStep(tail, set, batch);
        for (String name : weights.keySet()) {
          Update row = update.get(name);
          assertClose(norm(Map.of(name, weights.get(name))), row.weightNorm());
          assertClose(norm(minus(moved, weights, name)), row.updateNorm());
          assertClose(norm(minus(moved, start, name)), row.distance());
        }
        Update total = update.get(GradientNorm.TOTAL);
        assertClose(norm(weights), total.weightNorm());
        assertClose(norm(sum(moved, weights, -1)), total.updateNorm());
        assertClose(norm(sum(moved, start, -1)), total.distance());
        assertEquals(weights.size() + 1, update.size());
      }
    }
  }

  private static void assertStep(
      Step step, Tail tail, Map<String, double[]> weights, LabelledFeatures set, int[] batch) {
    int half = batch.length / 2;
    int[] one = Arrays.copyOf(batch, half);
    Gradient first = gradient(tail, weights, set, one);
    Gradient second = gradient(tail, weights, set, Arrays.copyOfRange(batch, half, 2 * half));
    Map<String, double[]> difference = sum(first.values, second.values, -1);
    assertEquals(half, step.images());
    double square = norm(first.values) * norm(first.values);
    assertEquals(dot(first.values, second.values), step.squaredGradient(), 2e-3 * square);
    assertClose(half * dot(difference, difference) / 2, step.variance());
    assertClose(first.loss, step.loss());
    assertClose(norm(first.values), step.gradientNorm());
    List<Double> losses = new ArrayList<>(List.of(first.loss));
    List<Double> changes = new ArrayList<>();
    List<Double> slopes = new ArrayList<>();
    for (double alpha : GradientDynamics.STEPS) {
      Gradient there = gradient(tail, sum(weights, first.values, -alpha * RATE), set, one);
      losses.add(there.loss);
      changes.add(norm(sum(there.values, first.values, -1)));
      slopes.add(changes.get(changes.size() - 1) / (alpha * RATE * norm(first.values)));
    }
    assertClose(losses.stream().mapToDouble(loss -> loss).min().orElseThrow(), step.lossLeast());
    assertClose(losses.stream().mapToDouble(loss -> loss).max().orElseThrow(), step.lossMost());
    assertClose(changes.stream().mapToDouble(c -> c).max().orElseThrow(), step.gradientChange());
    assertClose(slopes.stream().mapToDouble(s -> s).max().orElseThrow(), step.smoothness());
  }

  private static void assertClose(double expected, double actual) {
    assertTrue(Double.isFinite(expected));
    assertEquals(expected, actual, 2e-3 * Math.abs(expected) + 1e-6);
  }

  private record Gradient(double loss, Map<String, double[]> values) {}

  private static List<TailParameter> trained(Tail tail) {
    return tail.parameters().stream().filter(TailParameter::trained).toList();
  }

  private static Map<String, double[]> parameters(Tail tail) {
    return values(tail, tail.graph().params(), 1);
  }

  private static Map<String, double[]> values(Tail tail, INDArray flat, double scale) {
    Map<String, double[]> values = new LinkedHashMap<>();
    for (TailParameter parameter : trained(tail)) {
      double[] own = parameter.view(flat).dup('c').data().asDouble();
      values.put(parameter.name(), Arrays.stream(own).map(value -> scale * value).toArray());
    }
    return values;
  }

  private static void fill(
      Tail tail, LabelledFeatures set, int[] batch, INDArray input, INDArray labels) {
    for (int row = 0; row < batch.length; row++) {
      tail.put(input, row, set.store().half(batch[row]));
      labels.putScalar(row, set.labels()[batch[row]], 1);
    }
  }

  /** Loss and mean gradient of some images in training mode at some parameters. */
  private static Gradient gradient(
      Tail tail, Map<String, double[]> weights, LabelledFeatures set, int[] batch) {
    Map<String, INDArray> before = tail.copyParameters();
    for (TailParameter parameter : trained(tail)) {
      double[] own = weights.get(parameter.name());
      tail.values(parameter).assign(Nd4j.createFromArray(own).reshape('c', parameter.dimensions()));
    }
    INDArray input = tail.newInput(batch.length);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch.length, Cifar10.CLASSES);
    fill(tail, set, batch, input, labels);
    ComputationGraph graph = tail.graph();
    graph.setInputs(input);
    graph.setLabels(labels);
    graph.computeGradientAndScore();
    Gradient found =
        new Gradient(
            graph.score(), values(tail, graph.getFlattenedGradients(), 1.0 / batch.length));
    tail.load(before);
    return found;
  }

  /** Takes the step of the trial, and returns the parameters after it. */
  private static Map<String, double[]> clippedAdamStep(
      Tail tail, LabelledFeatures set, int[] batch) {
    GradientClipping clipping = GradientClipping.of(Clip.globalNorm(0.5));
    tail.graph()
        .setListeners(
            new BaseTrainingListener() {
              @Override
              public void onGradientCalculation(Model model) {
                TrainableGradients gradients =
                    TrainableGradients.of(
                            tail.graph().getFlattenedGradients(), tail.parameters(), tail.memory())
                        .summedOver(batch.length);
                clipping.clip(gradients, gradients.norms());
              }
            });
    INDArray input = tail.newInput(batch.length);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch.length, Cifar10.CLASSES);
    fill(tail, set, batch, input, labels);
    tail.graph().fit(new INDArray[] {input}, new INDArray[] {labels});
    return parameters(tail);
  }

  private static double dot(Map<String, double[]> a, Map<String, double[]> b) {
    double sum = 0;
    for (String name : a.keySet()) {
      for (int i = 0; i < a.get(name).length; i++) {
        sum += a.get(name)[i] * b.get(name)[i];
      }
    }
    return sum;
  }

  private static double norm(Map<String, double[]> a) {
    return Math.sqrt(dot(a, a));
  }

  private static Map<String, double[]> sum(
      Map<String, double[]> a, Map<String, double[]> b, double factor) {
    Map<String, double[]> sum = new LinkedHashMap<>();
    a.forEach(
        (name, values) -> {
          double[] own = values.clone();
          for (int i = 0; i < own.length; i++) {
            own[i] += factor * b.get(name)[i];
          }
          sum.put(name, own);
        });
    return sum;
  }

  private static Map<String, double[]> minus(
      Map<String, double[]> a, Map<String, double[]> b, String name) {
    return sum(Map.of(name, a.get(name)), b, -1);
  }
}
