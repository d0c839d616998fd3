package normsweep.report.document;

import static normsweep.report.document.ByHand.cell;
import static normsweep.report.document.ByHand.deviation;
import static normsweep.report.document.ByHand.mean;
import static normsweep.report.document.ByHand.median;
import static normsweep.report.document.ByHand.quantile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
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
import org.apache.commons.math3.distribution.TDistribution;
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
         "tuned": {"training.learningRate": 0.002}, "valLoss": 0.51234, "valAccuracy": 0.8249,
         "seeds": 2, "candidates": 6, "completed": 5},
        {"norm": "layer-norm", "placement": "dense", "clip": "1.0",
         "tuned": {"training.learningRate": 0.007}, "valLoss": 0.6187, "valAccuracy": 0.79251,
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
                "tune.candidates=6",
                "tune.seeds=[7,8]",
                "tune.keys.training.learningRate=[1e-3,1e-2]")
            .accuracy(ReportNumbersTest::accuracy)
            .gradientScale(t -> List.of(4.0, 1.4, 0.3).get(t.norm().ordinal()) + 0.03 * t.seed())
            .speed(t -> 0.4 + 0.13 * t.seed() * (1 + t.norm().ordinal()))
            .wobble(t -> 0.01 * t.norm().ordinal() + 0.004 * t.seed())
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
            "table-predictions-5"),
        PAGE.keySet());
  }

  /** A column: the number of decimals, and the value of a trial, NaN if it has none. */
  private record Column(int decimals, boolean signed, ToDoubleFunction<RecordedTrial> value) {
    Column(int decimals, ToDoubleFunction<RecordedTrial> value) {
      this(decimals, false, value);
    }

    String of(List<RecordedTrial> trials) {
      return cell(
          decimals,
          signed,
          trials.stream().mapToDouble(value).filter(x -> !Double.isNaN(x)).boxed().toList());
    }
  }

  private static List<List<String>> rows(List<String> clips, Column... columns) {
    List<List<String>> rows = new ArrayList<>();
    for (String norm : NORMS) {
      for (String clip : clips) {
        List<String> row = new ArrayList<>();
        String failed = FAILED.startsWith(norm + ".clip-" + clip) ? " (2 completed, 1 failed)" : "";
        row.add(label(norm, clip) + failed);
        Arrays.stream(columns).forEach(column -> row.add(column.of(sweep.cell(norm, clip))));
        rows.add(row);
      }
    }
    return rows;
  }

  private static String label(String norm, String clip) {
    return norm.replace('-', ' ') + (clip.equals("none") ? ", no clipping" : ", clip " + clip);
  }

  @Test
  void accuracyAndLossAreThoseRecorded() {
    assertEquals(
        rows(
            CLIPS,
            new Column(1, trial -> 100 * trial.result("testAccuracy")),
            new Column(3, trial -> trial.result("testLoss")),
            new Column(1, trial -> 100 * trial.result("valAccuracy")),
            new Column(3, trial -> trial.result("valLoss")),
            new Column(1, trial -> 100 * TrialNumbers.gap(trial)),
            new Column(0, trial -> trial.result("bestEpoch"))),
        PAGE.get("table-results"));
    for (String norm : NORMS) {
      for (RecordedTrial trial : sweep.cell(norm, "none")) {
        assertEquals(trial.test().accuracy(), trial.result("testAccuracy"), 1e-12);
      }
    }
  }

  @Test
  void convergenceFollowsFromEpochs() {
    assertEquals(
        rows(
            CLIPS,
            new Column(1, trial -> TrialNumbers.epochsTo(trial, 0.90)),
            new Column(1, trial -> TrialNumbers.epochsTo(trial, 0.95)),
            new Column(1, trial -> TrialNumbers.epochsTo(trial, 0.99)),
            new Column(
                1,
                trial ->
                    Arrays.stream(trial.epochs("seconds"))
                        .limit((long) TrialNumbers.epochsTo(trial, 0.95))
                        .sum()),
            new Column(1, trial -> 100 * TrialNumbers.area(trial)),
            new Column(1, trial -> 100 * TrialNumbers.drop(trial)),
            new Column(4, TrialNumbers::lateLossDeviation),
            new Column(0, trial -> trial.result("imagesPerSecond"))),
        PAGE.get("table-convergence"));
  }

  @Test
  void gradientsFollowFromIterations() {
    int perEpoch = sweep.iterationsPerEpoch();
    assertEquals(
        rows(
            CLIPS,
            new Column(3, trial -> median(trial.gradients().column("normBefore"))),
            new Column(1, trial -> 100 * TrialNumbers.gradientNoise(trial)),
            new Column(1, trial -> TrialNumbers.clipped(trial, 1, Integer.MAX_VALUE)),
            new Column(1, trial -> TrialNumbers.clipped(trial, 1, perEpoch)),
            new Column(
                1,
                trial -> {
                  int last = (int) trial.result("epochs") * perEpoch;
                  return TrialNumbers.clipped(trial, last - perEpoch + 1, last);
                }),
            factor(ByHand::median),
            factor(factors -> deviation(factors) / mean(factors)),
            new Column(2, ReportNumbersTest::stepLength)),
        PAGE.get("table-gradients"));
  }

  private static Column factor(ToDoubleFunction<double[]> summary) {
    return new Column(
        2,
        trial ->
            trial.clip().equals("none")
                ? Double.NaN
                : summary.applyAsDouble(TrialNumbers.factors(trial.gradients())));
  }

  private static RecordedTrial unclipped(RecordedTrial trial) {
    return sweep.cell(trial.norm(), "none").stream()
        .filter(one -> one.seed() == trial.seed())
        .findFirst()
        .orElseThrow();
  }

  private static double stepLength(RecordedTrial trial) {
    double[] own = trial.updates().column("updateNorm");
    double[] plain = unclipped(trial).updates().column("updateNorm");
    return median(IntStream.range(0, own.length).mapToDouble(i -> own[i] / plain[i]).toArray());
  }

  @Test
  void clippingFollowsFromIterations() {
    assertEquals(
        rows(
            List.of("1.0"),
            factor(ByHand::median),
            factor(factors -> quantile(0.25, factors)),
            factor(factors -> quantile(0.75, factors)),
            factor(factors -> deviation(factors) / mean(factors)),
            new Column(2, ReportNumbersTest::stepLength),
            new Column(
                1,
                true,
                trial -> 100 * (trial.test().accuracy() - unclipped(trial).test().accuracy()))),
        PAGE.get("table-clipping"));
  }

  @Test
  void dynamicsFollowFromMeasuredSteps() {
    List<List<String>> rows =
        rows(
            CLIPS,
            measured(2, trial -> trial.steps().column("cosine")),
            measured(
                3,
                trial ->
                    each(
                        trial.updates().column("updateNorm"),
                        trial.updates().column("weightNorm"),
                        (update, weights) -> 100 * update / weights)),
            new Column(
                2,
                trial -> {
                  double[] distances = trial.updates().column("distance");
                  return distances[distances.length - 1];
                }),
            measured(
                3,
                trial ->
                    each(
                        trial.steps().column("lossMost"),
                        trial.steps().column("lossLeast"),
                        (most, least) -> most - least)),
            measured(2, trial -> trial.steps().column("gradientChange")),
            measured(1, trial -> trial.steps().column("smoothness")));
    int at = 0;
    for (String norm : NORMS) {
      for (String clip : CLIPS) {
        rows.get(at++).add(noiseScale(sweep.cell(norm, clip)));
      }
    }
    assertEquals(rows, PAGE.get("table-dynamics"));
    assertTrue(rows.stream().anyMatch(row -> row.get(7).startsWith(">")), "no bound");
    assertTrue(rows.stream().anyMatch(row -> row.get(7).contains("±")), "no ratio");
  }

  private static Column measured(int decimals, Function<RecordedTrial, double[]> values) {
    return new Column(decimals, trial -> median(values.apply(trial)));
  }

  private interface Of2 {
    double of(double first, double second);
  }

  private static double[] each(double[] first, double[] second, Of2 formula) {
    return IntStream.range(0, first.length)
        .mapToDouble(i -> formula.of(first[i], second[i]))
        .toArray();
  }

  private static String noiseScale(List<RecordedTrial> trials) {
    double[] variances = late(trials, "variance");
    double[] squares = late(trials, "squaredGradient");
    int n = squares.length;
    double half =
        new TDistribution(null, n - 1).inverseCumulativeProbability(0.975)
            * deviation(squares)
            / Math.sqrt(n);
    if (mean(squares) - half <= 0) {
      double bound = mean(variances) / (mean(squares) + half);
      return "> " + new BigDecimal(bound).round(new MathContext(2)).toPlainString();
    }
    double[] without = new double[n];
    for (int i = 0; i < n; i++) {
      without[i] = mean(but(variances, i)) / mean(but(squares, i));
    }
    double center = mean(without);
    double squared = Arrays.stream(without).map(x -> (x - center) * (x - center)).sum();
    double error = Math.sqrt((n - 1.0) / n * squared);
    int decimals = -(int) Math.floor(Math.log10(error));
    return rounded(mean(variances) / mean(squares), decimals) + " ± " + rounded(error, decimals);
  }

  private static double[] late(List<RecordedTrial> trials, String column) {
    return trials.stream()
        .map(trial -> trial.steps().column(column))
        .flatMapToDouble(values -> Arrays.stream(values).skip(values.length / 2))
        .toArray();
  }

  private static double[] but(double[] values, int left) {
    return IntStream.range(0, values.length)
        .filter(i -> i != left)
        .mapToDouble(i -> values[i])
        .toArray();
  }

  private static String rounded(double value, int decimals) {
    return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
  }

  @Test
  void tuningIsWhatTheFileSays() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode choice :
        new JsonMapper().readTree(root.resolve("tuning.json").toFile()).get("choices")) {
      JsonNode rate = choice.get("tuned").get("training.learningRate");
      rows.add(
          List.of(
              label(choice.get("norm").asText(), choice.get("clip").asText()),
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
