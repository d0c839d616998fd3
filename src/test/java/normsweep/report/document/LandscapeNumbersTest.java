package normsweep.report.document;

import static normsweep.report.document.ByHand.deviation;
import static normsweep.report.document.ByHand.mean;
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
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;
import normsweep.landscape.SurfaceMeasures;
import normsweep.record.SweepFolder;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.Tables.Table;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recomputes every cell of the tables of loss surfaces and Hessians from the files of trials. */
class LandscapeNumbersTest {
  private static final int POINTS = 11;
  private static final double RADIUS = 0.5;
  private static final List<String> CELLS =
      List.of(
          "batch-norm.clip-none",
          "batch-norm.clip-1.0",
          "layer-norm.clip-none",
          "layer-norm.clip-1.0",
          "filter-response-norm.clip-none",
          "filter-response-norm.clip-1.0");

  @TempDir static Path root;
  private static SweepEvidence seeds;
  private static SweepEvidence one;

  @BeforeAll
  static void writeSweeps() throws IOException {
    seeds = write(root.resolve("seeds"), 1L, 2L, 3L);
    one = write(root.resolve("one"), 1L);
  }

  // Made-up surfaces are bowls and their Hessians multiples of each other: both are made to vary.
  private static SweepEvidence write(Path folder, Long... numbers) throws IOException {
    MadeUpSweep sweep = MadeUpSweep.quick().seeds(numbers).epochs(2).landscapes(trial -> 1);
    sweep.write(folder);
    Random random = new Random(numbers.length);
    for (String cell : CELLS) {
      for (long seed : numbers) {
        Path trial = folder.resolve("trials").resolve(cell + ".seed-" + seed);
        vary(trial.resolve("landscape.json"), landscape -> bumps(landscape, random));
        vary(trial.resolve("geometry.json"), geometry -> hessians(geometry, random));
      }
    }
    return SweepEvidence.read(new SweepFolder(folder));
  }

  private interface Change {
    void of(ObjectNode file);
  }

  private static void vary(Path file, Change change) throws IOException {
    ObjectNode content = (ObjectNode) new JsonMapper().readTree(file.toFile());
    change.of(content);
    new JsonMapper().writeValue(file.toFile(), content);
  }

  private static void bumps(ObjectNode landscape, Random random) {
    PlaneGrid grid = PlaneGrid.centred(POINTS, 1);
    double[][] loss = new double[POINTS][POINTS];
    double size = 0.4 + 0.4 * random.nextDouble();
    for (int j = 0; j < POINTS; j++) {
      for (int i = 0; i < POINTS; i++) {
        loss[j][i] =
            0.6 + grid.a(i) * grid.a(i) + grid.b(j) * grid.b(j) + size * random.nextDouble();
      }
    }
    LossSurface surface = new LossSurface(grid, loss);
    landscape.set("measures", new JsonMapper().valueToTree(SurfaceMeasures.of(surface, RADIUS)));
    landscape.set("surface", new JsonMapper().valueToTree(surface));
  }

  private static void hessians(ObjectNode geometry, Random random) {
    for (JsonNode point : geometry.get("curvature")) {
      for (String part : List.of("all", "weights")) {
        ObjectNode hessian = (ObjectNode) point.get(part);
        ObjectNode spectrum = (ObjectNode) hessian.get("spectrum");
        spectrum.putArray("largest").add(30 * random.nextDouble());
        spectrum.putArray("residuals").add(0.3 * random.nextDouble());
        spectrum.put("smallest", -9 * random.nextDouble());
        spectrum.put("smallestResidual", 0.2 * random.nextDouble());
        double share = 0.2 + 0.6 * random.nextDouble();
        spectrum.putObject("shares").put("head_dense_W", share).put("head_logits_W", 1 - share);
        ((ObjectNode) hessian.get("trace"))
            .put("value", 900 * random.nextDouble())
            .put("error", 40 * random.nextDouble());
        if (point.get("images").asText().equalsIgnoreCase("validation")) {
          hessian.putNull("adam"); // it is known on training images only
        } else {
          ((ObjectNode) hessian.get("adam"))
              .put("value", 5000 * random.nextDouble())
              .put("residual", 30 * random.nextDouble());
        }
      }
    }
  }

  private static List<JsonNode> files(String name, String cell, int seeds) throws IOException {
    List<JsonNode> files = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      Path trial = root.resolve(seeds == 1 ? "one" : "seeds").resolve("trials");
      Path file = trial.resolve(cell + ".seed-" + seed).resolve(name);
      files.add(new JsonMapper().readTree(Files.readString(file)));
    }
    return files;
  }

  private static String label(String cell) {
    return cell.replace(".clip-none", ", no clipping")
        .replace(".clip-1.0", ", clip 1.0")
        .replace('-', ' ');
  }

  // Three significant digits, but none below half of the error.
  private static String digits(double value, double error) {
    int decimals = 2 - (int) Math.floor(Math.log10(Math.abs(value)));
    while (error > 0 && Math.pow(10, -decimals) < 2 * error) {
      decimals--;
    }
    return rounded(value, decimals);
  }

  private static String withError(double value, double error) {
    int decimals = new BigDecimal(error).round(new MathContext(1, RoundingMode.DOWN)).scale();
    return rounded(value, decimals) + " ± " + rounded(error, decimals);
  }

  private static String rounded(double value, int decimals) {
    return new BigDecimal(value)
        .setScale(decimals, RoundingMode.HALF_EVEN)
        .toPlainString()
        .replace('-', '−');
  }

  /** The mean over seeds with its deviation; the value of one seed to the digits that are known. */
  private static String cell(
      List<JsonNode> files,
      ToDoubleFunction<JsonNode> value,
      ToDoubleFunction<JsonNode> error,
      boolean shown) {
    double[] values = files.stream().mapToDouble(value).toArray();
    if (values.length > 1) {
      return deviation(values) > 1e-9 * Math.abs(mean(values)) // not of rounding
          ? withError(mean(values), deviation(values))
          : digits(mean(values), 0);
    }
    double known = error.applyAsDouble(files.get(0));
    return shown ? withError(values[0], known) : digits(values[0], known);
  }

  private static List<List<String>> rows(
      int seeds, String file, List<Function<List<JsonNode>, String>> columns) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (String cell : CELLS) {
      List<JsonNode> files = files(file, cell, seeds);
      List<String> row = new ArrayList<>(List.of(label(cell)));
      columns.forEach(column -> row.add(column.apply(files)));
      rows.add(row);
    }
    return rows;
  }

  private static double[][] loss(JsonNode file) {
    double[][] loss = new double[POINTS][POINTS];
    for (int j = 0; j < POINTS; j++) {
      for (int i = 0; i < POINTS; i++) {
        loss[j][i] = file.get("surface").get("loss").get(j).get(i).asDouble();
      }
    }
    return loss;
  }

  // Steps of 0.2 around point 5.
  private static double sharpness(JsonNode file) {
    double[][] loss = loss(file);
    double most = 0;
    for (int j = 0; j < POINTS; j++) {
      for (int i = 0; i < POINTS; i++) {
        boolean inside = 0.04 * ((i - 5) * (i - 5) + (j - 5) * (j - 5)) <= RADIUS * RADIUS;
        most = inside ? Math.max(most, loss[j][i] - loss[5][5]) : most;
      }
    }
    return most;
  }

  // Ups and downs of all grid lines, relative to those of one fall to the minimum and one rise.
  private static double roughness(JsonNode file) {
    double[][] loss = loss(file);
    double variation = 0;
    double least = 0;
    for (int k = 0; k < POINTS; k++) {
      int column = k;
      for (double[] line :
          List.of(
              loss[k], IntStream.range(0, POINTS).mapToDouble(j -> loss[j][column]).toArray())) {
        double lowest = Arrays.stream(line).min().orElseThrow();
        least += line[0] - lowest + line[POINTS - 1] - lowest;
        variation +=
            IntStream.range(1, POINTS).mapToDouble(i -> Math.abs(line[i] - line[i - 1])).sum();
      }
    }
    return variation / least;
  }

  // In percent, of points with neighbours on all sides; both eigenvalues must be positive.
  private static double convex(JsonNode file) {
    double[][] z = loss(file);
    int positive = 0;
    for (int j = 1; j < POINTS - 1; j++) {
      for (int i = 1; i < POINTS - 1; i++) {
        double aa = z[j][i + 1] - 2 * z[j][i] + z[j][i - 1];
        double bb = z[j + 1][i] - 2 * z[j][i] + z[j - 1][i];
        double ab = (z[j + 1][i + 1] - z[j + 1][i - 1] - z[j - 1][i + 1] + z[j - 1][i - 1]) / 4;
        double root = Math.sqrt((aa - bb) * (aa - bb) / 4 + ab * ab);
        positive += (aa + bb) / 2 - root > 0 ? 1 : 0;
      }
    }
    return 100.0 * positive / (9 * 9);
  }

  private static Function<List<JsonNode>, String> of(ToDoubleFunction<JsonNode> value) {
    return files -> cell(files, value, file -> 0, false);
  }

  private static JsonNode part(JsonNode file, int point, String part) {
    return file.get("curvature").get(point).get(part);
  }

  // The saved model on validation images comes first, then on training images.
  private static Function<List<JsonNode>, String> largest(String part) {
    return files ->
        cell(
            files,
            file -> part(file, 0, part).get("spectrum").get("largest").get(0).asDouble(),
            file -> part(file, 0, part).get("spectrum").get("residuals").get(0).asDouble(),
            false);
  }

  private static Function<List<JsonNode>, String> smallest(String part) {
    return files ->
        cell(
            files,
            file -> part(file, 0, part).get("spectrum").get("smallest").asDouble(),
            file -> part(file, 0, part).get("spectrum").get("smallestResidual").asDouble(),
            false);
  }

  private static Function<List<JsonNode>, String> trace(String part) {
    return files ->
        cell(
            files,
            file -> part(file, 0, part).get("trace").get("value").asDouble(),
            file -> part(file, 0, part).get("trace").get("error").asDouble(),
            true);
  }

  private static Function<List<JsonNode>, String> adam(String part) {
    return files ->
        cell(
            files,
            file -> part(file, 1, part).get("adam").get("value").asDouble(),
            file -> part(file, 1, part).get("adam").get("residual").asDouble(),
            false);
  }

  private static String leading(List<JsonNode> files) {
    TreeMap<Double, String> byShare = new TreeMap<>();
    for (String name : List.of("head_dense_W", "head_logits_W")) {
      double share =
          mean(
              files.stream()
                  .mapToDouble(
                      file ->
                          part(file, 0, "all").get("spectrum").get("shares").get(name).asDouble())
                  .toArray());
      String words = name.equals("head_dense_W") ? "dense weights" : "output weights";
      byShare.put(share, words + " (" + rounded(100 * share, 0) + " %)");
    }
    return byShare.lastEntry().getValue();
  }

  private static void assertRows(List<List<String>> expected, Table table) {
    assertEquals(expected, table.rows());
    assertTrue(expected.stream().allMatch(row -> row.size() == table.header().size()));
  }

  @Test
  void surfacesFollowFromGrids() throws IOException {
    List<Function<List<JsonNode>, String>> columns =
        List.of(
            of(LandscapeNumbersTest::sharpness),
            of(LandscapeNumbersTest::roughness),
            of(LandscapeNumbersTest::convex));
    assertRows(rows(3, "landscape.json", columns), LandscapeTable.surfaces(seeds).orElseThrow());
    assertRows(rows(1, "landscape.json", columns), LandscapeTable.surfaces(one).orElseThrow());
  }

  @Test
  void hessiansAreThoseRecorded() throws IOException {
    List<Function<List<JsonNode>, String>> columns =
        List.of(
            largest("all"),
            smallest("all"),
            trace("all"),
            LandscapeNumbersTest::leading,
            largest("weights"),
            smallest("weights"),
            trace("weights"),
            adam("all"),
            adam("weights"));
    assertRows(rows(3, "geometry.json", columns), LandscapeTable.hessians(seeds).orElseThrow());
    assertRows(rows(1, "geometry.json", columns), LandscapeTable.hessians(one).orElseThrow());
  }

  @Test
  void briefTableHasBoth() throws IOException {
    List<List<String>> expected =
        rows(3, "landscape.json", List.of(of(LandscapeNumbersTest::sharpness)));
    List<List<String>> rest =
        rows(
            3,
            "geometry.json",
            List.of(
                largest("all"),
                LandscapeNumbersTest::leading,
                largest("weights"),
                trace("weights"),
                adam("all")));
    for (int i = 0; i < expected.size(); i++) {
      expected.get(i).addAll(rest.get(i).subList(1, rest.get(i).size()));
    }
    assertRows(expected, LandscapeTable.brief(seeds).orElseThrow());
  }
}
