package normsweep.report.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import normsweep.record.SweepFolder;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import normsweep.report.Report;
import normsweep.report.document.RecordedSweep.Csv;
import normsweep.report.document.RecordedSweep.Network;
import normsweep.report.document.RecordedSweep.RecordedTrial;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Recomputes every cell of every data table of a report from the files of its sweep, without the
 * classes that the report computes with. The sweep has three seeds, and one trial has failed;
 * clipping changes every step of batch norm, some of layer norm's and none of filter response
 * norm's.
 */
class ReportNumbersTest {
  private static final List<String> NORMS =
      List.of("batch-norm", "layer-norm", "filter-response-norm");
  private static final List<String> CLIPS = List.of("none", "1.0");
  private static final String FAILED = "layer-norm.clip-1.0.seed-3";
  private static final double TEST_IMAGES = 400;
  private static final double VALIDATION_IMAGES = 500;

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
  private static RecordedSweep sweep;
  private static final Map<String, List<List<String>>> PAGE = new LinkedHashMap<>();
  private static final Map<String, String> CAPTIONS = new LinkedHashMap<>();

  @BeforeAll
  static void writeReport() throws Exception {
    MadeUpSweep madeUp =
        MadeUpSweep.quick()
            .seeds(1L, 2L, 3L)
            .images(2000, (int) TEST_IMAGES)
            .settings(
                "tracking.dynamicsEvery=16",
                "tune.candidates=2",
                "tune.seeds=[7,8]",
                "tune.keys.training.learningRate=[1e-3,1e-2]")
            .accuracy(ReportNumbersTest::accuracy)
            .gradientScale(
                t -> List.of(4.0, 1.4, 0.3).get(NORMS.indexOf(t.norm().id())) + 0.03 * t.seed())
            .speed(t -> 0.4 + 0.13 * t.seed() * (1 + NORMS.indexOf(t.norm().id())))
            .wobble(t -> 0.01 * NORMS.indexOf(t.norm().id()) + 0.004 * t.seed())
            .predictions()
            .status(FAILED, TrialResult.Status.FAILED);
    Random random = new Random(16);
    for (JsonNode trial : results(madeUp.write(root).results(), random)) {
      Path folder = root.resolve("trials").resolve(trial.get("id").asText());
      vary(folder.resolve("updates.csv"), random, 0);
      boolean noisy = folder.getFileName().toString().startsWith("filter");
      vary(folder.resolve("dynamics.csv"), random, noisy ? 8 : 0.4);
    }
    Files.writeString(root.resolve("tuning.json"), TUNING);
    Report.write(new SweepFolder(root));
    sweep = new RecordedSweep(root);
    read(root.resolve("report.html"));
  }

  private static double accuracy(Trial trial) {
    String clip = trial.clip().active() ? "1.0" : "none";
    return RIGHT.get(trial.norm().id() + " " + clip)[(int) trial.seed() - 1] / TEST_IMAGES;
  }

  // Made-up trials differ in too little: most results and all measured steps are made to vary.
  private static JsonNode results(Path file, Random random) throws IOException {
    JsonNode results = new JsonMapper().readTree(file.toFile());
    for (JsonNode trial : results.get("trials")) {
      if (trial.get("status").asText().equals("completed")) {
        ObjectNode row = (ObjectNode) trial;
        row.put("bestEpoch", 3 + random.nextInt(8));
        row.put("imagesPerSecond", 900 + 400 * random.nextDouble());
        for (String key : List.of("valLoss", "testLoss", "valAccuracy")) {
          row.put(key, row.get(key).asDouble() * (0.95 + 0.05 * random.nextDouble()));
        }
      }
    }
    new JsonMapper().writeValue(file.toFile(), results);
    return results.get("trials");
  }

  private static void vary(Path file, Random random, double spread) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    List<String> header = List.of(lines.get(0).split(","));
    for (int i = 1; i < lines.size(); i++) {
      String[] row = lines.get(i).split(",", -1);
      for (int c = 0; c < row.length; c++) {
        if (!List.of("iteration", "parameter", "images").contains(header.get(c))) {
          double value = Double.parseDouble(row[c]) * Math.exp(0.4 * random.nextGaussian());
          if (header.get(c).equals("squaredGradient")) {
            value += spread * random.nextGaussian();
          }
          row[c] = Float.toString((float) value);
        }
      }
      if (i == 1 && header.get(1).equals("cosine")) {
        row[1] = "";
      }
      lines.set(i, String.join(",", row));
    }
    Files.write(file, lines);
  }

  // The page is XML.
  private static void read(Path file) throws Exception {
    Document page = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    for (Element table : elements(page.getDocumentElement(), "table")) {
      if (List.of(table.getAttribute("class").split(" ")).contains("data")) {
        List<List<String>> rows = new ArrayList<>();
        for (Element row : elements(table, "tr")) {
          List<String> cells = texts(row, "td");
          if (!cells.isEmpty()) {
            rows.add(cells);
          }
          assertEquals(
              texts(table, "th").size(), cells.isEmpty() ? texts(row, "th").size() : cells.size());
        }
        PAGE.put(table.getAttribute("id"), rows);
        CAPTIONS.put(table.getAttribute("id"), String.join("", texts(table, "caption")));
      }
    }
  }

  private static List<Element> elements(Element parent, String name) {
    NodeList found = parent.getElementsByTagName(name);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  private static List<String> texts(Element parent, String name) {
    return elements(parent, name).stream().map(one -> one.getTextContent().strip()).toList();
  }

  @Test
  void noDataTableIsLeftOut() {
    assertEquals(
        Set.of(
            "table-results",
            "table-contrasts",
            "table-convergence",
            "table-gradients",
            "table-clipping",
            "table-dynamics",
            "table-tuning",
            "table-predictions-1",
            "table-predictions-2",
            "table-predictions-3",
            "table-predictions-4",
            "table-predictions-5",
            "table-trials"),
        PAGE.keySet());
  }

  private static RecomputedTables tables() {
    return new RecomputedTables(sweep, NORMS, CLIPS, FAILED);
  }

  @Test
  void accuracyAndLossAreThoseRecorded() {
    assertEquals(tables().accuracy(), PAGE.get("table-results"));
    for (String norm : NORMS) {
      for (RecordedTrial trial : sweep.cell(norm, "none")) {
        assertEquals(trial.test().accuracy(), trial.result("testAccuracy"), 1e-12);
      }
    }
  }

  @Test
  void convergenceFollowsFromEpochs() {
    assertEquals(tables().convergence(), PAGE.get("table-convergence"));
  }

  @Test
  void gradientsFollowFromIterations() {
    assertEquals(tables().gradients(), PAGE.get("table-gradients"));
  }

  @Test
  void clippingFollowsFromIterations() {
    assertEquals(tables().clipping(), PAGE.get("table-clipping"));
  }

  @Test
  void dynamicsFollowFromMeasuredSteps() {
    List<List<String>> rows = tables().dynamics();
    assertEquals(rows, PAGE.get("table-dynamics"));
    assertTrue(rows.stream().anyMatch(row -> row.get(7).startsWith(">")), "no bound");
    assertTrue(rows.stream().anyMatch(row -> row.get(7).contains("±")), "no ratio");
  }

  @Test
  void everyTrialIsListed() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode row :
        new JsonMapper().readTree(root.resolve("results.json").toFile()).get("trials")) {
      boolean completed = row.get("status").asText().equals("completed");
      rows.add(
          List.of(
              RecomputedTables.label(row.get("norm").asText(), row.get("clip").asText()),
              row.get("seed").asText(),
              row.get("status").asText(),
              number(1, 100, row.get("testAccuracy")),
              number(3, 1, row.get("testLoss")),
              number(1, 100, row.get("valAccuracy")),
              number(3, 1, row.get("valLoss")),
              number(0, 1, row.get("bestEpoch")),
              number(1, 100, row.get("clippedFraction")),
              completed ? number(1, 1, row.get("trainSeconds")) : "–"));
    }
    assertEquals(rows, PAGE.get("table-trials"));
  }

  private static String number(int decimals, double factor, JsonNode value) {
    return value == null || value.isNull()
        ? "–"
        : ByHand.number(decimals, factor * value.asDouble());
  }

  @Test
  void tuningIsWhatTheFileSays() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode choice :
        new JsonMapper().readTree(root.resolve("tuning.json").toFile()).get("choices")) {
      JsonNode rate = choice.get("tuned").get("training.learningRate");
      rows.add(
          List.of(
              RecomputedTables.label(choice.get("norm").asText(), choice.get("clip").asText()),
              rate == null ? "none: no candidate was completed" : "learning rate " + rate.asText(),
              rate == null ? "–" : ByHand.number(3, choice.get("valLoss").asDouble()),
              rate == null ? "–" : ByHand.number(1, 100 * choice.get("valAccuracy").asDouble()),
              choice.get("seeds").asText(),
              choice.get("completed").asText() + " of " + choice.get("candidates").asText()));
    }
    assertEquals(rows, PAGE.get("table-tuning"));
  }

  private static RecomputedContrasts contrasts() throws IOException {
    return new RecomputedContrasts(
        sweep, NORMS, Csv.read(root.resolve("contrasts.csv")), TEST_IMAGES, VALIDATION_IMAGES);
  }

  /** Every row of the file that the correction of the table's p values is based on. */
  @Test
  void contrastsFileHasTheSameNumbers() throws IOException {
    contrasts().assertFile();
  }

  @Test
  void contrastsFollowFromSeeds() throws IOException {
    assertEquals(contrasts().table(), PAGE.get("table-contrasts"));
    String caption = CAPTIONS.get("table-contrasts");
    assertTrue(caption.contains(" the " + contrasts().family() + " comparisons "), caption);
  }

  private static RecomputedPredictions predictions() {
    Map<List<String>, TreeMap<Long, Network>> cells = new LinkedHashMap<>();
    for (String norm : NORMS) {
      for (String clip : CLIPS) {
        TreeMap<Long, Network> bySeed = new TreeMap<>();
        sweep.cell(norm, clip).forEach(trial -> bySeed.put(trial.seed(), trial.test()));
        cells.put(List.of(norm, clip), bySeed);
      }
    }
    return new RecomputedPredictions(cells);
  }

  /** The limit that calibrated networks keep is random, and so compared with other samples. */
  @Test
  void calibrationFollowsFromPredictions() {
    List<List<String>> shown = PAGE.get("table-predictions-1");
    double[] limits = predictions().calibrated();
    List<List<String>> rest = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      List<String> row = new ArrayList<>(shown.get(i));
      assertEquals(limits[i], Double.parseDouble(row.remove(4)), 0.3);
      rest.add(row);
    }
    assertEquals(predictions().calibration(), rest);
  }

  @Test
  void pairedTestsFollowFromPredictions() {
    assertEquals(predictions().paired(), PAGE.get("table-predictions-2"));
  }

  @Test
  void varianceFollowsFromPredictions() {
    assertEquals(predictions().variance(), PAGE.get("table-predictions-3"));
  }

  @Test
  void recallFollowsFromPredictions() {
    assertEquals(predictions().recall(), PAGE.get("table-predictions-4"));
  }

  @Test
  void confusedPairsFollowFromPredictions() {
    assertEquals(predictions().confused(), PAGE.get("table-predictions-5"));
  }
}
