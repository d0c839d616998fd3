package normsweep.report.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import normsweep.record.GradientNorm;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.TrainingDynamics.Update;
import normsweep.report.MadeUpSweep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every figure of measured steps, clipping factors and names on values worked out by hand. */
class DynamicsTest {
  private static final double EXACT = 1e-12;

  @TempDir Path root;

  private static Step step(int iteration, float squaredGradient, float variance) {
    return new Step(
        iteration, 0.5f, 16, squaredGradient, variance, 2, 1.5f, 2.25f, 1, 0.5f, 8 * iteration);
  }

  private static Dynamics steps(Step... steps) {
    return new Dynamics(List.of(steps), List.of());
  }

  private static Update total(int iteration, float weightNorm, float updateNorm) {
    return new Update(iteration, GradientNorm.TOTAL, weightNorm, updateNorm, iteration / 4f);
  }

  private static NoiseScale noise(Step... steps) {
    return NoiseScale.of(List.of(steps)).orElseThrow();
  }

  @Test
  void noiseScaleIsTheRatioOfMeans() {
    // Means 200 and 2. The squares deviate by 0.2: half of the interval is 4.302653 · 0.2 / √3.
    NoiseScale found = noise(step(1, 1.8f, 160), step(2, 2.2f, 240), step(3, 2, 200));
    assertEquals(100, found.value().orElseThrow(), 1e-5);
    assertEquals(4.302653 * 0.2 / Math.sqrt(3), found.spread(), 1e-6);
    // Without one step each: 440/4.2, 360/3.8 and 400/4; √(2/3 · Σ (each − mean)²).
    double[] without = {440 / 4.2, 360 / 3.8, 100};
    double mean = (without[0] + without[1] + without[2]) / 3;
    double squares = 0;
    for (double one : without) {
      squares += (one - mean) * (one - mean);
    }
    assertEquals(Math.sqrt(squares * 2 / 3), found.error(), 1e-5);
    assertEquals("100 ± 6", found.describe());
  }

  @Test
  void noiseScaleHasBoundOnlyIfGradientIsLost() {
    // Means 40 and 1, deviation 2: 1 + 4.302653 · 2 / √3 = 5.97.
    NoiseScale lost = noise(step(1, -1, 30), step(2, 3, 50), step(3, 1, 40));
    assertTrue(lost.value().isEmpty());
    assertEquals("> 6.7", lost.describe());
    assertEquals("not determined", noise(step(1, -2, 30), step(2, -2.001f, 30)).describe());
    assertTrue(NoiseScale.of(List.of(step(1, 1, 3), step(2, 1, Float.NaN))).isEmpty());
  }

  @Test
  void noiseScaleIsPooledOverSeeds() {
    SweepEvidence sweep = SweepEvidence.read(MadeUpSweep.quick().seeds(1L, 2L, 3L).write(root));
    NoiseScale found =
        NoiseScale.late(sweep.trials(sweep.heads().get(0), sweep.clips().get(0))).orElseThrow();
    // Three of six measured steps in each of three seeds.
    assertEquals(9, found.steps());
    assertEquals(100, found.value().orElseThrow(), EXACT);
  }

  @Test
  void mediansSkipWhatIsNotFinite() {
    Step first = new Step(1, null, 16, 1, 1, 2, 1, Float.POSITIVE_INFINITY, 1, 1, Float.NaN);
    Dynamics found = steps(first, step(2, 1, 1), step(3, 1, 1));
    assertEquals(20, found.median(Step::smoothness).orElseThrow(), EXACT);
    assertEquals(0.5, found.median(Dynamics::cosine).orElseThrow(), EXACT);
    assertEquals(0.75, found.median(Dynamics::lossVariation).orElseThrow(), EXACT);
    assertTrue(steps(first).median(Step::smoothness).isEmpty());
  }

  @Test
  void stepsAreComparedAtTheSameIterations() {
    Dynamics plain =
        new Dynamics(List.of(), List.of(total(10, 4, 1), total(20, 4, 2), total(30, 4, 4)));
    Dynamics other =
        new Dynamics(List.of(), List.of(total(20, 4, 1), total(30, 4, 1), total(40, 4, 9)));
    // 1/2 and 1/4.
    assertEquals(0.375, other.stepLengthRelativeTo(plain).orElseThrow(), EXACT);
    assertEquals(Optional.empty(), other.stepLengthRelativeTo(steps()));
    assertEquals(0.5, plain.relativeUpdate().orElseThrow(), EXACT);
    assertEquals(10, other.distance().orElseThrow(), EXACT);
  }

  @Test
  void gradientsRelativeToWeightsHaveQuartiles() {
    List<GradientNorm> rows = new ArrayList<>();
    List<Update> updates = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      rows.add(new GradientNorm(i, "a_W", i, 0.5));
      rows.add(new GradientNorm(i, GradientNorm.TOTAL, i, 0.5));
      updates.add(new Update(i, "a_W", i == 6 ? 0 : 2, 1, 1)); // 6 has no ratio
    }
    updates.add(new Update(7, "a_W", 2, 1, 1)); // of which there is no gradient
    double[] quartiles =
        new Dynamics(List.of(), updates)
            .relativeGradient(GradientSeries.of(rows), "a_W")
            .orElseThrow();
    // Of 0.5, 1, 1.5, 2, 2.5 by (n + 1)·p: positions 1.5, 3 and 4.5.
    assertArrayEquals(new double[] {0.75, 1.5, 2.25}, quartiles, EXACT);
  }

  @Test
  void clippingFactorIsAfterByBefore() {
    List<GradientNorm> rows = new ArrayList<>();
    double[] before = {2, 4, 1, 0, 1};
    for (int i = 0; i < before.length; i++) {
      rows.add(new GradientNorm(i + 1, GradientNorm.TOTAL, before[i], Math.min(1, before[i])));
    }
    GradientSeries series = GradientSeries.of(rows);
    assertArrayEquals(new double[] {0.5, 0.25, 1, 1, 1}, ClippingFactor.series(series));
    ClippingFactor factor = ClippingFactor.of(series);
    assertEquals(1, factor.median());
    assertEquals(0.375, factor.lower(), EXACT);
    assertEquals(1, factor.upper(), EXACT);
    // Mean 0.75; squares of the deviations 0.0625, 0.25 and three times 0.0625: 0.5/4.
    assertEquals(Math.sqrt(0.5 / 4) / 0.75, factor.variation(), EXACT);
  }

  @Test
  void parametersHaveNamesOfTheirOwn() {
    assertEquals("convolution weights", ParameterNames.of("Conv_1_W", false));
    assertEquals("block norm γ", ParameterNames.of("Conv_1_bn_gamma", false));
    assertEquals("dense bias", ParameterNames.of("head_dense_b", false));
    assertEquals("norm β", ParameterNames.of("head_dense_b", true));
    assertEquals("norm γ", ParameterNames.of("head_dense_g", true));
    assertEquals("norm ε", ParameterNames.of("head_norm_epsilon", false));
    assertEquals("output weights", ParameterNames.of("head_logits_W", true));
    assertEquals("block_16_project weights", ParameterNames.of("block_16_project_W", false));
    assertEquals("total", ParameterNames.of("total", false));
  }

  private interface Damage {
    List<String> of(List<String> lines);
  }

  private static void damage(Path file, Damage damage) throws IOException {
    Files.write(file, damage.of(Files.readAllLines(file)));
  }

  // Six trials, 2,000 images in batches of 64: 320 steps, of which six are measured.
  @Test
  void damagedRowsAreNoted() throws IOException {
    SweepFolder folder = MadeUpSweep.quick().write(root);
    List<TrialFolder> trials =
        SweepEvidence.read(folder).trials().stream()
            .map(trial -> folder.trial(trial.row().id()))
            .toList();
    damage(trials.get(0).dynamics(), lines -> lines.subList(0, 1));
    damage(trials.get(0).updates(), lines -> lines.subList(0, 1));
    damage(trials.get(1).dynamics(), lines -> lines.subList(0, 6));
    damage(trials.get(1).updates(), lines -> lines.subList(0, lines.size() - 1));
    damage(trials.get(2).dynamics(), lines -> List.of(lines.get(0), lines.get(1), lines.get(1)));
    damage(trials.get(2).updates(), lines -> twice(lines, 3));
    Files.writeString(trials.get(3).updates(), "no,table\n1,2\n");
    Files.delete(trials.get(4).dynamics());
    damage(trials.get(5).updates(), lines -> without(lines, 3));
    assertEquals(
        List.of(
            "batch-norm.clip-none.seed-1: dynamics.csv has 0 of 6 measured steps, updates.csv has 0"
                + " of 6 measured steps.",
            "batch-norm.clip-1.0.seed-1: dynamics.csv has 5 of 6 measured steps, updates.csv is"
                + " damaged at iteration 300.",
            "layer-norm.clip-none.seed-1: dynamics.csv has 2 of 6 measured steps, updates.csv is"
                + " damaged at iteration 50.",
            "layer-norm.clip-1.0.seed-1: updates.csv cannot be read.",
            "filter-response-norm.clip-none.seed-1: dynamics.csv is missing.",
            "filter-response-norm.clip-1.0.seed-1: updates.csv is damaged at iteration 100."),
        SweepEvidence.read(folder).missing());
  }

  private static List<String> twice(List<String> lines, int row) {
    List<String> all = new ArrayList<>(lines);
    all.add(row, lines.get(row));
    return all;
  }

  private static List<String> without(List<String> lines, int row) {
    List<String> all = new ArrayList<>(lines);
    all.remove(row);
    return all;
  }

  @Test
  void smallerBatchesAreLeftOut() throws IOException {
    // 32 steps an epoch, the last of 16 images; earlier builds measured steps 32, 64 and so on.
    SweepFolder folder = MadeUpSweep.quick().settings("tracking.dynamicsEvery=16").write(root);
    SweepEvidence sweep = SweepEvidence.read(folder);
    assertEquals(List.of(), sweep.missing());
    for (TrialEvidence trial : sweep.trials()) {
      assertEquals(
          IntStream.range(0, 10).mapToObj(epoch -> 32 * epoch + 16).toList(),
          trial.dynamics().orElseThrow().steps().stream().map(Step::iteration).toList());
      assertEquals(
          10, trial.dynamics().orElseThrow().updates(GradientNorm.TOTAL).size());
      // 310 of 320 steps have 64 images: 15 windows of 20.
      List<GradientNoise.Window> windows = trial.noise(20).orElseThrow().windows();
      assertEquals(15, windows.size());
      assertEquals(20, windows.get(0).last());
      assertEquals(41, windows.get(1).last());
    }
  }

  @Test
  void sweepsOfEarlierVersionsLackNothing() {
    SweepFolder folder = MadeUpSweep.quick().settings("tracking.dynamicsEvery=0").write(root);
    SweepEvidence sweep = SweepEvidence.read(folder);
    assertTrue(sweep.missing().isEmpty());
    assertTrue(sweep.trials().stream().allMatch(trial -> trial.dynamics().isEmpty()));
    assertTrue(Measure.SMOOTHNESS.of(sweep.trials().get(0)).isEmpty());
  }
}
