package normsweep.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import normsweep.landscape.LandscapeSettings;
import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;
import normsweep.landscape.Scope;
import normsweep.landscape.Spectrum;
import normsweep.landscape.SurfaceMeasures;
import normsweep.landscape.TrialLandscape;
import normsweep.record.Clip;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientNorm;
import normsweep.record.SweepConfig;
import normsweep.record.SweepResults;
import normsweep.record.SweepYaml;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.report.analysis.Dynamics;
import normsweep.report.analysis.GradientSeries;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.sweep.TrialGrid;

/**
 * Draws the records of sweeps, three heads with and without clipping, from a known distribution. An
 * accuracy is that of its seed (standard deviation 0.4 points), plus what the trials of a head
 * share in that seed (0.2), plus the trial's own noise (0.3), plus noise of the test images (0.4)
 * or of a validation epoch (0.8), and is rounded to whole images. So a trial varies by 0.7 points
 * and the difference between two heads by 0.6 points from seed to seed, as in real sweeps of 2,000
 * training images. Clipping changes steps and nothing else. Measured steps and loss surfaces are
 * lacking in one trial of twenty; a share of grid points has steps, and one roughness in three is
 * exactly 1.
 */
public final class SimulatedSweep {
  /** The distribution of every deviation, all of mean 0 and variance 1. */
  public enum Noise {
    NORMAL,
    /** Exponential: a few trials are much better than the rest. */
    SKEWED,
    /** One deviation in twenty is four times as large as the others. */
    HEAVY_TAILED;

    double draw(Random random) {
      return switch (this) {
        case NORMAL -> random.nextGaussian();
        case SKEWED -> -Math.log(1 - random.nextDouble()) - 1;
        case HEAVY_TAILED ->
            random.nextGaussian() * (random.nextInt(20) == 0 ? 4 : 1) / Math.sqrt(1.75);
      };
    }
  }

  private static final int EPOCHS = 10;
  private static final LandscapeSettings LANDSCAPE =
      new LandscapeSettings(Scope.HEAD, 11, 1, 500, 1, 0.5, 1);
  // Its shape is drawn as numbers.
  private static final LossSurface SURFACE =
      new LossSurface(PlaneGrid.centred(11, 1), new double[11][11]);

  private final SweepConfig config;
  private final List<Trial> trials;
  private final Noise noise;
  private final Random random;
  // Of its own, so that accuracies do not depend on what else is drawn.
  private final Random further = new Random(1);

  /** Sweeps of a number of seeds. */
  public SimulatedSweep(int seeds, Noise noise, Random random) {
    this.config =
        SweepYaml.parse(
            "simulated",
            "simulated",
            "{data: {train: 128, validation: 500, test: 1000}, training: {epochs: "
                + EPOCHS
                + "}, grid: {seed: "
                + LongStream.rangeClosed(1, seeds).boxed().toList()
                + "}}",
            List.of());
    this.trials = TrialGrid.of(config);
    this.noise = noise;
    this.random = random;
  }

  /**
   * Draws a sweep.
   *
   * @param lead added to the accuracy of each trial
   */
  public SweepEvidence draw(ToDoubleFunction<Trial> lead) {
    Map<String, Double> shared = new HashMap<>();
    List<TrialEvidence> drawn = new ArrayList<>();
    for (Trial trial : trials) {
      String seed = Long.toString(trial.seed());
      double level =
          0.72
              + lead.applyAsDouble(trial)
              + shared.computeIfAbsent(seed, key -> 0.004 * noise.draw(random))
              + shared.computeIfAbsent(seed + trial.head(), key -> 0.002 * noise.draw(random))
              + 0.003 * noise.draw(random);
      drawn.add(trial(trial, level));
    }
    SweepResults results =
        new SweepResults(
            SweepResults.SCHEMA,
            config.name(),
            null,
            new SweepResults.DataOrigin("drawn", "", 128, 500, 1000),
            Map.of(),
            drawn.stream().map(TrialEvidence::row).toList());
    return new SweepEvidence(config, results, drawn, List.of());
  }

  private TrialEvidence trial(Trial trial, double level) {
    double speed = 0.6 * Math.exp(0.1 * noise.draw(random));
    List<EpochMetrics> epochs = new ArrayList<>();
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      double accuracy = level * (1 - 0.35 * Math.exp(-speed * epoch)) + 0.008 * noise.draw(random);
      double loss = 2.5 * (1 - accuracy) + 0.01 * noise.draw(random);
      double training = Math.min(1, level + 0.02 * epoch + 0.004 * noise.draw(random));
      epochs.add(
          new EpochMetrics(epoch, loss - 0.1, training, loss, whole(accuracy, 500), 1e-3, 3));
    }
    EpochMetrics saved =
        epochs.stream().min(Comparator.comparingDouble(EpochMetrics::valLoss)).orElseThrow();
    double test = level + 0.004 * noise.draw(random);
    TrialResult row =
        new TrialResult(
            trial.id(),
            trial.norm(),
            trial.placement(),
            trial.clip(),
            trial.seed(),
            trial.settings(),
            trial.tuned(),
            TrialResult.Status.COMPLETED,
            EPOCHS,
            saved.epoch(),
            saved.valAccuracy(),
            saved.valLoss(),
            whole(test, 1000),
            2.5 * (1 - test) + 0.01 * noise.draw(random),
            3,
            0.5,
            30.0,
            1000.0,
            "",
            null);
    return new TrialEvidence(
        row,
        epochs,
        Optional.of(gradients(trial.clip())),
        Optional.empty(),
        further.nextInt(20) == 0 ? Optional.empty() : Optional.of(dynamics()),
        further.nextInt(20) == 0 ? Optional.empty() : Optional.of(landscape(row)),
        Optional.empty(),
        List.of());
  }

  private Dynamics dynamics() {
    float level = (float) Math.exp(0.2 * noise.draw(further));
    List<Step> steps = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      float smoothness = level * (float) Math.exp(0.3 * noise.draw(further));
      steps.add(new Step(5 * i, 0.1f, 32, 2, 200, 1, 0.75f, 1, 1, 1, smoothness));
    }
    return new Dynamics(steps, List.of());
  }

  private TrialLandscape landscape(TrialResult row) {
    double points = Math.round(49 + 2 * noise.draw(further));
    SurfaceMeasures measures =
        new SurfaceMeasures(
            0.5,
            Math.exp(0.3 * noise.draw(further)),
            further.nextInt(3) == 0 ? 1 : 1 + 0.1 * Math.exp(noise.draw(further)),
            Math.min(1, Math.max(0, points / 81)),
            new double[] {1, 1});
    double largest = 30 * Math.exp(0.2 * noise.draw(further));
    return new TrialLandscape(
        TrialLandscape.SCHEMA,
        row.id(),
        row.trial().label(),
        "key",
        LANDSCAPE,
        500,
        0.6,
        0.6,
        measures,
        new Spectrum(new double[] {largest}, new double[] {0}, -1, 1),
        SURFACE,
        null);
  }

  private GradientSeries gradients(Clip clip) {
    int steps = 2 * EPOCHS;
    double level = Math.exp(0.1 * noise.draw(random));
    int[] iterations = new int[steps];
    double[] before = new double[steps];
    double[] after = new double[steps];
    for (int i = 0; i < steps; i++) {
      iterations[i] = i + 1;
      before[i] = level * Math.exp(0.2 * noise.draw(random));
      after[i] = clip.active() ? Math.min(before[i], clip.threshold()) : before[i];
    }
    return new GradientSeries(
        iterations, Map.of(GradientNorm.TOTAL, before), Map.of(GradientNorm.TOTAL, after));
  }

  private static double whole(double accuracy, int images) {
    return Math.round(Math.max(0, Math.min(1, accuracy)) * images) / (double) images;
  }
}
