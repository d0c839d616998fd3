package normsweep.report.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Trial;
import normsweep.report.analysis.Interval;
import normsweep.report.comparison.ScoreDifference.Method;
import org.apache.commons.math3.stat.inference.TTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** Records of two sweeps of 200 training images and two epochs, learning rates 0.001 and 0.003. */
class SweepsComparisonTest {
  private static final Clip CLIP = Clip.globalNorm(1);
  private static final Trial LAYER_NORM = cell(Norm.LAYER_NORM, CLIP);
  private static final Trial BATCH_NORM = cell(Norm.BATCH_NORM, Clip.NONE);

  @TempDir Path root;
  private Path slow;
  private Path fast;

  private static Trial cell(Norm norm, Clip clip) {
    return new Trial(norm, FrnPlacement.DENSE, clip, 0);
  }

  @BeforeEach
  void writeRecords() throws IOException {
    slow =
        SweepRecords.of("grid.seed=[1, 2, 3]")
            .trial(Norm.LAYER_NORM, CLIP, 1, 0.43, 1.8104, 0.37, 1.8474)
            .trial(Norm.LAYER_NORM, CLIP, 2, 0.37, 1.8135, 0.35, 1.7930)
            .trial(Norm.LAYER_NORM, CLIP, 3, 0.47, 1.7835, 0.45, 1.8013)
            .trial(Norm.BATCH_NORM, Clip.NONE, 1, 0.39, 2.0906, 0.38, 2.1082)
            .trial(Norm.BATCH_NORM, Clip.NONE, 2, 0.39, 2.0899, 0.40, 2.1009)
            .pending(Norm.BATCH_NORM, Clip.NONE, 3)
            .write(root.resolve("slow"));
    fast =
        SweepRecords.of("grid.seed=[2, 3, 4]", "training.learningRate=0.003")
            .trial(Norm.LAYER_NORM, CLIP, 2, 0.54, 1.5936, 0.52, 1.5686)
            .trial(Norm.LAYER_NORM, CLIP, 3, 0.53, 1.5958, 0.46, 1.6425)
            .trial(Norm.LAYER_NORM, CLIP, 4, 0.51, 1.5431, 0.50, 1.5919)
            .trial(Norm.BATCH_NORM, Clip.NONE, 3, 0.50, 1.8603, 0.42, 1.8647)
            .trial(Norm.BATCH_NORM, Clip.NONE, 4, 0.46, 1.8271, 0.41, 1.8245)
            .write(root.resolve("fast"));
  }

  private ScoreDifference difference(Trial cell, Score score) {
    List<ComparedSweep> sweeps = SweepsComparison.of(List.of(slow, fast)).sweeps();
    return ScoreDifference.of(sweeps.get(0), sweeps.get(1), cell, score).orElseThrow();
  }

  @Test
  void sharedSeedsArePaired() {
    ScoreDifference accuracy = difference(LAYER_NORM, Score.TEST_ACCURACY);
    assertEquals(Method.PAIRED, accuracy.method());
    assertEquals(2, accuracy.shared());
    // 52 − 35 = 17 and 46 − 45 = 1 points: mean 9, standard error 8, t of one degree 12.7062.
    assertEquals(9, accuracy.value(), 1e-9);
    assertEquals(9 - 12.7062 * 8, accuracy.interval().orElseThrow().low(), 1e-3);
    assertEquals(9 + 12.7062 * 8, accuracy.interval().orElseThrow().high(), 1e-3);
  }

  @Test
  void pairedIntervalEndsWhereTestDoes() {
    Interval interval = difference(LAYER_NORM, Score.TEST_LOSS).interval().orElseThrow();
    double[] before = {1.7930, 1.8013};
    for (double end : new double[] {interval.low(), interval.high()}) {
      double[] shifted = {1.5686 - end, 1.6425 - end};
      assertEquals(0.05, new TTest().pairedTTest(shifted, before), 1e-9);
    }
  }

  @Test
  void otherSeedsAreUnpairedByWelch() {
    ScoreDifference loss = difference(BATCH_NORM, Score.VALIDATION_LOSS);
    assertEquals(Method.WELCH, loss.method());
    assertEquals(0, loss.shared());
    // (1.8603 + 1.8271) / 2 − (2.0906 + 2.0899) / 2
    assertEquals(-0.24655, loss.value(), 1e-9);
    double[] before = {2.0906, 2.0899};
    Interval interval = loss.interval().orElseThrow();
    for (double end : new double[] {interval.low(), interval.high()}) {
      double[] shifted = {1.8603 - end, 1.8271 - end};
      assertEquals(0.05, new TTest().tTest(shifted, before), 1e-9);
    }
  }

  @Test
  void singleSharedSeedHasNoInterval() throws IOException {
    Path one =
        SweepRecords.of()
            .trial(Norm.LAYER_NORM, CLIP, 3, 0.50, 1.7, 0.43, 1.75)
            .write(root.resolve("one"));
    SweepsComparison comparison = SweepsComparison.of(List.of(slow, one));
    ScoreDifference found =
        ScoreDifference.of(
                comparison.sweeps().get(0),
                comparison.sweeps().get(1),
                LAYER_NORM,
                Score.TEST_ACCURACY)
            .orElseThrow();
    assertEquals(Method.NONE, found.method());
    assertEquals(-2, found.value(), 1e-9); // of seed 3, not of the means
    assertTrue(found.interval().isEmpty());
    assertTrue(
        ComparisonText.of(comparison)
            .contains("  B - A: one shared seed only, so there is no interval."));
  }

  @Test
  void equalAccuraciesKeepRoundingError() throws IOException {
    Path copy = root.resolve("copy");
    Files.createDirectories(copy);
    for (String file : List.of("results.json", "sweep.yaml")) {
      Files.copy(slow.resolve(file), copy.resolve(file));
    }
    List<ComparedSweep> sweeps = SweepsComparison.of(List.of(slow, copy)).sweeps();
    Interval accuracy =
        ScoreDifference.of(sweeps.get(0), sweeps.get(1), LAYER_NORM, Score.TEST_ACCURACY)
            .flatMap(ScoreDifference::interval)
            .orElseThrow();
    // Steps of one point: 4.3027 (t of two degrees) times √(1/6 / 3).
    assertEquals(4.3027 / Math.sqrt(18), accuracy.halfWidth(), 1e-4);
    assertEquals(
        new Interval(0, 0),
        ScoreDifference.of(sweeps.get(0), sweeps.get(1), LAYER_NORM, Score.TEST_LOSS)
            .flatMap(ScoreDifference::interval)
            .orElseThrow());
  }

  /** The numbers agree with those of scipy.stats.t on the same records. */
  @Test
  void terminalShowsEverythingIn80Columns() {
    List<String> lines = ComparisonText.of(SweepsComparison.of(List.of(slow, fast)));
    assertEquals(
        """
        What differs:
          training.learningRate: A 0.001 | B 0.003
          grid.seed: A [1, 2, 3] | B [2, 3, 4]

                       validation       validation             test             test
                      accuracy, %             loss      accuracy, %             loss   n
        --------------------------------------------------------------------------------
        layer norm, clip 1.0
          A          42.33 (5.03)    1.802 (0.016)     39.00 (5.29)    1.814 (0.029)   3
          B          52.67 (1.53)    1.578 (0.030)     49.33 (3.06)    1.601 (0.038)   3
          B - A            +11.50           -0.204            +9.00           -0.192   2
          95 %    [-58.38, 81.38]  [-0.408, 0.001] [-92.65, 110.65]  [-0.608, 0.225]
        batch norm, no clipping
          A          39.00 (0.00)    2.090 (0.000)     39.00 (1.41)    2.105 (0.005)   2
          B          48.00 (2.83)    1.844 (0.023)     41.50 (0.71)    1.845 (0.028)   2
          B - A             +9.00           -0.247            +2.50           -0.260
          95 %    [-15.34, 33.34] [-0.457, -0.036]    [-4.42, 9.42] [-0.485, -0.035]
          B - A: no shared seed, so unpaired, with Welch's interval.
        """,
        String.join("\n", lines.subList(3, 21)) + "\n");
    assertTrue(lines.contains("A  " + slow + " (5 of 6 trials completed)"));
    assertTrue(lines.contains("  B: layer norm, clip 1.0 (52.67 %; test 49.33 %)"));
    lines.subList(3, lines.size()).forEach(line -> assertTrue(line.length() <= 80, line));
  }

  @Test
  void csvHoldsOneRowPerScore() {
    List<ComparisonRow> rows = ComparisonRow.of(SweepsComparison.of(List.of(slow, fast)));
    assertEquals(2 * 2 * 4, rows.size());
    ComparisonRow first = rows.get(0);
    assertEquals("validation accuracy", first.score());
    assertEquals((43 + 37 + 47) / 3.0, first.mean(), 1e-9);
    assertEquals(null, first.difference());
    ComparisonRow last = rows.get(rows.size() - 1);
    assertEquals(List.of("batch-norm", "none"), List.of(last.norm(), last.clip()));
    assertEquals(List.of("nats", "welch"), List.of(last.unit(), last.method()));
    assertEquals((1.8647 + 1.8245) / 2 - (2.1082 + 2.1009) / 2, last.difference(), 1e-9);
  }

  @Test
  void pageIsOneFileForLightAndDark() throws Exception {
    String page = ComparisonPage.of(SweepsComparison.of(List.of(slow, fast)));
    DocumentBuilderFactory parsers = DocumentBuilderFactory.newInstance();
    parsers.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    parsers.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    for (String part :
        List.of(
            "prefers-color-scheme: dark",
            "<td>42.33 (5.03)</td>",
            "<td>[−92.65, 110.65]</td>",
            "no shared seed",
            "training.learningRate")) {
      assertTrue(page.contains(part), part);
    }
    assertTrue(!page.contains("<link") && !page.contains("src="), page);
  }

  @Test
  void incomparableSweepsAreNamed() throws IOException {
    Path other =
        SweepRecords.of("data.splitSeed=2")
            .weights("0b".repeat(32))
            .trial(Norm.LAYER_NORM, CLIP, 1, 0.4, 1.8, 0.4, 1.8)
            .write(root.resolve("other"));
    SweepsComparison comparison = SweepsComparison.of(List.of(slow, fast, other));
    assertEquals(
        List.of(
            "Not comparable: C has other pretrained weights than A.",
            "Not comparable: C has other test images than A.",
            "Not comparable: C has other validation images than A."),
        comparison.warnings());
    Map<String, Map<String, String>> differences = comparison.differences();
    assertEquals(
        Set.of("data.splitSeed", "training.learningRate", "grid.seed", "weights"),
        differences.keySet());
    assertEquals(Map.of("1", "A, B", "2", "C"), differences.get("data.splitSeed"));
    assertEquals(
        Map.of("0a0a0a0a0a0a mobilenet, COCO", "A, B", "0b0b0b0b0b0b mobilenet, COCO", "C"),
        differences.get("weights"));
  }

  private static SweepRecords rates() {
    return SweepRecords.of("training.learningRate=0.5", "grid.training.learningRate=[3e-4, 1e-3]")
        .at(Map.of("training.learningRate", 3e-4))
        .trial(Norm.LAYER_NORM, CLIP, 1, 0.30, 1.9, 0.30, 1.9);
  }

  @Test
  void settingOfAllMatchesAxis() throws IOException {
    Path axis =
        rates()
            .at(Map.of("training.learningRate", 1e-3))
            .trial(Norm.LAYER_NORM, CLIP, 1, 0.50, 1.7, 0.40, 1.75)
            .write(root.resolve("axis"));
    SweepsComparison comparison = SweepsComparison.of(List.of(slow, axis));
    assertEquals(
        List.of(
            "layer norm, clip 1.0, learning rate 1e-3",
            "batch norm, no clipping, learning rate 1e-3",
            "layer norm, clip 1.0, learning rate 3e-4"),
        comparison.cells().stream().map(Trial::label).toList());
    List<ComparedSweep> sweeps = comparison.sweeps();
    Trial shared = comparison.cells().get(0);
    assertEquals(
        40 - 37,
        ScoreDifference.of(sweeps.get(0), sweeps.get(1), shared, Score.TEST_ACCURACY)
            .orElseThrow()
            .value(),
        1e-9);
    Map<String, Map<String, String>> differences = comparison.differences();
    assertEquals(Map.of("0.001", "A", "varied", "B"), differences.get("training.learningRate"));
    assertEquals(
        Map.of("none", "A", "[3.0E-4, 0.001]", "B"), differences.get("grid.training.learningRate"));
    Path other = rates().write(root.resolve("other"));
    assertRefused(
        ExitCode.USAGE,
        "with the norm, placement, clipping and learning rate of a completed trial in " + slow,
        slow,
        other);
  }

  private static SweepRecords hundred(SweepRecords records) {
    return records
        .at(Map.of("data.test", 100))
        .trial(Norm.LAYER_NORM, CLIP, 1, 0.50, 1.7, 0.40, 1.75);
  }

  @Test
  void axesReplaceSettingsOfAll() throws IOException {
    Path first =
        hundred(SweepRecords.of("data.test=50", "grid.data.test=[100]")).write(root.resolve("a"));
    Path other = hundred(SweepRecords.of("grid.data.test=[100]")).write(root.resolve("b"));
    SweepsComparison comparison = SweepsComparison.of(List.of(first, other));
    assertEquals(List.of(), comparison.warnings());
    Trial cell = comparison.cells().get(0);
    for (ComparedSweep sweep : comparison.sweeps()) {
      assertEquals(1, Score.TEST_ACCURACY.resolution(sweep, cell), 1e-12); // of 100 images
    }
  }

  @Test
  void factsOfSomeSweepsAreDifferences() throws IOException {
    Map<String, Object> rate = Map.of("training.learningRate", 3e-4);
    Path search =
        SweepRecords.of("search.candidates=2", "search.space.training.learningRate=[3e-4, 1e-2]")
            .environment("earlierDevices", "the CPU")
            .environment("threads", "2") // a fact that older versions did not record
            .at(rate)
            .trial(Norm.LAYER_NORM, CLIP, 1, 0.50, 1.7, 0.40, 1.75)
            .write(root.resolve("search"));
    Map<String, Map<String, String>> differences =
        SweepsComparison.of(List.of(rates().write(root.resolve("axis")), search)).differences();
    assertEquals(
        Set.of(
            "grid.training.learningRate",
            "search.candidates",
            "search.space.training.learningRate",
            "earlierDevices"),
        differences.keySet());
    assertEquals(Map.of("none", "A", "the CPU", "B"), differences.get("earlierDevices"));
    assertEquals("B", differences.get("grid.training.learningRate").get("none"));
  }

  @Test
  void badInputIsOneSentence() throws IOException {
    Path empty = Files.createDirectory(root.resolve("empty"));
    assertRefused(ExitCode.USAGE, "is not a sweep folder", slow, empty);
    assertRefused(ExitCode.USAGE, "takes 2 to 26 sweep folders, but got 1", slow);
    Path again = slow.resolve("..").resolve("slow");
    assertRefused(ExitCode.USAGE, again + " is given twice", slow, fast, again);
    Path other =
        SweepRecords.of()
            .trial(Norm.LAYER_NORM, Clip.NONE, 1, 0.4, 1.8, 0.4, 1.8)
            .pending(Norm.LAYER_NORM, CLIP, 1)
            .write(root.resolve("other"));
    assertRefused(ExitCode.USAGE, other + " has no completed trial with", slow, other);
    Files.writeString(fast.resolve("results.json"), "{");
    assertRefused(ExitCode.UNAVAILABLE, "results.json is damaged", slow, fast);
  }

  private static void assertRefused(ExitCode code, String part, Path... folders) {
    NormSweepException refused =
        assertThrows(NormSweepException.class, () -> SweepsComparison.of(List.of(folders)));
    assertEquals(code, refused.exitCode());
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
    assertEquals(1, refused.getMessage().lines().count());
  }
}
