package normsweep.report.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.SweepFolder;
import normsweep.record.Trial;
import normsweep.record.prediction.ImageScores;
import normsweep.report.MadeUpSweep;
import normsweep.report.SimulatedSweep;
import normsweep.report.analysis.Contrast.Verdict;
import normsweep.report.prediction.McNemar;
import org.apache.commons.math3.stat.inference.TTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contrasts and their correction on values that can be worked out by hand. */
class ContrastsTest {
  private static final HeadKind BATCH = new HeadKind(Norm.BATCH_NORM, FrnPlacement.DENSE);
  private static final HeadKind LAYER = new HeadKind(Norm.LAYER_NORM, FrnPlacement.DENSE);
  private static final Clip ONE = Clip.globalNorm(1);
  private static final double EXACT = 1e-12;

  @TempDir Path root;

  private static PairedDifference difference(
      Map<Long, Double> first, Map<Long, Double> second, double resolution) {
    return PairedDifference.of(first, second, resolution).orElseThrow();
  }

  @Test
  void pairedDifferenceIsStudentsT() {
    // Differences 1, 2, 3: mean 2, deviation 1, standard error 1/√3, t(2, 97.5 %) = 4.302653.
    PairedDifference effect =
        difference(
            Map.of(1L, 2.0, 2L, 4.0, 3L, 6.0, 9L, 99.0), Map.of(1L, 1.0, 2L, 2.0, 3L, 3.0), 0);
    assertEquals(3, effect.pairs());
    assertEquals(3, effect.agreeing());
    assertEquals(2, effect.difference(), EXACT);
    assertEquals(2, effect.size().orElseThrow(), EXACT);
    Interval interval = effect.interval().orElseThrow();
    assertEquals(2 - 4.302653 / Math.sqrt(3), interval.low(), 1e-5);
    assertEquals(2 + 4.302653 / Math.sqrt(3), interval.high(), 1e-5);
    // With two degrees of freedom, P(|T| > t) = 1 − t/√(2 + t²), here with t = 2√3.
    assertEquals(1 - Math.sqrt(12.0 / 14), effect.p().orElseThrow(), EXACT);
    double[] first = {2, 4, 6};
    assertEquals(
        new TTest().pairedTTest(first, new double[] {1, 2, 3}), effect.p().orElseThrow(), EXACT);
  }

  @Test
  void onePairHasNoP() {
    PairedDifference one = difference(Map.of(1L, 2.0), Map.of(1L, 1.0, 2L, 5.0), 0);
    assertEquals(Optional.empty(), one.p());
    assertEquals(Optional.empty(), one.interval());
    assertEquals(Optional.empty(), one.size());
    assertTrue(PairedDifference.of(Map.of(1L, 2.0), Map.of(2L, 1.0), 0).isEmpty());
  }

  @Test
  void roundedValuesAreNotCertain() {
    Map<Long, Double> better = Map.of(1L, 0.751, 2L, 0.761);
    Map<Long, Double> worse = Map.of(1L, 0.750, 2L, 0.760);
    PairedDifference effect = difference(better, worse, 0.001);
    assertEquals(0.001 / Math.sqrt(6), effect.deviation(), EXACT);
    // t = 0.001·√2 / (0.001/√6) = √12; with one degree of freedom, P = 1 − 2/π·atan t.
    assertEquals(1 - 2 / Math.PI * Math.atan(Math.sqrt(12)), effect.p().orElseThrow(), 1e-9);
    assertEquals(1, difference(better, better, 0).p().orElseThrow());
  }

  @Test
  void equalDifferencesProveNothing() {
    // In doubles, 0.3 − 0.2 and 0.2 − 0.1 differ by rounding alone.
    PairedDifference tied = difference(Map.of(1L, 0.3, 2L, 0.2), Map.of(1L, 0.2, 2L, 0.1), 0);
    assertEquals(0, tied.deviation());
    assertEquals(1, tied.p().orElseThrow());
    assertEquals(Optional.empty(), tied.interval());
    assertEquals(Optional.empty(), tied.size());
  }

  @Test
  void convexSharesAreCounts() {
    SweepEvidence sweep =
        SweepEvidence.read(MadeUpSweep.quick().landscapes(t -> 1 + t.seed()).write(root));
    // 11 points a side, of which the outer ones have no Hessian.
    assertEquals(1 / 81.0, Measure.CONVEX_SHARE.resolution(sweep), EXACT);
  }

  private SweepEvidence sweep(ToDoubleFunction<Trial> accuracy) {
    return SweepEvidence.read(
        MadeUpSweep.quick()
            .norms(Norm.BATCH_NORM, Norm.LAYER_NORM)
            .seeds(1L, 2L, 3L)
            .epochs(6)
            .gradientScale(t -> 3)
            .accuracy(accuracy)
            .write(root));
  }

  @Test
  void interactionIsDifferenceOfEffects() {
    // Clipping adds 1, 2, 3 points to batch norm and 2, 6, 4 to layer norm: differences 1, 4, 1.
    double[] batch = {0.01, 0.02, 0.03};
    double[] layer = {0.02, 0.06, 0.04};
    Contrasts contrasts =
        Contrasts.of(
            sweep(
                t ->
                    0.7
                        + 0.001 * t.seed()
                        + (t.clip().active()
                            ? (t.norm() == Norm.LAYER_NORM ? layer : batch)[(int) t.seed() - 1]
                            : 0)));
    List<Contrast> pairs = contrasts.interactions(Measure.TEST_ACCURACY, ONE);
    assertEquals(1, pairs.size());
    PairedDifference effect = pairs.get(0).effect();
    assertEquals(0.02, effect.first(), EXACT);
    assertEquals(0.04, effect.second(), EXACT);
    assertEquals(-0.02, effect.difference(), EXACT);
    assertEquals(Math.sqrt(3) / 100, effect.deviation(), EXACT);
    assertEquals("effect of clip 1.0: batch norm − layer norm", pairs.get(0).label());
    Contrast reversed = contrasts.heads(Measure.TEST_ACCURACY, LAYER, BATCH).orElseThrow();
    Contrast straight = contrasts.heads(Measure.TEST_ACCURACY, BATCH, LAYER).orElseThrow();
    assertEquals(0.01, reversed.effect().difference(), EXACT);
    assertEquals(-0.01, straight.effect().difference(), EXACT);
    assertEquals(straight.corrected(), reversed.corrected());
  }

  @Test
  void unusedClippingIsNoComparison() {
    SweepEvidence sweep =
        SweepEvidence.read(
            MadeUpSweep.quick().seeds(1L, 2L).epochs(3).gradientScale(t -> 0.2).write(root));
    Contrasts contrasts = Contrasts.of(sweep);
    assertTrue(contrasts.all().stream().allMatch(one -> one.clip().isEmpty()));
    assertEquals(3, contrasts.of(Measure.TEST_ACCURACY).size());
  }

  /** The step-down procedure in the words of Holm's paper, on weights of both halves. */
  @Test
  void correctionIsHolmsWithWeights() {
    SimulatedSweep sweeps = new SimulatedSweep(5, SimulatedSweep.Noise.NORMAL, new Random(7));
    SweepEvidence drawn =
        sweeps.draw(t -> t.norm() == Norm.LAYER_NORM ? 0.03 : t.clip().active() ? 0.01 : 0);
    List<Contrast> all = Contrasts.of(drawn).all();
    // 3 pairs, 3 effects, 3 interactions; the others: 13 measures of heads, 4 and 2 of clipping.
    long accuracy = all.stream().filter(one -> one.measure() == Measure.TEST_ACCURACY).count();
    assertEquals(9, accuracy);
    assertEquals(9 + 3 * (13 + 4 + 2), all.size());
    List<Contrast> left = new ArrayList<>(all);
    List<Contrast> rejected = new ArrayList<>();
    while (!left.isEmpty()) {
      double sum = left.stream().mapToDouble(ContrastsTest::weight).sum();
      Contrast least =
          left.stream()
              .min(
                  java.util.Comparator.comparingDouble(
                      one -> one.effect().p().orElseThrow() / weight(one)))
              .orElseThrow();
      if (least.effect().p().orElseThrow() > 0.05 * weight(least) / sum) {
        break;
      }
      rejected.add(least);
      left.remove(least);
    }
    assertTrue(rejected.size() > 2 && left.size() > 10, rejected.size() + " rejected");
    assertEquals(
        java.util.Set.copyOf(rejected),
        java.util.Set.copyOf(
            all.stream().filter(one -> one.verdict() == Verdict.BEYOND_NOISE).toList()));
    assertTrue(all.stream().allMatch(one -> one.corrected() >= one.effect().p().orElseThrow()));
  }

  private static double weight(Contrast contrast) {
    return contrast.measure() == Measure.TEST_ACCURACY ? 1 / 9.0 : 1 / 57.0;
  }

  @Test
  void oneHintIsNoConclusion() {
    // One clear difference among many: its p is below 5 %, corrected it is not.
    Contrasts contrasts =
        Contrasts.of(
            sweep(
                t ->
                    0.7
                        + 0.001 * t.seed()
                        + (t.norm() == Norm.LAYER_NORM ? 0.02 + 0.003 * (t.seed() - 2) : 0)));
    Contrast contrast = contrasts.heads(Measure.TEST_ACCURACY, LAYER, BATCH).orElseThrow();
    // t = 0.02·√3 / 0.003 = 11.5: p = 0.0074, times 4 comparisons of accuracy in one half of two.
    assertEquals(Verdict.HINT, contrast.verdict());
    assertEquals(0.00741, contrast.effect().p().orElseThrow(), 1e-5);
    assertEquals(2 * 4 * contrast.effect().p().orElseThrow(), contrast.corrected(), 0.02);
    assertTrue(contrast.describe().endsWith("; p = 0.007, corrected 0.06"), contrast.describe());
    assertTrue(!contrast.ahead());
    // t/√3 at 0.05 / 2 / 4 with two degrees of freedom.
    assertEquals(12.59 / Math.sqrt(3), contrasts.concludable(3).orElseThrow(), 0.01);
  }

  private static double accuracy(Trial t) {
    return 0.7 + (t.norm() == Norm.LAYER_NORM ? 0.02 : 0) + (t.clip().active() ? 0.01 : 0);
  }

  private static int right(SweepEvidence sweep, HeadKind head, Clip clip, int image) {
    ImageScores scores = sweep.trials(head, clip).get(0).predictions().orElseThrow().test();
    return scores.predicted(image) == scores.labels()[image] ? 1 : 0;
  }

  @Test
  void oneSeedIsPairedByImage() {
    SweepEvidence sweep =
        SweepEvidence.read(
            MadeUpSweep.quick()
                .norms(Norm.BATCH_NORM, Norm.LAYER_NORM)
                .accuracy(ContrastsTest::accuracy)
                .predictions()
                .write(root));
    Contrasts contrasts = Contrasts.of(sweep);
    // Clipping against none is McNemar's case.
    int clippedOnly = 0;
    int plainOnly = 0;
    double sum = 0;
    double squares = 2; // of the two added images
    for (int i = 0; i < 1000; i++) {
      int clipped = right(sweep, LAYER, ONE, i);
      int plain = right(sweep, LAYER, Clip.NONE, i);
      clippedOnly += clipped > plain ? 1 : 0;
      plainOnly += plain > clipped ? 1 : 0;
      double heads =
          (clipped + plain - right(sweep, BATCH, ONE, i) - right(sweep, BATCH, Clip.NONE, i)) / 2.0;
      sum += heads;
      squares += heads * heads;
    }
    Contrast clipping = contrasts.clipping(Measure.TEST_ACCURACY, LAYER, ONE).orElseThrow();
    Interval mcNemar = new McNemar(clippedOnly, plainOnly, 1000).interval(0.95);
    assertEquals(mcNemar.low(), clipping.interval().orElseThrow().low(), EXACT);
    assertEquals(mcNemar.high(), clipping.interval().orElseThrow().high(), EXACT);
    // Heads: the mean over both clipping choices of each image.
    double mean = sum / 1002;
    double half = 1.959963985 * Math.sqrt((squares / 1002 - mean * mean) / 1002);
    Contrast heads = contrasts.heads(Measure.TEST_ACCURACY, LAYER, BATCH).orElseThrow();
    assertEquals(mean - half, heads.interval().orElseThrow().low(), 1e-9);
    assertEquals(mean + half, heads.interval().orElseThrow().high(), 1e-9);
    assertTrue(heads.interval().orElseThrow().contains(0.02));
  }

  @Test
  void withoutPredictionsImagesAreIndependent() throws IOException {
    SweepFolder folder =
        MadeUpSweep.quick()
            .norms(Norm.BATCH_NORM, Norm.LAYER_NORM)
            .accuracy(ContrastsTest::accuracy)
            .predictions()
            .write(root);
    Files.delete(folder.trial("layer-norm.clip-1.0.seed-1").predictions());
    Contrasts contrasts = Contrasts.of(SweepEvidence.read(folder));
    assertEquals(
        Interval.newcombe(0.73, 1000, 0.72, 1000, 0.95),
        contrasts
            .clipping(Measure.TEST_ACCURACY, LAYER, ONE)
            .flatMap(Contrast::interval)
            .orElseThrow());
    assertTrue(
        contrasts
            .clipping(Measure.TEST_ACCURACY, BATCH, ONE)
            .flatMap(Contrast::paired)
            .isPresent());
  }
}
