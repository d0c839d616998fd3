package normsweep.report.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import normsweep.record.Norm;
import normsweep.record.SweepFolder;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.ContrastRow;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.RecordedSweep.Csv;
import normsweep.report.document.RecordedSweep.RecordedTrial;
import normsweep.report.document.ReportPage.Shown;
import normsweep.report.finding.Findings;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recomputes every cell of every table of data that the HTML page of a report has, from the files
 * of its sweep, without the classes that the report computes with. A table that is not recomputed
 * may have no numbers.
 */
class ReportNumbersTest {
  private static final List<String> NORMS =
      List.of("batch-norm", "layer-norm", "filter-response-norm");
  private static final int TEST_IMAGES = 400;
  // A quantile of random samples.
  private static final double LUCK = 0.3;

  // Correctly classified test images by seed.
  private static final Map<String, int[]> RIGHT =
      Map.of(
          "batch-norm none", new int[] {301, 307, 304},
          "batch-norm 1.0", new int[] {311, 317, 314},
          "layer-norm none", new int[] {246, 239, 241},
          "layer-norm 1.0", new int[] {230, 242, 236},
          "filter-response-norm none", new int[] {331, 352, 290},
          "filter-response-norm 1.0", new int[] {325, 349, 313});

  private static final String TUNING =
      """
      {"choices": [
        {"norm": "batch-norm", "placement": "dense", "clip": "none",
         "tuned": {"training.learningRate": 0.02}, "valLoss": 0.51234, "valAccuracy": 0.8249,
         "seeds": 2, "candidates": 6, "completed": 5},
        {"norm": "layer-norm", "placement": "dense", "clip": "1.0",
         "tuned": {"training.learningRate": 0.01}, "valLoss": 0.6187, "valAccuracy": 0.79251,
         "seeds": 2, "candidates": 6, "completed": 3},
        {"norm": "filter-response-norm", "placement": "dense", "clip": "none", "tuned": null,
         "valLoss": null, "valAccuracy": null, "seeds": 2, "candidates": 6, "completed": 0}]}
      """;

  @TempDir static Path root;

  // Clipping changes every step of batch norm, some of layer norm's and none of filter response
  // norm's.
  private static MadeUpSweep sweep(Long... seeds) {
    return MadeUpSweep.quick()
        .seeds(seeds)
        .images(2000, TEST_IMAGES)
        .accuracy(ReportNumbersTest::accuracy)
        .gradientScale(
            t -> List.of(4.0, 1.4, 0.3).get(NORMS.indexOf(t.norm().id())) + 0.03 * t.seed())
        .speed(t -> 0.4 + 0.13 * t.seed() * (1 + NORMS.indexOf(t.norm().id())))
        .wobble(t -> 0.01 * NORMS.indexOf(t.norm().id()) + 0.004 * t.seed())
        .predictions();
  }

  private static double accuracy(Trial trial) {
    String clip = trial.clip().active() ? "1.0" : "none";
    int right = RIGHT.get(trial.norm().id() + " " + clip)[(int) trial.seed() - 1];
    return (right + Math.floorMod(trial.settings().label().hashCode(), 5)) / (double) TEST_IMAGES;
  }

  @BeforeAll
  static void writeReports() throws IOException {
    SweepFolder seeds =
        VariedSweep.write(
            sweep(1L, 2L, 3L)
                .settings(
                    "tracking.dynamicsEvery=16",
                    "tune.candidates=2",
                    "tune.seeds=[7,8]",
                    "tune.keys.training.learningRate=[1e-3,1e-2]")
                .status("layer-norm.clip-1.0.seed-3", TrialResult.Status.FAILED),
            root.resolve("seeds"));
    Files.writeString(seeds.root().resolve("tuning.json"), TUNING);
    page(seeds);
    ContrastRow.write(seeds, Findings.of(SweepEvidence.read(seeds)).contrasts());
    SweepFolder one =
        VariedSweep.write(sweep(1L).settings("tracking.dynamicsEvery=16"), root.resolve("one"));
    Files.delete(one.trial("batch-norm.clip-1.0.seed-1").predictions());
    page(one);
    page(
        VariedSweep.write(
            sweep(1L, 2L)
                .norms(Norm.BATCH_NORM, Norm.LAYER_NORM)
                .axes("training.learningRate: [0.02, 0.05]\n  training.optimizer: [sgd, adam]")
                .settings("tracking.dynamicsEvery=16"),
            root.resolve("axes")));
  }

  // Without figures, which take most of the time.
  private static void page(SweepFolder folder) throws IOException {
    SweepEvidence sweep = SweepEvidence.read(folder);
    String page = HtmlReport.render(folder, sweep, Findings.of(sweep), List.of(), Set.of(), false);
    Files.writeString(folder.root().resolve("report.html"), page);
  }

  /** Three seeds; one trial has failed. */
  @TestFactory
  Stream<DynamicTest> ofSeveralSeeds() throws Exception {
    return tables("seeds");
  }

  /** One seed; of one network, predictions are not known. */
  @TestFactory
  Stream<DynamicTest> ofOneSeed() throws Exception {
    return tables("one");
  }

  /** Two learning rates with two optimizers. */
  @TestFactory
  Stream<DynamicTest> ofFurtherAxes() throws Exception {
    return tables("axes");
  }

  private static RecomputedReport recomputed(String name) throws IOException {
    return RecomputedReport.of(root.resolve(name));
  }

  private static Stream<DynamicTest> tables(String name) throws Exception {
    Map<String, Shown> shown = ReportPage.read(root.resolve(name).resolve("report.html")).tables();
    Map<String, List<List<String>>> recomputed = recomputed(name).tables();
    RecomputedTexts texts = recomputed(name).texts();
    Map<String, List<List<String>>> words = texts.tables();
    Set<String> all = new LinkedHashSet<>(shown.keySet());
    all.addAll(recomputed.keySet());
    all.addAll(words.keySet());
    return all.stream()
        .map(
            id ->
                dynamicTest(
                    id,
                    () -> {
                      assertTrue(shown.containsKey(id), "is not on the page");
                      assertEquals(
                          texts.captions().getOrDefault(id, List.of()),
                          ReportPage.numbers(List.of(shown.get(id).caption())));
                      if (recomputed.containsKey(id)) {
                        assertTable(recomputed.get(id), shown.get(id));
                      } else {
                        assertEquals(words.getOrDefault(id, List.of()), shown.get(id).numbers());
                      }
                    }));
  }

  private static void assertTable(List<List<String>> recomputed, Shown shown) {
    List<List<String>> expected = new ArrayList<>();
    for (int i = 0; i < recomputed.size(); i++) {
      List<String> row = new ArrayList<>(recomputed.get(i));
      for (int j = 0; j < row.size(); j++) {
        if (row.get(j).startsWith("≈")) {
          String cell = shown.rows().get(i).get(j);
          assertEquals(Double.parseDouble(row.get(j).substring(1)), Double.parseDouble(cell), LUCK);
          row.set(j, cell);
        }
      }
      expected.add(row);
    }
    assertEquals(expected, shown.rows());
    shown.rows().forEach(row -> assertEquals(shown.header().size(), row.size()));
  }

  @Test
  void recordedAccuracyIsThatOfPredictions() throws IOException {
    for (RecordedTrial trial : new RecordedSweep(root.resolve("seeds")).trials()) {
      assertEquals(trial.test().accuracy(), trial.result("testAccuracy"), 1e-12);
    }
  }

  /** Every row of the file that the correction of the table's p values is based on. */
  @Test
  void contrastsFileHasTheSameNumbers() throws IOException {
    recomputed("seeds").contrasts().assertFile(Csv.read(root.resolve("seeds/contrasts.csv")));
  }

  /** The sweeps have both kinds of cells where a rule chooses. */
  @Test
  void bothKindsOfCellsAreShown() throws Exception {
    List<String> noise =
        recomputed("seeds").tables().get("table-dynamics").stream().map(row -> row.get(7)).toList();
    assertTrue(noise.stream().anyMatch(cell -> cell.startsWith(">")), "no bound");
    assertTrue(noise.stream().anyMatch(cell -> cell.contains("±")), "no ratio");
  }
}
