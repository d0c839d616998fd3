package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import normsweep.data.Split;
import normsweep.record.Clip;
import normsweep.record.EpochMetrics;
import normsweep.record.FrnPlacement;
import normsweep.record.GradientNorm;
import normsweep.record.Norm;
import normsweep.record.Optimizer;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.SweepYaml;
import normsweep.record.TimelessMetrics;
import normsweep.record.Trial;
import normsweep.record.prediction.Predictions;
import normsweep.tail.SmallTails;
import normsweep.tail.Tail;
import normsweep.tail.WarmupCosineSchedule;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.schedule.FixedSchedule;

class TrialTrainerTest {
  private static final int EPOCHS = 4;

  // Rounding, which Adam amplifies where a gradient is nearly 0; a permuted parameter or moment
  // changes the loss by at least ten times as much.
  private static final double LAYERS_DIFFER_BY = 2e-3;

  private static final Split SPLIT =
      new Split(
          new int[0],
          IntStream.range(0, 40).toArray(),
          IntStream.range(50_000, 50_040).toArray(),
          1);

  @TempDir Path folder;

  private static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static SweepConfig config(double learningRate, String... settings) {
    return SweepYaml.parse(
        "t",
        "t",
        ("{data: {train: %d, views: 2}, training: {batchSize: 16, epochs: %d, learningRate: %s},"
                + " tracking: {dynamicsEvery: 3}}")
            .formatted(RandomFeatures.TRAINING, EPOCHS, learningRate),
        List.of(settings));
  }

  private static Trial trial(Norm norm, Clip clip) {
    return new Trial(norm, FrnPlacement.DENSE, clip, 1);
  }

  private TrialTrainer trainer(
      Trial trial, String name, double learningRate, Consumer<EpochMetrics> observer)
      throws IOException {
    SweepConfig config = config(learningRate);
    int iterations = config.iterationsPerEpoch() * EPOCHS;
    Tail tail =
        SmallTails.tail(
            trial.norm(), trial.seed(), new WarmupCosineSchedule(learningRate, 5, iterations));
    return new TrialTrainer(
        config, trial, tail, new TrialFolder(folder.resolve(name)), new RandomFeatures(), observer);
  }

  private Checkpoint.State run(Trial trial, String name, Consumer<EpochMetrics> observer)
      throws IOException {
    TrialTrainer trainer = trainer(trial, name, 0.01, observer);
    return trainer.train(List.of());
  }

  @Test
  void listenersGetGradientsBeforeClipping() throws IOException {
    Trial trial = trial(Norm.LAYER_NORM, Clip.globalNorm(1e-3));
    List<Float> norms = new ArrayList<>();
    TrainingListener witness =
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model model) {
            ComputationGraph graph = (ComputationGraph) model;
            double sum =
                graph.gradient().getGradientFor("head_dense_W").norm2Number().doubleValue();
            norms.add((float) (sum / graph.getInput(0).size(0)));
          }
        };
    trainer(trial, "clipped", 0.01, metrics -> {}).train(List.of(witness));
    List<GradientNorm> rows =
        Records.readCsv(new TrialFolder(folder.resolve("clipped")).gradients(), GradientNorm.class)
            .stream()
            .filter(row -> row.parameter().equals("head_dense_W"))
            .toList();
    assertEquals(rows.size(), norms.size());
    for (int i = 0; i < rows.size(); i++) {
      assertEquals(rows.get(i).normBefore(), norms.get(i), 1e-4 * norms.get(i));
      assertTrue(rows.get(i).normAfter() < 2e-3);
    }
  }

  @ParameterizedTest
  @EnumSource(Norm.class)
  void interruptedAndResumedEndsAsUndisturbed(Norm norm) throws Exception {
    Trial trial = trial(norm, Clip.globalNorm(0.5));
    Checkpoint.State whole = run(trial, "whole", metrics -> {});
    for (int stop = 1; stop < EPOCHS; stop++) {
      int at = stop;
      assertThrows(
          Interrupted.class,
          () ->
              run(
                  trial,
                  "resumed",
                  metrics -> {
                    if (metrics.epoch() == at) {
                      throw new Interrupted();
                    }
                  }));
    }
    assertSame(whole, run(trial, "resumed", metrics -> {}));
  }

  /** After each step of a trial in turn, and at the ends of its epochs. */
  @ParameterizedTest
  @EnumSource(Norm.class)
  void stoppedAfterStepsEndsAsUndisturbed(Norm norm) throws Exception {
    Trial trial = trial(norm, Clip.globalNorm(0.5));
    Checkpoint.State whole = run(trial, "whole", metrics -> {});
    int places = 0;
    for (int last = 0; last < whole.iteration(); places++) {
      TrialTrainer part = trainer(trial, "resumed", 0.01, metrics -> {});
      assertEquals(last, part.state().iteration());
      AtomicInteger asked = new AtomicInteger();
      try {
        part.train(List.of(), EPOCHS, () -> asked.incrementAndGet() > 1);
        assertEquals(whole.iteration(), part.state().iteration());
      } catch (StoppedException e) {
        String place =
            "after (epoch|step) "
                + "("
                + part.state().epoch()
                + "|"
                + part.state().iteration()
                + ")";
        assertTrue(e.getMessage().matches(".* " + place), e.getMessage());
      }
      assertTrue(part.state().iteration() > last);
      last = part.state().iteration();
    }
    assertTrue(places > EPOCHS, places + " stops");
    assertSame(whole, trainer(trial, "resumed", 0.01, metrics -> {}).state());
  }

  private void assertSame(Checkpoint.State whole, Checkpoint.State resumed) throws IOException {
    TrialFolder a = new TrialFolder(folder.resolve("whole"));
    TrialFolder b = new TrialFolder(folder.resolve("resumed"));
    assertEquals(TimelessMetrics.of(whole.metrics()), TimelessMetrics.of(resumed.metrics()));
    assertEquals(
        TimelessMetrics.of(Records.readCsv(b.metrics(), EpochMetrics.class)),
        TimelessMetrics.of(whole.metrics()));
    assertEquals(whole.clippedIterations(), resumed.clippedIterations());
    assertArrayEquals(Files.readAllBytes(a.gradients()), Files.readAllBytes(b.gradients()));
    assertArrayEquals(Files.readAllBytes(a.histograms()), Files.readAllBytes(b.histograms()));
    assertArrayEquals(Files.readAllBytes(a.dynamics()), Files.readAllBytes(b.dynamics()));
    assertArrayEquals(Files.readAllBytes(a.updates()), Files.readAllBytes(b.updates()));
    for (int epoch = 0; epoch <= EPOCHS; epoch++) {
      assertArrayEquals(
          Files.readAllBytes(a.trajectory(epoch)), Files.readAllBytes(b.trajectory(epoch)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dynamics.csv", "updates.csv"})
  void startsAgainWithoutItsMeasuredSteps(String file) throws Exception {
    Trial trial = trial(Norm.LAYER_NORM, Clip.NONE);
    TrialTrainer part = trainer(true, trial, "t", 2);
    assertThrows(Interrupted.class, () -> part.train(List.of()));
    assertEquals(2, trainer(true, trial, "t", 0).state().epoch());
    Path damaged = folder.resolve("t").resolve(file);
    List<String> lines = Files.readAllLines(damaged);
    Files.write(damaged, lines.subList(0, lines.size() - 1));
    TrialTrainer again = trainer(true, trial, "t", 2);
    assertEquals(0, again.state().epoch());
    assertThrows(Interrupted.class, () -> again.train(List.of()));
    assertEquals(lines, Files.readAllLines(damaged));
    Files.delete(damaged);
    assertEquals(0, trainer(true, trial, "t", 0).state().epoch());
  }

  private TrialTrainer trainer(boolean fused, Trial trial, String name, int stop)
      throws IOException {
    SweepConfig config = config(0.01);
    WarmupCosineSchedule schedule =
        new WarmupCosineSchedule(0.01, 5, config.iterationsPerEpoch() * EPOCHS);
    Tail tail = SmallTails.tail(fused, trial.norm(), trial.seed(), schedule);
    assertEquals(fused, tail.describe().equals("fused"), tail.describe());
    return trainer(config, tail, trial, name, stop);
  }

  private TrialTrainer trainer(SweepConfig config, Tail tail, Trial trial, String name, int stop)
      throws IOException {
    return new TrialTrainer(
        config,
        trial,
        tail,
        new TrialFolder(folder.resolve(name)),
        new RandomFeatures(),
        metrics -> {
          if (metrics.epoch() == stop) {
            throw new Interrupted();
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Norm.class)
  void resumesWithTheOtherLayers(Norm norm) throws Exception {
    Trial trial = trial(norm, Clip.globalNorm(0.5));
    for (boolean fused : new boolean[] {true, false}) {
      String name = fused ? "fused" : "stock";
      TrialTrainer whole = trainer(fused, trial, name + "-whole", 0);
      Checkpoint.State undisturbed = whole.train(List.of());
      for (int stop : new int[] {1, 3}) {
        TrialTrainer part = trainer(fused == (stop == 1), trial, name, stop);
        assertEquals(stop == 1 ? 0 : 1, part.state().epoch());
        assertThrows(Interrupted.class, () -> part.train(List.of()));
      }
      TrialTrainer rest = trainer(fused, trial, name, 0);
      assertEquals(3, rest.state().epoch());
      Checkpoint.State switched = rest.train(List.of());
      assertSameCourse(undisturbed.metrics(), switched.metrics());
      assertEquals(undisturbed.bestEpoch(), switched.bestEpoch());
      assertEquals(
          whole.evaluate(new RandomFeatures().test()).loss(),
          rest.evaluate(new RandomFeatures().test()).loss(),
          LAYERS_DIFFER_BY);
      for (int epoch = 0; epoch <= EPOCHS; epoch++) {
        assertArrayEquals(
            snapshot(name + "-whole", epoch), snapshot(name, epoch), (float) LAYERS_DIFFER_BY);
      }
    }
  }

  /** The file holds the best epoch's network, whether or not this process trained that epoch. */
  @Test
  void predictionsAreOfTheSavedModel() throws Exception {
    Trial trial = trial(Norm.LAYER_NORM, Clip.NONE);
    SweepConfig config = config(1); // so high that the last epoch is not the best
    Path whole = folder.resolve("whole.npz");
    TrialTrainer trainer = trainer(config, tail(trial), trial, "whole", 0);
    Checkpoint.State state = trainer.train(List.of());
    assertTrue(state.bestEpoch() < EPOCHS, state.metrics().toString());
    RandomFeatures.validationReads = 0;
    Evaluation test = trainer.test(SPLIT, 60_000, whole);
    assertEquals(0, RandomFeatures.validationReads);
    Predictions predictions = Predictions.read(whole);
    assertEquals(test.accuracy(), predictions.test().right() / 40.0);
    EpochMetrics best = state.metrics().get(state.bestEpoch() - 1);
    assertEquals(best.valAccuracy(), predictions.validation().right() / 40.0);
    double loss = 0;
    for (int row = 0; row < 40; row++) {
      int label = predictions.validation().labels()[row];
      loss -= Math.log(predictions.validation().probabilities(row)[label]) / 40;
    }
    assertEquals(best.valLoss(), loss, 2e-3 * best.valLoss());
    for (int stop = state.bestEpoch(); stop <= EPOCHS; stop++) {
      String name = "stopped-" + stop;
      int at = stop;
      assertThrows(
          Interrupted.class, () -> trainer(config, tail(trial), trial, name, at).train(List.of()));
      TrialTrainer rest = trainer(config, tail(trial), trial, name, 0);
      rest.train(List.of());
      Path again = folder.resolve(name + ".npz");
      assertEquals(test, rest.test(SPLIT, 60_000, again));
      assertEquals(-1, Files.mismatch(whole, again), "stopped after epoch " + stop);
    }
  }

  private static Tail tail(Trial trial) {
    return SmallTails.tail(true, trial.norm(), Optimizer.ADAM, new FixedSchedule(1));
  }

  private static void assertSameCourse(List<EpochMetrics> expected, List<EpochMetrics> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).trainLoss(), actual.get(i).trainLoss(), LAYERS_DIFFER_BY);
      assertEquals(expected.get(i).valLoss(), actual.get(i).valLoss(), LAYERS_DIFFER_BY);
    }
  }

  private float[] snapshot(String name, int epoch) throws IOException {
    byte[] bytes = Files.readAllBytes(new TrialFolder(folder.resolve(name)).trajectory(epoch));
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private TrialTrainer trainer(boolean fused, Optimizer optimizer, String name, int stop)
      throws IOException {
    SweepConfig config =
        config(
            0.01,
            "training.optimizer=" + optimizer.id(),
            "training.weightDecay=0.01",
            "training.labelSmoothing=0.1");
    Trial trial = trial(Norm.NONE, Clip.NONE);
    Tail tail = SmallTails.tail(fused, trial.norm(), optimizer, new FixedSchedule(0.01));
    return trainer(config, tail, trial, name, stop);
  }

  @ParameterizedTest
  @EnumSource(Optimizer.class)
  void everyOptimizerResumesWithEitherLayers(Optimizer optimizer) throws Exception {
    Checkpoint.State whole = trainer(true, optimizer, "whole", 0).train(List.of());
    TrialTrainer part = trainer(true, optimizer, "same", 2);
    assertThrows(Interrupted.class, () -> part.train(List.of()));
    Checkpoint.State same = trainer(true, optimizer, "same", 0).train(List.of());
    assertEquals(TimelessMetrics.of(whole.metrics()), TimelessMetrics.of(same.metrics()));
    assertArrayEquals(snapshot("whole", EPOCHS), snapshot("same", EPOCHS));
    TrialTrainer fused = trainer(true, optimizer, "other", 2);
    assertThrows(Interrupted.class, () -> fused.train(List.of()));
    TrialTrainer stock = trainer(false, optimizer, "other", 0);
    assertEquals(2, stock.state().epoch());
    assertSameCourse(whole.metrics(), stock.train(List.of()).metrics());
    List<EpochMetrics> metrics = whole.metrics();
    assertTrue(metrics.get(EPOCHS - 1).trainLoss() < metrics.get(0).trainLoss());
    assertEquals(optimizer == Optimizer.ADADELTA ? 1 : 0.01, metrics.get(0).learningRate());
  }

  private TrialTrainer impatient(String name, int stop) throws IOException {
    SweepConfig config = config(0.5, "training.patience=2", "training.epochs=12");
    Trial trial = trial(Norm.NONE, Clip.NONE);
    Tail tail = SmallTails.tail(true, trial.norm(), Optimizer.ADAM, new FixedSchedule(0.5));
    return trainer(config, tail, trial, name, stop);
  }

  @Test
  void endsWhenPatienceIsExhausted() throws Exception {
    Checkpoint.State whole = impatient("whole", 0).train(List.of());
    assertTrue(whole.epoch() < 12, "epochs " + whole.epoch());
    assertEquals(whole.bestEpoch() + 2, whole.epoch());
    double best = whole.metrics().get(whole.bestEpoch() - 1).valLoss();
    for (EpochMetrics later : whole.metrics().subList(whole.bestEpoch(), whole.epoch())) {
      assertTrue(later.valLoss() >= best);
    }
    for (int stop : new int[] {whole.bestEpoch() + 1, whole.epoch()}) {
      TrialTrainer part = impatient("resumed", stop);
      assertThrows(Interrupted.class, () -> part.train(List.of()));
    }
    Checkpoint.State resumed = impatient("resumed", 0).train(List.of());
    assertEquals(TimelessMetrics.of(whole.metrics()), TimelessMetrics.of(resumed.metrics()));
    assertEquals(whole.bestEpoch(), resumed.bestEpoch());
  }

  @Test
  void pausesAtRungsWithoutATrace() throws Exception {
    Checkpoint.State whole = impatient("whole", 0).train(List.of());
    for (int rung : new int[] {1, 3}) {
      TrialTrainer part = impatient("paused", 0);
      assertEquals(rung, part.train(List.of(), rung, () -> false).epoch());
      assertFalse(part.finished());
      assertEquals(rung, part.train(List.of(), rung, () -> false).epoch()); // it is already there
    }
    TrialTrainer last = impatient("paused", 0);
    Checkpoint.State paused =
        last.train(List.of(), 12, () -> false); // patience ends it before this rung
    assertTrue(last.finished());
    assertEquals(TimelessMetrics.of(whole.metrics()), TimelessMetrics.of(paused.metrics()));
    assertEquals(whole.bestEpoch(), paused.bestEpoch());
  }

  @Test
  void smoothedLabelsCountInTrainingOnly() throws Exception {
    List<EpochMetrics> metrics = new ArrayList<>();
    for (String smoothing : List.of("0", "0.5")) {
      SweepConfig config = config(0.01, "training.labelSmoothing=" + smoothing);
      Trial trial = trial(Norm.LAYER_NORM, Clip.NONE);
      // So slow that the network stays the same.
      Tail tail = SmallTails.tail(true, trial.norm(), Optimizer.SGD, new FixedSchedule(1e-12));
      TrialTrainer trainer = trainer(config, tail, trial, "smoothing-" + smoothing, 0);
      metrics.add(trainer.train(List.of()).metrics().get(0));
    }
    assertEquals(metrics.get(0).valLoss(), metrics.get(1).valLoss(), 1e-6);
    assertEquals(metrics.get(0).trainAccuracy(), metrics.get(1).trainAccuracy());
    assertTrue(Math.abs(metrics.get(0).trainLoss() - metrics.get(1).trainLoss()) > 1e-3);
  }

  @Test
  void rowsBehindTheCheckpointAreDropped() throws Exception {
    Trial trial = trial(Norm.BATCH_NORM, Clip.NONE);
    run(trial, "t", metrics -> {});
    TrialFolder t = new TrialFolder(folder.resolve("t"));
    byte[] gradients = Files.readAllBytes(t.gradients());
    Files.writeString(
        t.gradients(), "999,total,1.0,1.0\n", java.nio.file.StandardOpenOption.APPEND);
    Files.delete(t.metrics());
    run(trial, "t", metrics -> {});
    assertArrayEquals(gradients, Files.readAllBytes(t.gradients()));
    assertEquals(EPOCHS, Records.readCsv(t.metrics(), EpochMetrics.class).size());
  }

  @Test
  void tracksEveryIterationAndParameter() throws Exception {
    Trial trial = trial(Norm.BATCH_NORM, Clip.globalNorm(0.05));
    Checkpoint.State state = run(trial, "t", metrics -> {});
    Map<Integer, List<GradientNorm>> rows =
        Records.readCsv(new TrialFolder(folder.resolve("t")).gradients(), GradientNorm.class)
            .stream()
            .collect(Collectors.groupingBy(GradientNorm::iteration));
    assertEquals(5 * EPOCHS, rows.size());
    assertEquals(state.iteration(), rows.size());
    long clipped = 0;
    for (List<GradientNorm> iteration : rows.values()) {
      GradientNorm total = iteration.get(iteration.size() - 1);
      assertEquals(GradientNorm.TOTAL, total.parameter());
      double squares = 0;
      for (GradientNorm row : iteration.subList(0, iteration.size() - 1)) {
        assertTrue(!row.parameter().endsWith("mean") && !row.parameter().endsWith("var"));
        squares += row.normBefore() * row.normBefore();
      }
      assertEquals(Math.sqrt(squares), total.normBefore(), 1e-5);
      assertEquals(Math.min(0.05, total.normBefore()), total.normAfter(), 1e-5);
      clipped += total.normAfter() < total.normBefore() ? 1 : 0;
    }
    assertEquals(clipped, state.clippedIterations());
    assertTrue(clipped > 0);
  }

  /** In its second epoch of five steps, a trial that is watched has eight steps to show. */
  @Test
  void rowsAppearWithinAnEpoch() throws IOException {
    TrialFolder t = new TrialFolder(folder.resolve("t"));
    List<Integer> rows = new ArrayList<>();
    TrainingListener watcher =
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            List<GradientNorm> all = Records.readCsv(t.gradients(), GradientNorm.class);
            rows.add(all.isEmpty() ? 0 : all.get(all.size() - 1).iteration());
          }
        };
    trainer(trial(Norm.BATCH_NORM, Clip.NONE), "t", 0.01, metrics -> {}).train(List.of(watcher));
    assertEquals(List.of(0, 0, 0, 0, 0, 5, 5, 8, 8, 8, 10), rows.subList(0, 11));
  }

  @Test
  void hugeThresholdChangesNothing() throws Exception {
    Checkpoint.State none = run(trial(Norm.LAYER_NORM, Clip.NONE), "none", metrics -> {});
    Checkpoint.State huge =
        run(trial(Norm.LAYER_NORM, Clip.globalNorm(1e6)), "huge", metrics -> {});
    assertEquals(TimelessMetrics.of(none.metrics()), TimelessMetrics.of(huge.metrics()));
    assertEquals(0, huge.clippedIterations());
  }

  @Test
  void learningReducesTheLoss() throws Exception {
    List<EpochMetrics> metrics = run(trial(Norm.BATCH_NORM, Clip.NONE), "t", m -> {}).metrics();
    WarmupCosineSchedule schedule = new WarmupCosineSchedule(0.01, 5, 5 * EPOCHS);
    for (EpochMetrics epoch : metrics) {
      assertEquals(schedule.valueAt(5 * epoch.epoch() - 1, 0), epoch.learningRate(), 1e-12);
    }
    assertTrue(metrics.get(EPOCHS - 1).trainLoss() < metrics.get(0).trainLoss());
  }

  @Test
  void nanLossEndsTrial() throws IOException {
    TrialTrainer trainer = trainer(trial(Norm.LAYER_NORM, Clip.NONE), "t", 10, metrics -> {});
    RandomFeatures.poison = true;
    try {
      DivergedException e = assertThrows(DivergedException.class, () -> trainer.train(List.of()));
      assertEquals(0, e.wholeEpochs());
      assertTrue(e.getMessage().contains("became NaN in epoch 1 (iteration 1)"), e.getMessage());
    } finally {
      RandomFeatures.poison = false;
    }
  }

  @Test
  void divergedTrialKeepsItsGradients() throws Exception {
    Trial trial = trial(Norm.LAYER_NORM, Clip.NONE);
    TrialFolder t = new TrialFolder(folder.resolve("t"));
    byte[][] whole = new byte[1][];
    TrialTrainer trainer =
        trainer(
            trial,
            "t",
            0.01,
            metrics -> {
              RandomFeatures.poison = true;
              whole[0] = gradients(t);
            });
    DivergedException e;
    try {
      e = assertThrows(DivergedException.class, () -> trainer.train(List.of()));
    } finally {
      RandomFeatures.poison = false;
    }
    assertEquals(1, e.wholeEpochs());
    byte[] kept = gradients(t);
    assertArrayEquals(whole[0], Arrays.copyOf(kept, whole[0].length));
    List<GradientNorm> rows = Records.readCsv(t.gradients(), GradientNorm.class);
    GradientNorm last = rows.get(rows.size() - 1);
    assertEquals(List.of(6, GradientNorm.TOTAL), List.of(last.iteration(), last.parameter()));
    assertTrue(Double.isNaN(last.normBefore()));
    assertEquals(1, Records.readCsv(t.metrics(), EpochMetrics.class).size());

    // The trial resumes from the last whole epoch, as after a kill.
    run(trial, "t", metrics -> {});
    run(trial, "undisturbed", metrics -> {});
    assertArrayEquals(gradients(new TrialFolder(folder.resolve("undisturbed"))), gradients(t));
  }

  private static byte[] gradients(TrialFolder trial) {
    try {
      return Files.readAllBytes(trial.gradients());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
