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
import normsweep.record.GradientNorm;
import normsweep.record.SweepFolder;
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

  @Test
  void noiseScaleIsTheRatioOfMeans() {
    // (30 + 10)/(3 − 1) = 20, while the mean of the ratios is 0.
    assertEquals(
        20, Dynamics.noiseScale(List.of(step(1, 3, 30), step(2, -1, 10))).orElseThrow(), EXACT);
    assertTrue(Dynamics.noiseScale(List.of(step(1, 1, 30), step(2, -1, 10))).isEmpty());
    assertTrue(Dynamics.noiseScale(List.of(step(1, 1, Float.NaN))).isEmpty());
    assertTrue(Dynamics.noiseScale(List.of()).isEmpty());
    // The last two of three steps.
    Dynamics three = steps(step(1, 1, 1000), step(2, 2, 10), step(3, 2, 30));
    assertEquals(10, three.lateNoiseScale().orElseThrow(), EXACT);
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

  @Test
  void damagedRowsAreNoted() throws IOException {
    SweepFolder folder = MadeUpSweep.quick().write(root);
    SweepFolder.TrialFolder trial = folder.trial("batch-norm.clip-1.0.seed-1");
    List<String> lines = new ArrayList<>(Files.readAllLines(trial.dynamics()));
    lines.add(lines.get(1));
    Files.write(trial.dynamics(), lines);
    Files.writeString(folder.trial("layer-norm.clip-1.0.seed-1").updates(), "no,table\n1,2\n");
    Files.delete(folder.trial("layer-norm.clip-none.seed-1").dynamics());
    assertEquals(
        List.of(
            "batch-norm.clip-1.0.seed-1: dynamics.csv is damaged behind iteration 300.",
            "layer-norm.clip-none.seed-1: dynamics.csv is missing.",
            "layer-norm.clip-1.0.seed-1: updates.csv cannot be read."),
        SweepEvidence.read(folder).missing());
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
