package normsweep.report.finding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;
import normsweep.report.finding.Findings.Rules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every rule on made-up sweeps in which its conclusion holds and in which it does not. */
class FindingsTest {
  private static final HeadKind LAYER = new HeadKind(Norm.LAYER_NORM, FrnPlacement.DENSE);
  private static final Clip ONE = Clip.globalNorm(1);
  private static final double EXACT = 1e-9;

  private interface Rule {
    Optional<Finding> apply(SweepEvidence sweep);
  }

  @TempDir Path root;

  private SweepEvidence read(MadeUpSweep sweep) {
    return SweepEvidence.read(sweep.epochs(6).write(root));
  }

  private static Rules rules(SweepEvidence sweep) {
    return new Rules(sweep, Contrasts.of(sweep));
  }

  private static Optional<Finding> chosen(SweepEvidence sweep) {
    return rules(sweep).chosen(Measure.TEST_ACCURACY);
  }

  private static Optional<Finding> effect(SweepEvidence sweep) {
    return Contrasts.of(sweep)
        .clipping(Measure.TEST_ACCURACY, LAYER, ONE)
        .map(ClippingFindings::effect);
  }

  private static Optional<Finding> sampleSize(SweepEvidence sweep) {
    return SweepFindings.sampleSize(sweep, Contrasts.of(sweep));
  }

  private static List<String> guidelines(SweepEvidence sweep) {
    return Recommendations.of(sweep, Contrasts.of(sweep));
  }

  /** Seeds 1, 2, 3 add a little noise that trials of one seed share, and a little of their own. */
  private static double noise(Trial trial, double own) {
    double sign = trial.norm() == Norm.LAYER_NORM == (trial.seed() == 2) ? 1 : -1;
    return 0.01 * trial.seed() + own * sign;
  }

  private static double lead(Trial trial, Norm norm, double lead) {
    return trial.norm() == norm ? lead : 0;
  }

  @Test
  void aClearlyBestNormIsConcluded() {
    Finding finding =
        apply(
            FindingsTest::chosen,
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L)
                .accuracy(t -> 0.7 + noise(t, 0.001) + lead(t, Norm.LAYER_NORM, 0.05)));
    assertEquals(Strength.CONCLUSION, finding.strength());
    assertTrue(
        finding.text().startsWith("Layer norm has the highest mean validation accuracy"),
        finding.text());
    assertTrue(finding.text().contains("77.0 %, ahead of "), finding.text());
    assertTrue(finding.text().endsWith(" beyond noise."), finding.text());
    assertEquals(3, finding.numbers().size());
    assertEquals(0.77, finding.numbers().get(0), 0.002);
  }

  @Test
  void leadInsideNoiseIsNotConcluded() {
    Finding finding =
        apply(
            FindingsTest::chosen,
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L)
                .accuracy(t -> 0.7 + noise(t, 0.02) + lead(t, Norm.LAYER_NORM, 0.005)));
    assertEquals(Strength.CAUTION, finding.strength());
    assertTrue(
        finding.text().contains(" %, with no difference beyond noise from "), finding.text());
  }

  @Test
  void leadOverOneNormIsSplit() {
    Finding finding =
        apply(
            FindingsTest::chosen,
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L, 4L, 5L)
                .accuracy(
                    t ->
                        t.norm() == Norm.BATCH_NORM
                            ? 0.6 + 0.01 * t.seed()
                            : 0.7
                                + 0.01 * t.seed()
                                + (t.norm() == Norm.LAYER_NORM && t.seed() == 1 ? 0.02 : 0)));
    assertEquals(Strength.CONCLUSION, finding.strength());
    assertTrue(
        finding
            .text()
            .matches(
                "Layer norm has the highest .*ahead of batch norm.* beyond noise, with no"
                    + " difference beyond noise from filter.*"),
        finding.text());
  }

  /** Over all rates layer norm would lead; at the rate that validation chooses, batch norm does. */
  @Test
  void headsAreComparedWithinOneSetting() {
    Findings findings =
        Findings.of(
            read(
                MadeUpSweep.quick()
                    .norms(Norm.BATCH_NORM, Norm.LAYER_NORM)
                    .axes("training.learningRate: [1e-4, 1e-3]")
                    .accuracy(
                        t ->
                            t.settings().label().endsWith("1e-3")
                                ? 0.8 + lead(t, Norm.BATCH_NORM, 0.05)
                                : 0.3 + lead(t, Norm.LAYER_NORM, 0.4))));
    List<Finding> accuracy = findings.about(Topic.ACCURACY);
    assertTrue(
        accuracy
            .get(1)
            .text()
            .startsWith("At learning rate 1e-3, batch norm has the highest mean validation"),
        findings.toString());
    assertTrue(
        findings.recommendations().stream().allMatch(s -> s.startsWith("At learning rate 1e-3, ")),
        findings.toString());
    assertEquals(List.of(0.8 + 0.05, 0.8 + 0.05, 0.8, 0.8), accuracy.get(0).numbers());
    assertTrue(
        accuracy
            .get(0)
            .text()
            .startsWith(
                "Of the 2 settings, validation accuracy is highest at learning rate 1e-3 for batch"
                    + " norm, no clipping (test accuracy 85.0 %), "),
        accuracy.toString());
    Finding scope = findings.about(Topic.EVIDENCE).get(1);
    assertTrue(
        scope.text().contains("compared at one of them, learning rate 1e-3: "), scope.text());
  }

  /** The rate that leads with all its trials is not shown if one of them is not completed. */
  @Test
  void shownSettingHasMostCompletedTrials() {
    String first = "batch-norm.clip-none.seed-1.lr-";
    MadeUpSweep sweep =
        MadeUpSweep.quick()
            .norms(Norm.BATCH_NORM)
            .clips(Clip.NONE, ONE)
            .axes("training.learningRate: [1e-4, 1e-3]")
            .accuracy(t -> t.settings().label().endsWith("1e-3") ? 0.8 : 0.6)
            .status(first + "1e-3", TrialResult.Status.PENDING);
    assertTrue(
        scope(sweep)
            .contains(
                "at one of them, learning rate 1e-4: among the settings with the most completed"
                    + " trials, it has the highest mean validation accuracy (2 completed trials)."),
        scope(sweep));
    for (String end : List.of("none.seed-1.lr-1e-4", "1.0.seed-1.lr-1e-4", "1.0.seed-1.lr-1e-3")) {
      sweep.status("batch-norm.clip-" + end, TrialResult.Status.PENDING);
    }
    assertEquals("", scope(sweep));
  }

  private String scope(MadeUpSweep sweep) {
    return Findings.of(read(sweep)).about(Topic.EVIDENCE).stream()
        .map(Finding::text)
        .filter(text -> text.contains("settings of further axes"))
        .collect(java.util.stream.Collectors.joining());
  }

  /** The larger rate has the best epoch, but not the better one of the lowest validation loss. */
  @Test
  void favouredSettingIsTheShownOne() {
    SweepEvidence sweep =
        read(
            MadeUpSweep.quick()
                .norms(Norm.BATCH_NORM)
                .clips(Clip.NONE)
                .axes("training.learningRate: [1e-4, 1e-3]")
                .wobble(t -> t.settings().label().endsWith("1e-3") ? 0.3 : 0)
                .accuracy(t -> t.settings().label().endsWith("1e-3") ? 0.8 : 0.6));
    String shown = sweep.best().trials().get(0).row().settings().label();
    assertEquals("learning rate 1e-4", shown);
    Finding favoured = SettingFindings.favoured(sweep).orElseThrow();
    assertTrue(favoured.text().contains("is highest at " + shown), favoured.text());
  }

  @Test
  void oneSeedConcludesNothing() {
    SweepEvidence sweep =
        read(MadeUpSweep.quick().accuracy(t -> 0.7 + lead(t, Norm.LAYER_NORM, 0.2)));
    Findings findings = Findings.of(sweep);
    Finding best = findings.about(Topic.ACCURACY).get(0);
    assertEquals(Strength.CAUTION, best.strength());
    assertTrue(best.text().contains("one seed cannot distinguish it from a lucky"), best.text());
    assertTrue(
        findings.about(Topic.EVIDENCE).get(0).text().startsWith("One seed is too few"),
        findings.toString());
    assertEquals(
        List.of(),
        findings.findings().stream()
            .filter(finding -> finding.strength() == Strength.CONCLUSION)
            .toList());
    assertTrue(
        findings.recommendations().stream().noneMatch(one -> one.contains("prefer")),
        findings.toString());
  }

  @Test
  void oneSeedNamesSamplingNoise() {
    Finding finding =
        apply(
            FindingsTest::chosen,
            MadeUpSweep.quick().accuracy(t -> 0.7 + lead(t, Norm.LAYER_NORM, 0.01)));
    assertTrue(
        finding.text().contains("inside the sampling noise of 1000 test images"), finding.text());
    assertFalse(finding.text().contains("luck"), finding.text());
  }

  @Test
  void oneHeadIsNotRanked() {
    assertEquals(Optional.empty(), chosen(read(MadeUpSweep.quick().norms(Norm.LAYER_NORM))));
  }

  @Test
  void unusedClippingMadeNoDifference() {
    MadeUpSweep sweep =
        MadeUpSweep.quick().gradientScale(t -> 0.2).accuracy(t -> t.clip().active() ? 0.8 : 0.7);
    SweepEvidence evidence = read(sweep);
    assertTrue(
        ClippingFindings.course(evidence, ONE)
            .orElseThrow()
            .text()
            .contains("at 0 % with layer norm"));
    assertEquals(Optional.empty(), effect(evidence));
    assertTrue(
        Findings.of(evidence).recommendations().stream()
            .anyMatch(one -> one.contains("leave it out or lower the threshold")));
  }

  @Test
  void clippedStepsAreCounted() {
    SweepEvidence evidence = read(MadeUpSweep.quick().gradientScale(t -> 50));
    assertEquals(
        "Between the first epoch and the last, the share of steps that clipping at 1.0 changes"
            + " stays at 100 % with batch norm, at 100 % with layer norm and at 100 % with"
            + " filter response norm.",
        ClippingFindings.course(evidence, ONE).orElseThrow().text());
  }

  @Test
  void clippingBeyondNoiseIsConcluded() {
    SweepEvidence evidence =
        read(
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L)
                .gradientScale(t -> 3)
                .accuracy(
                    t ->
                        0.7 + 0.01 * t.seed() + (t.clip().active() ? 0.03 + 0.001 * t.seed() : 0)));
    Finding finding = effect(evidence).orElseThrow();
    assertEquals(Strength.CONCLUSION, finding.strength());
    assertEquals(0.72, finding.numbers().get(0), EXACT);
    assertEquals(0.752, finding.numbers().get(1), EXACT);
    assertTrue(
        finding
            .text()
            .startsWith(
                "Clipping at 1.0 changed the test accuracy of layer norm from 72.0 % to 75.2 %"
                    + " (+3.2 points; 95 % interval"),
        finding.text());
    assertTrue(
        Findings.of(evidence).recommendations().stream()
            .anyMatch(one -> one.startsWith("With layer norm, keep clipping at 1.0")));
  }

  @Test
  void clippingInsideNoiseIsNotConcluded() {
    SweepEvidence evidence =
        read(
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L)
                .gradientScale(t -> 3)
                .accuracy(t -> 0.7 + (t.clip().active() ? 0.03 * (t.seed() - 2) : 0)));
    Finding finding = effect(evidence).orElseThrow();
    assertEquals(Strength.CAUTION, finding.strength());
    assertTrue(
        finding.text().startsWith("No effect of clipping at 1.0 could be shown"), finding.text());
    assertTrue(
        Findings.of(evidence).recommendations().stream()
            .noneMatch(one -> one.contains("keep") || one.contains("avoid")));
  }

  @Test
  void hintOfClippingIsCalledOne() {
    // Effects of 2.4, 3 and 3.6 points: t = 8.7, p = 0.013, times 4 of accuracy in one of two
    // halves.
    Finding finding =
        apply(
            FindingsTest::effect,
            MadeUpSweep.quick()
                .norms(Norm.BATCH_NORM, Norm.LAYER_NORM)
                .seeds(1L, 2L, 3L)
                .gradientScale(t -> 3)
                .accuracy(
                    t ->
                        0.7
                            + 0.01 * t.seed()
                            + (t.clip().active() ? 0.03 + 0.006 * (t.seed() - 2) : 0)));
    assertEquals(Strength.OBSERVATION, finding.strength());
    assertTrue(finding.text().endsWith(": a hint, not a conclusion."), finding.text());
    assertFalse(finding.text().contains("no difference"), finding.text());
  }

  @Test
  void harmfulClippingIsToBeAvoided() {
    SweepEvidence evidence =
        read(
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L)
                .gradientScale(t -> 3)
                .accuracy(t -> 0.7 + 0.001 * t.seed() - (t.clip().active() ? 0.1 : 0)));
    assertTrue(
        Findings.of(evidence).recommendations().stream()
            .anyMatch(one -> one.startsWith("With batch norm, avoid clipping at 1.0")));
  }

  /** The effect of clipping on layer norm is opposite to that on the others, in every seed. */
  @Test
  void interactionNeedsMoreThanNoise() {
    ToDoubleFunction<Trial> opposite =
        t ->
            0.7
                + 0.001 * t.seed()
                + (t.clip().active()
                    ? (t.norm() == Norm.LAYER_NORM ? -0.05 : 0.05) + 0.002 * (t.seed() % 2)
                    : 0);
    Finding found = interaction(opposite);
    assertEquals(Strength.CONCLUSION, found.strength());
    assertTrue(
        found
            .text()
            .startsWith(
                "What clipping at 1.0 does to the test accuracy depends on the norm, beyond the"
                    + " noise between seeds: batch norm +5.1 points against layer norm \u22124.9"
                    + " points (difference +10.0 points; 95 % interval"),
        found.text());
    assertEquals(2, found.numbers().size());
    Finding none = interaction(t -> 0.7 + 0.001 * (t.seed() % 3));
    assertEquals(Strength.CAUTION, none.strength());
    assertTrue(none.text().contains("could not be shown"), none.text());
  }

  private Finding interaction(ToDoubleFunction<Trial> accuracy) {
    SweepEvidence sweep =
        read(
            MadeUpSweep.quick().seeds(1L, 2L, 3L, 4L, 5L).gradientScale(t -> 3).accuracy(accuracy));
    return ClippingFindings.interaction(
            Contrasts.of(sweep).interactions(Measure.TEST_ACCURACY, ONE))
        .orElseThrow();
  }

  /** The validation loss of one head falls by the same in every seed, as wobble makes it do. */
  @Test
  void clippedLossIsConcludedByHead() {
    Finding found =
        apply(
            sweep -> rules(sweep).clipping(Topic.CLIPPING, Measure.VALIDATION_LOSS, ONE),
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L, 4L, 5L)
                .gradientScale(t -> 3)
                .wobble(t -> !t.clip().active() && t.norm() == Norm.LAYER_NORM ? 0.5 : 0));
    assertEquals(Strength.CONCLUSION, found.strength());
    assertTrue(
        found
            .text()
            .matches(".*: layer norm \u22120.499 nats \\(lower in 5 of 5 seeds; corrected.*"),
        found.text());
  }

  @Test
  void fastestHeadNeedsMoreThanNoise() {
    Rule rule = sweep -> rules(sweep).heads(Topic.CONVERGENCE, Measure.AREA_UNDER_CURVE);
    Finding fast =
        apply(
            rule,
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L)
                .speed(t -> t.norm() == Norm.BATCH_NORM ? 2.5 : 0.4));
    assertEquals(Strength.CONCLUSION, fast.strength());
    assertTrue(fast.text().startsWith("Batch norm has the highest mean area"), fast.text());
    Finding same = apply(rule, MadeUpSweep.quick().seeds(1L, 2L, 3L));
    assertEquals(Strength.CAUTION, same.strength());
    assertTrue(same.text().contains("do not differ beyond noise"), same.text());
  }

  @Test
  void gradientSizesAreContrasted() {
    Finding finding =
        apply(
            sweep -> rules(sweep).heads(Topic.GRADIENTS, Measure.GRADIENT_NORM),
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L)
                .gradientScale(t -> t.norm() == Norm.LAYER_NORM ? 9 : 1));
    assertEquals(Strength.CONCLUSION, finding.strength());
    assertTrue(
        finding
            .text()
            .startsWith("Layer norm has the highest mean total gradient norm before clipping"),
        finding.text());
  }

  @Test
  void theLargestParameterIsNamed() {
    Finding finding = apply(GradientFindings::largestParameters, MadeUpSweep.quick());
    assertTrue(
        finding.text().contains("that of the convolution weights with batch norm (5"),
        finding.text());
    // 0.8² of a total of 0.8²+0.1²+0.15²+0.5²+0.05²+0.04²+0.05²+0.4²+0.06² = 1.0927.
    assertEquals(0.64 / 1.0927, finding.numbers().get(0), 0.04);
  }

  @Test
  void gradientsThatShrinkAreFollowed() {
    Finding finding = apply(GradientFindings::decay, MadeUpSweep.quick());
    assertTrue(finding.numbers().get(0) > 1.3 * finding.numbers().get(1), finding.text());
  }

  @Test
  void steadinessNamesAllHeads() {
    Finding finding =
        apply(
            sweep -> rules(sweep).clipping(Topic.STABILITY, Measure.LARGEST_DROP, ONE),
            MadeUpSweep.quick().seeds(1L, 2L, 3L).gradientScale(t -> 3));
    assertEquals(3, finding.numbers().size());
    assertTrue(finding.text().contains("of any head beyond the noise"), finding.text());
  }

  @Test
  void steadinessBeyondNoiseIsConcluded() {
    Rule rule = folder -> rules(folder).clipping(Topic.STABILITY, Measure.LARGEST_DROP, ONE);
    MadeUpSweep sweep =
        MadeUpSweep.quick()
            .seeds(1L, 2L, 3L)
            .gradientScale(t -> 3)
            .wobble(t -> t.clip().active() && t.norm() == Norm.LAYER_NORM ? 0.1 : 0);
    Finding finding = apply(rule, sweep);
    assertEquals(Strength.CONCLUSION, finding.strength());
    assertTrue(
        finding
            .text()
            .matches(
                ".*beyond the noise between seeds: layer norm \\+.* points \\(higher.*; inside.*"),
        finding.text());
    // One seed has no noise to compare with: its changes are in the tables.
    SweepEvidence one = read(MadeUpSweep.quick().gradientScale(t -> 3));
    assertEquals(Optional.empty(), rules(one).clipping(Topic.STABILITY, Measure.LARGEST_DROP, ONE));
  }

  @Test
  void steadiestHeadNeedsMoreThanNoise() {
    Rule rule = sweep -> rules(sweep).heads(Topic.STABILITY, Measure.LARGEST_DROP);
    Finding shaky =
        apply(
            rule,
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L)
                .wobble(t -> t.norm() == Norm.LAYER_NORM ? 0 : 0.2));
    assertEquals(Strength.CONCLUSION, shaky.strength());
    assertTrue(shaky.text().startsWith("Layer norm has the lowest mean largest"), shaky.text());
    Finding unsure =
        apply(
            rule,
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L)
                .wobble(t -> t.norm() == Norm.BATCH_NORM && t.seed() == 1 ? 0.1 : 0.2));
    assertEquals(Strength.CAUTION, unsure.strength());
  }

  @Test
  void equalHeadsAreNotRanked() {
    Finding finding =
        apply(
            sweep -> rules(sweep).heads(Topic.CONVERGENCE, Measure.EPOCHS_TO_95),
            MadeUpSweep.quick());
    assertEquals(Strength.OBSERVATION, finding.strength());
    assertTrue(finding.text().startsWith("All heads have the same mean"), finding.text());
  }

  @Test
  void failedTrialsFavourNoHead() {
    // Clipping helps both heads, batch norm more; layer norm has no trial without it to lower its
    // mean.
    MadeUpSweep sweep =
        MadeUpSweep.quick()
            .norms(Norm.LAYER_NORM, Norm.BATCH_NORM)
            .accuracy(t -> t.clip().active() ? (t.norm() == Norm.BATCH_NORM ? 0.80 : 0.78) : 0.70);
    sweep.status("layer-norm.clip-none.seed-1", TrialResult.Status.FAILED);
    Finding finding =
        apply(read -> rules(read).heads(Topic.CONVERGENCE, Measure.AREA_UNDER_CURVE), sweep);
    assertTrue(
        finding
            .text()
            .endsWith(" is on average 74.8 % with batch norm and 73.0 % with layer norm."),
        finding.text());
  }

  @Test
  void oneSeedListsAllMeans() {
    Finding finding =
        apply(
            sweep -> rules(sweep).heads(Topic.CONVERGENCE, Measure.EPOCHS_TO_95),
            MadeUpSweep.quick().speed(t -> t.norm() == Norm.FILTER_RESPONSE_NORM ? 0.3 : 0.7));
    assertTrue(
        finding.text().startsWith("The number of epochs to 95 % of a trial's best validation"),
        finding.text());
    assertTrue(finding.text().contains(" epochs with filter response norm."), finding.text());
    assertTrue(finding.text().contains(" epochs with layer norm"), finding.text());
  }

  @Test
  void recommendedSpeedIsBeyondNoise() {
    SweepEvidence fast =
        read(
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L, 4L, 5L, 6L)
                .speed(t -> t.norm() == Norm.BATCH_NORM ? 3 : 0.3 + 0.01 * t.seed()));
    assertTrue(
        guidelines(fast).stream()
            .anyMatch(one -> one.startsWith("If you can afford only a few epochs")),
        guidelines(fast).toString());
    assertTrue(
        guidelines(read(MadeUpSweep.quick().seeds(1L, 2L, 3L))).stream()
            .noneMatch(one -> one.contains("few epochs")));
  }

  @Test
  void surfacesAreContrasted() {
    Rule rule = sweep -> rules(sweep).heads(Topic.LANDSCAPE, Measure.SHARPNESS);
    Finding finding =
        apply(
            rule,
            MadeUpSweep.quick()
                .seeds(1L, 2L)
                .landscapes(
                    t ->
                        t.norm() == Norm.LAYER_NORM
                            ? 1 + 0.001 * t.seed() * t.seed()
                            : 3 + 0.0011 * t.seed() * t.seed()));
    assertEquals(Strength.CONCLUSION, finding.strength());
    assertTrue(finding.text().startsWith("Layer norm has the lowest mean sharpness"));
    // The bowl a·r²/2 with a = 1.0025 in the mean over seeds; the grid hits the radius of 0.5 at
    // 0.4² + 0.2² = 0.2 of its 0.25.
    assertEquals(1.0025 * 0.2 / 2, finding.numbers().get(0), 1e-6);
    assertEquals(
        Optional.empty(),
        rule.apply(SweepEvidence.read(MadeUpSweep.quick().write(root.resolve("none")))));
  }

  @Test
  void associationsAreDescribedNotConcluded() {
    Rule rule =
        folder ->
            SweepFindings.association(
                folder, Topic.LANDSCAPE, Measure.SHARPNESS, Measure.TEST_ACCURACY);
    MadeUpSweep sweep =
        MadeUpSweep.quick().accuracy(t -> 0.7 + 0.01 * place(t)).landscapes(t -> 10 - place(t));
    Finding finding = apply(rule, sweep);
    assertEquals(Strength.OBSERVATION, finding.strength());
    assertEquals(-1, finding.numbers().get(0), EXACT);
    assertTrue(
        finding.text().contains("strongly correlated, in opposite directions"), finding.text());
    assertTrue(finding.text().contains("\u22121.00"), finding.text());
    assertEquals(
        Optional.empty(),
        rule.apply(read(MadeUpSweep.quick().accuracy(t -> 0.7).landscapes(t -> 10 - place(t)))));
  }

  private static int place(Trial trial) {
    return List.of(Norm.values()).indexOf(trial.norm()) * 2 + (trial.clip().active() ? 1 : 0);
  }

  @Test
  void failedTrialsAreCounted() {
    MadeUpSweep sweep =
        MadeUpSweep.quick().status("layer-norm.clip-none.seed-1", TrialResult.Status.FAILED);
    assertTrue(
        apply(SweepFindings::failedTrials, sweep)
            .text()
            .startsWith("1 of 6 trials failed, 0 of them with clipping and 1 without"));
    assertEquals(Optional.empty(), SweepFindings.failedTrials(read(MadeUpSweep.quick())));
  }

  @Test
  void twoSeedsAreDoubted() {
    assertTrue(
        apply(FindingsTest::sampleSize, MadeUpSweep.quick().seeds(1L, 2L))
            .text()
            .contains("it is at least 162 times its standard deviation"));
    assertEquals(
        Strength.OBSERVATION,
        apply(FindingsTest::sampleSize, MadeUpSweep.quick().seeds(1L, 2L, 3L, 4L, 5L)).strength());
  }

  @Test
  void withoutComparisonsNothingIsTested() {
    MadeUpSweep interrupted =
        MadeUpSweep.quick().norms(Norm.BATCH_NORM, Norm.LAYER_NORM).seeds(1L, 2L, 3L);
    for (String cell :
        List.of("batch-norm.clip-1.0", "layer-norm.clip-none", "layer-norm.clip-1.0")) {
      for (int seed = 1; seed <= 3; seed++) {
        interrupted.status(cell + ".seed-" + seed, TrialResult.Status.PENDING);
      }
    }
    // Three seeds, of which any two settings share one or none.
    MadeUpSweep apart = MadeUpSweep.quick().norms(Norm.LAYER_NORM).seeds(1L, 2L, 3L);
    apart.status("layer-norm.clip-none.seed-1", TrialResult.Status.FAILED);
    apart.status("layer-norm.clip-1.0.seed-2", TrialResult.Status.FAILED);
    for (MadeUpSweep sweep :
        List.of(
            interrupted,
            MadeUpSweep.quick().norms(Norm.LAYER_NORM).clips(Clip.NONE).seeds(1L, 2L, 3L),
            MadeUpSweep.quick().norms(Norm.LAYER_NORM).gradientScale(t -> 0.2).seeds(1L, 2L, 3L),
            apart)) {
      Findings findings = Findings.of(read(sweep));
      Finding size = findings.findings().get(0);
      assertEquals(Strength.CAUTION, size.strength());
      assertTrue(
          size.text().startsWith("3 seeds were run, but no two settings that could be compared"),
          size.text());
      assertEquals(0, findings.contrasts().tested());
    }
  }

  @Test
  void advisesMoreSeedsForUndecidedNorms() {
    SweepEvidence evidence =
        read(
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L)
                .accuracy(t -> 0.7 + noise(t, 0.02) + lead(t, Norm.LAYER_NORM, 0.005)));
    assertTrue(
        guidelines(evidence).stream().anyMatch(one -> one.contains("run about")),
        String.join(" ", guidelines(evidence)));
  }

  @Test
  void anEmptySweepSaysSo() {
    MadeUpSweep sweep = MadeUpSweep.quick().norms(Norm.LAYER_NORM).clips(Clip.NONE);
    sweep.status("layer-norm.clip-none.seed-1", TrialResult.Status.PENDING);
    Findings findings = Findings.of(read(sweep));
    assertEquals(1, findings.findings().size());
    assertEquals(
        List.of("The numbers of this sweep support no guideline."), findings.recommendations());
  }

  private Finding apply(Rule rule, MadeUpSweep sweep) {
    return rule.apply(read(sweep)).orElseThrow();
  }
}
