package normsweep.report.finding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.record.Trial;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MechanismFindingsTest {
  private static final Clip ONE = Clip.globalNorm(1);

  @TempDir Path root;

  private SweepEvidence sweep(Long[] seeds, String axes, ToDoubleFunction<Trial> accuracy) {
    return SweepEvidence.read(
        MadeUpSweep.quick()
            .norms(Norm.BATCH_NORM, Norm.LAYER_NORM)
            .seeds(seeds)
            .axes(axes)
            .accuracy(accuracy)
            .write(root));
  }

  private static String optimizer(Trial trial) {
    return String.valueOf(trial.settings().values().get("training.optimizer"));
  }

  // Under SGD clipping costs 4 points, under Adam none; seeds add the same to all.
  private static double onlySgdFeelsIt(Trial trial) {
    boolean shrinks = trial.clip().active() && optimizer(trial).equals("sgd");
    return 0.7 + 0.01 * trial.seed() - (shrinks ? 0.04 : 0);
  }

  @Test
  void clippingIsComparedBetweenAdamAndSgd() {
    Finding finding =
        MechanismFindings.optimizers(
                sweep(
                    new Long[] {1L, 2L, 3L},
                    "training.optimizer: [adam, sgd]",
                    MechanismFindingsTest::onlySgdFeelsIt),
                ONE)
            .orElseThrow();
    assertEquals(Strength.OBSERVATION, finding.strength());
    assertEquals(-0.04, finding.numbers().get(0), 1e-12);
    assertEquals(0, finding.numbers().get(1), 1e-12);
    assertTrue(
        finding
            .text()
            .startsWith(
                "Clipping at 1.0 changed the mean test accuracy of all heads by −4.0 points under"
                    + " SGD, whose steps shrink with the gradient, and by 0.0 points under Adam,"
                    + " whose steps do not (95 % interval of the difference −4.1 to −3.9 points, not"
                    + " corrected for other comparisons)."),
        finding.text());
  }

  @Test
  void oneSeedCannotCompareOptimizers() {
    Finding finding =
        MechanismFindings.optimizers(
                sweep(
                    new Long[] {1L},
                    "training.optimizer: [adam, sgd]",
                    MechanismFindingsTest::onlySgdFeelsIt),
                ONE)
            .orElseThrow();
    assertEquals(Strength.OBSERVATION, finding.strength());
    assertTrue(finding.text().endsWith(", in the only seed that was run."), finding.text());
  }

  private static Optional<Finding> factor(SweepEvidence sweep) {
    return MechanismFindings.factor(sweep, Contrasts.of(sweep), ONE);
  }

  @Test
  void oneKindOfOptimizerHasNoComparison() {
    assertTrue(
        MechanismFindings.optimizers(
                sweep(new Long[] {1L}, "training.optimizer: [adam, adamw]", trial -> 0.7), ONE)
            .isEmpty());
  }

  @Test
  void adamsPredictionIsTested() {
    Finding kept =
        factor(sweep(new Long[] {1L, 2L, 3L}, "", t -> 0.7 + 0.01 * t.seed())).orElseThrow();
    assertTrue(
        kept.text()
            .contains(
                "Under Adam a factor that is the same in every step cancels. That no effect on the"
                    + " accuracy could be shown is consistent with it."),
        kept.text());
    assertTrue(
        kept.text()
            .endsWith(
                " The length of the median step, relative to no clipping: 0.50 with batch norm and"
                    + " 0.50 with layer norm."),
        kept.text());
    Finding broken =
        factor(
                sweep(
                    new Long[] {1L, 2L, 3L},
                    "",
                    t ->
                        0.7
                            + 0.01 * t.seed()
                            + (t.clip().active() && t.norm() == Norm.LAYER_NORM ? 0.05 : 0)))
            .orElseThrow();
    assertTrue(
        broken
            .text()
            .contains(
                "A constant factor is no explanation of the effect on the accuracy found with layer"
                    + " norm. The"),
        broken.text());
    assertTrue(
        factor(sweep(new Long[] {1L}, "", t -> 0.7))
            .orElseThrow()
            .text()
            .contains(" One seed cannot test whether the accuracy agrees."));
  }

  @Test
  void clippedValuesAlsoTurn() {
    Clip values = Clip.of("value-0.1");
    SweepEvidence sweep =
        SweepEvidence.read(MadeUpSweep.quick().clips(Clip.NONE, values).write(root));
    String text = MechanismFindings.factor(sweep, Contrasts.of(sweep), values).orElseThrow().text();
    assertTrue(
        text.contains(" It also changed the gradient's direction, which the factor does not show."),
        text);
    assertFalse(text.contains("cancels"), text);
  }

  @Test
  void sgdsStepsAreProportional() {
    SweepEvidence sgd =
        SweepEvidence.read(MadeUpSweep.quick().settings("training.optimizer=sgd").write(root));
    assertTrue(
        factor(sgd)
            .orElseThrow()
            .text()
            .contains(
                "The steps of SGD are proportional to the gradient, so the factor acts as a lower"
                    + " learning rate."));
    assertTrue(MechanismFindings.factor(sgd, Contrasts.of(sgd), Clip.globalNorm(7)).isEmpty());
  }
}
