package normsweep.report.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientHistograms.Counts;
import normsweep.record.GradientHistograms.Snapshot;
import normsweep.record.GradientNorm;
import org.junit.jupiter.api.Test;

/** Every figure of the analysis on values that can be worked out by hand. */
class AnalysisTest {
  private static final double EXACT = 1e-12;

  /** Validation accuracies; epoch i takes i seconds; loss = 1 − accuracy, training 0.1 better. */
  private static List<EpochMetrics> epochs(double... accuracies) {
    List<EpochMetrics> rows = new ArrayList<>();
    for (int i = 0; i < accuracies.length; i++) {
      double loss = 1 - accuracies[i];
      rows.add(
          new EpochMetrics(
              i + 1, loss - 0.1, accuracies[i] + 0.1, loss, accuracies[i], 1e-3, i + 1));
    }
    return rows;
  }

  private static LearningCurve curve(double... accuracies) {
    return new LearningCurve(epochs(accuracies));
  }

  @Test
  void convergenceReachesSharesOfBest() {
    // 90 % of 0.8 is 0.72, 95 % is 0.76, 99 % is 0.792.
    LearningCurve curve = curve(0.5, 0.75, 0.77, 0.8, 0.79);
    assertEquals(0.8, curve.bestAccuracy());
    assertEquals(new LearningCurve.Reach(2, 1 + 2), curve.reach(0.90).orElseThrow());
    assertEquals(new LearningCurve.Reach(3, 1 + 2 + 3), curve.reach(0.95).orElseThrow());
    assertEquals(new LearningCurve.Reach(4, 1 + 2 + 3 + 4), curve.reach(0.99).orElseThrow());
    // Trapezoids 0.625 + 0.76 + 0.785 + 0.795 over four epochs.
    assertEquals(2.965 / 4, curve.areaUnderCurve(), EXACT);
    assertEquals(0.5, curve(0.5).areaUnderCurve());
  }

  @Test
  void stabilityIsDropAndLateDeviation() {
    // The last third of six epochs is losses 0.2 and 0.4: variance 0.02.
    LearningCurve curve = curve(0.5, 0.7, 0.65, 0.75, 0.8, 0.6);
    assertEquals(0.2, curve.largestDrop().orElseThrow(), EXACT);
    assertEquals(Math.sqrt(0.02), curve.lateLossDeviation().orElseThrow(), EXACT);
    assertEquals(0, curve(0.1, 0.2, 0.3, 0.4).largestDrop().orElseThrow());
    assertTrue(curve(0.1, 0.2, 0.3).largestDrop().isEmpty());
    assertTrue(curve(0.1, 0.2, 0.3).lateLossDeviation().isEmpty());
  }

  @Test
  void generalisationIsAtTheLowestLoss() {
    List<EpochMetrics> rows = new ArrayList<>(epochs(0.5, 0.8, 0.7));
    rows.set(1, new EpochMetrics(2, 0.1, 0.95, 0.2, 0.8, 1e-3, 2));
    assertEquals(0.15, new LearningCurve(rows).generalisationGap(), EXACT);
  }

  private static GradientSeries series() {
    List<GradientNorm> rows = new ArrayList<>();
    double[] totals = {4, 2, 0.5, 1};
    for (int i = 0; i < totals.length; i++) {
      double factor = Math.min(1, 1 / totals[i]);
      rows.add(new GradientNorm(i + 1, "a", totals[i] / 2, totals[i] / 2 * factor));
      rows.add(new GradientNorm(i + 1, GradientNorm.TOTAL, totals[i], totals[i] * factor));
    }
    return GradientSeries.of(rows);
  }

  @Test
  void seriesKeepParametersApart() {
    GradientSeries series = series();
    assertEquals(List.of("a"), series.parameters());
    assertEquals("[2.0, 1.0, 0.25, 0.5]", Arrays.toString(series.before("a")));
    assertEquals("[1.0, 1.0, 0.5, 1.0]", Arrays.toString(series.after(GradientNorm.TOTAL)));
  }

  @Test
  void clippedShareCountsChangedIterations() {
    // 4 and 2 are clipped to 1; 0.5 and exactly 1 are not.
    List<ClippedShare> epochs = ClippedShare.byEpoch(series(), 3);
    assertEquals(List.of(new ClippedShare(1, 3, 2), new ClippedShare(2, 1, 0)), epochs);
    assertEquals(new ClippedShare(0, 4, 2), ClippedShare.total(epochs));
    assertEquals(0.5, ClippedShare.total(epochs).share());
  }

  @Test
  void noiseIsRelativeToWindowMean() {
    int[] iterations = {1, 2, 3, 4, 5};
    GradientNoise noise = GradientNoise.of(iterations, new double[] {1, 3, 10, 10, 7}, 2);
    assertEquals(
        List.of(
            new GradientNoise.Window(1, 2, Math.sqrt(2) / 2), new GradientNoise.Window(3, 4, 0)),
        noise.windows());
    assertEquals(Math.sqrt(2) / 4, noise.medianRelative().orElseThrow(), EXACT);
  }

  @Test
  void heatMapAveragesLogarithms() {
    List<GradientNorm> rows = new ArrayList<>();
    double[] norms = {1, 100, 0.1, 0, 10, Double.POSITIVE_INFINITY};
    for (int i = 0; i < norms.length; i++) {
      rows.add(new GradientNorm(i + 1, "a", norms[i], norms[i]));
    }
    NormHeatMap map = NormHeatMap.of(GradientSeries.of(rows), 3);
    assertEquals(3, map.columns());
    assertEquals(2, map.columnWidth());
    assertEquals(3, map.columnStart(1));
    assertEquals(1, map.cell(0, 0), EXACT);
    assertEquals(-1, map.cell(0, 1), EXACT);
    assertEquals(1, map.cell(0, 2), EXACT);
  }

  @Test
  void magnitudesJoinParametersAndSnapshots() {
    Snapshot early = new Snapshot(1, 1, Map.of("a", new Counts(1, List.of(2L, 1L))));
    Snapshot late = new Snapshot(2, 1, Map.of("a", new Counts(1, List.of(0L, 3L))));
    GradientHistograms histograms =
        new GradientHistograms(List.of(-2.0, -1.0, 0.0), List.of(early, late));
    Magnitudes first = Magnitudes.at(histograms, early);
    assertEquals(List.of(0.5, 0.25), first.shares());
    assertEquals(0.25, first.below());
    // A quarter lies below −2; the second quarter is the first half of the bin up to −1.
    assertEquals(-1.5, first.quantile(0.5), EXACT);
    assertEquals(-2, first.quantile(0.1), EXACT);
    assertEquals(List.of(0.25, 0.5), Magnitudes.overall(histograms).shares());
  }

  @Test
  void wilsonAndNewcombeGiveTextbookIntervals() {
    // Newcombe (1998), his example (a): 56/70 against 48/80.
    Interval first = Interval.wilson(56, 70, 0.95);
    assertEquals(0.6921, first.low(), 1e-3);
    assertEquals(0.8769, first.high(), 1e-3);
    Interval difference = Interval.newcombe(56 / 70.0, 70, 48 / 80.0, 80, 0.95);
    assertEquals(0.0524, difference.low(), 1e-4);
    assertEquals(0.3339, difference.high(), 1e-4);
    assertEquals(0, Interval.wilson(0, 10, 0.95).low());
  }

  @Test
  void formatsValuesWithUnitAndSign() {
    assertEquals("73.4 %", Measure.TEST_ACCURACY.format(0.7341));
    assertEquals("+1.2 points", Measure.TEST_ACCURACY.formatDifference(0.0123));
    assertEquals(
        "\u22120.4 to +2.8 points",
        Measure.TEST_ACCURACY.formatInterval(new Interval(-0.004, 0.028)));
    assertEquals("0.0 points", Measure.TEST_ACCURACY.formatDifference(-0.0001));
    assertFalse(Measure.GRADIENT_NORM.format(0.5).contains("%"));
  }

  @Test
  void halvesAreRoundedAwayFromZero() {
    // In doubles, 100 · (0.7 − 0.6925) falls short of 0.75.
    assertEquals("+0.8 points", Measure.TEST_ACCURACY.formatDifference(0.7 - 0.6925));
    assertEquals("−0.8 points", Measure.TEST_ACCURACY.formatDifference(0.6925 - 0.7));
    assertEquals("72.1 %", Measure.TEST_ACCURACY.format(0.7205));
    assertEquals("+0.7 points", Measure.TEST_ACCURACY.formatDifference(0.00749));
    assertEquals("0.00", Sentences.rounded(-0.004, 2, true));
    assertEquals("1234", Sentences.rounded(1234.4, 0, false));
    assertEquals("–", Sentences.rounded(Double.NaN, 1, true));
  }
}
