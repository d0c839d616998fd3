package normsweep.report.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.record.Clip;
import normsweep.record.GradientNorm;
import normsweep.record.Norm;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptionTest {
  @TempDir Path root;

  @Test
  void repeatsNumbersOfTheSweep() {
    SweepEvidence sweep =
        SweepEvidence.read(
            MadeUpSweep.quick()
                .norms(Norm.BATCH_NORM)
                .accuracy(t -> 0.75)
                .gradientScale(t -> 3)
                .landscapes(t -> 2)
                .write(root));
    assertEquals(
        "2 trials differ only in norm, gradient clipping and seed",
        Description.setUp(sweep).title());
    // Wilson's interval of 750 of 1000 is 72.22 to 77.58 %.
    assertEquals(
        "One seed cannot rank norms: with 1000 test images, each accuracy is known to ±2.7 points",
        Description.certainty(sweep).title());
    TrialEvidence clipped = sweep.trials(sweep.heads().get(0), Clip.globalNorm(1)).get(0);
    double[] factors =
        Arrays.stream(clipped.gradients().orElseThrow().before(GradientNorm.TOTAL))
            .map(norm -> Math.min(1, 1 / norm))
            .sorted()
            .toArray();
    int middle = factors.length / 2;
    assertEquals(
        String.format(
            Locale.ROOT,
            "Clipping multiplies the gradient of the median step by %.2f with batch norm",
            (factors[middle - 1] + factors[middle]) / 2),
        Description.factor(sweep).orElseThrow().title());
    TrialResult row = clipped.row();
    assertTrue(
        Description.scores(sweep, clipped.head())
            .endsWith(
                String.format(
                    Locale.ROOT,
                    "With clipping at 1.0, the saved network is that of epoch %d and reaches a"
                        + " validation loss of %.3f nats and a test accuracy of 75.0 %%.",
                    row.bestEpoch(),
                    row.valLoss())));
    double last = clipped.epochs().get(9).trainAccuracy();
    double other = sweep.trials(clipped.head(), Clip.NONE).get(0).epochs().get(9).trainAccuracy();
    String curves = Description.curves(sweep).orElseThrow().text();
    assertTrue(
        curves.endsWith(
            String.format(
                Locale.ROOT,
                "training accuracy ends at %.0f %% with batch norm.",
                50 * (last + other))),
        curves);
    assertTrue(Description.gradients(sweep).isPresent());
    assertTrue(Description.landscape(sweep).isPresent());
  }

  @Test
  void saysNothingWithoutData() {
    SweepEvidence sweep =
        SweepEvidence.read(
            MadeUpSweep.quick()
                .norms(Norm.LAYER_NORM)
                .clips(Clip.NONE)
                .status("layer-norm.clip-none.seed-1", TrialResult.Status.PENDING)
                .write(root));
    assertEquals(
        List.of(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
        List.of(
            Description.curves(sweep),
            Description.gradients(sweep),
            Description.factor(sweep),
            Description.landscape(sweep)));
    assertEquals(
        "No trial of this head has completed.", Description.scores(sweep, sweep.heads().get(0)));
  }
}
