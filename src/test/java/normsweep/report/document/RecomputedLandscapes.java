package normsweep.report.document;

import static normsweep.report.document.ByHand.deviation;
import static normsweep.report.document.ByHand.mean;
import static normsweep.report.document.ByHand.rounded;
import static normsweep.report.document.ByHand.withError;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import normsweep.report.document.RecordedSweep.Cell;
import normsweep.report.document.RecordedSweep.RecordedTrial;

/** The tables of loss surfaces and Hessians, from the files alone. */
record RecomputedLandscapes(RecordedSweep sweep) {
  private static final int POINTS = 11;
  static final int INNER_POINTS = (POINTS - 2) * (POINTS - 2);
  private static final int MIDDLE = POINTS / 2;

  /** A column: the text of a cell from a file of each of its trials. */
  private record Column(String file, Function<List<JsonNode>, String> text) {}

  private List<List<String>> rows(Column... columns) {
    List<List<String>> rows = new ArrayList<>();
    for (Cell cell : sweep.cells()) {
      List<String> row = new ArrayList<>();
      row.add(cell.label() + new RecomputedTables(sweep).standing(cell));
      for (Column column : columns) {
        row.add(
            column.text.apply(
                cell.trials().stream().map(trial -> trial.file(column.file)).toList()));
      }
      rows.add(row);
    }
    return rows;
  }

  /** Loss surfaces. */
  List<List<String>> surfaces() {
    return rows(
        surface(RecomputedLandscapes::sharpness),
        surface(RecomputedLandscapes::roughness),
        surface(file -> 100 * convex(file)));
  }

  /** Hessians in full. */
  List<List<String>> hessians() {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < sweep.cells().size(); i++) {
      rows.add(hessians("all").get(i));
      rows.add(hessians("weights").get(i));
    }
    return rows;
  }

  private List<List<String>> hessians(String part) {
    return rows(
        hessian(files -> part),
        largest(part),
        smallest(part),
        trace(part),
        hessian(files -> leading(files, part)),
        adam(part));
  }

  /** Surfaces and the main numbers of Hessians. */
  List<List<String>> brief() {
    return rows(
        surface(RecomputedLandscapes::sharpness),
        largest("all"),
        hessian(files -> leading(files, "all")),
        largest("weights"),
        trace("weights"),
        adam("all"));
  }

  private static Column surface(ToDoubleFunction<JsonNode> value) {
    return new Column("landscape.json", files -> cell(files, value, file -> 0, false));
  }

  private static Column hessian(Function<List<JsonNode>, String> text) {
    return new Column("geometry.json", text);
  }

  // Steps of 0.2 around the middle.
  static double sharpness(JsonNode file) {
    double[][] loss = loss(file);
    double radius = file.get("settings").get("radius").asDouble();
    double most = 0;
    for (int j = 0; j < POINTS; j++) {
      for (int i = 0; i < POINTS; i++) {
        int distance = (i - MIDDLE) * (i - MIDDLE) + (j - MIDDLE) * (j - MIDDLE);
        boolean inside = 0.04 * distance <= radius * radius;
        most = inside ? Math.max(most, loss[j][i] - loss[MIDDLE][MIDDLE]) : most;
      }
    }
    return most;
  }

  // Ups and downs of all grid lines, relative to those of one fall to the minimum and one rise.
  static double roughness(JsonNode file) {
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

  // Of points with neighbours on all sides; both eigenvalues must be positive.
  static double convex(JsonNode file) {
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
    return (double) positive / INNER_POINTS;
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

  // The saved model on validation images comes first, then on training images.
  private static JsonNode part(JsonNode file, int point, String part) {
    return file.get("curvature").get(point).get(part);
  }

  /** Over the weights alone. */
  static double topEigenvalue(RecordedTrial trial) {
    return part(trial.file("geometry.json"), 0, "weights")
        .get("spectrum")
        .get("largest")
        .get(0)
        .asDouble();
  }

  private static Column largest(String part) {
    return hessian(
        files ->
            cell(
                files,
                file -> part(file, 0, part).get("spectrum").get("largest").get(0).asDouble(),
                file -> part(file, 0, part).get("spectrum").get("residuals").get(0).asDouble(),
                false));
  }

  private static Column smallest(String part) {
    return hessian(
        files ->
            cell(
                files,
                file -> part(file, 0, part).get("spectrum").get("smallest").asDouble(),
                file -> part(file, 0, part).get("spectrum").get("smallestResidual").asDouble(),
                false));
  }

  private static Column trace(String part) {
    return hessian(
        files ->
            cell(
                files,
                file -> part(file, 0, part).get("trace").get("value").asDouble(),
                file -> part(file, 0, part).get("trace").get("error").asDouble(),
                true));
  }

  private static Column adam(String part) {
    return hessian(
        files ->
            cell(
                files,
                file -> part(file, 1, part).get("adam").get("value").asDouble(),
                file -> part(file, 1, part).get("adam").get("residual").asDouble(),
                false));
  }

  private static String leading(List<JsonNode> files, String part) {
    TreeMap<Double, String> byShare = new TreeMap<>();
    for (String name : List.of("head_dense_W", "head_logits_W")) {
      double[] shares =
          files.stream()
              .map(file -> part(file, 0, part).get("spectrum").get("shares"))
              .mapToDouble(all -> all.get(name).asDouble())
              .toArray();
      String words = name.equals("head_dense_W") ? "dense weights" : "output weights";
      byShare.put(mean(shares), words + " (" + rounded(100 * mean(shares), 0) + " %)");
    }
    return byShare.lastEntry().getValue();
  }

  // The mean over seeds with its deviation; the value of one seed to the digits that are known.
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

  // Three significant digits, but none below half of the error.
  private static String digits(double value, double error) {
    int decimals = 2 - (int) Math.floor(Math.log10(Math.abs(value)));
    while (error > 0 && Math.pow(10, -decimals) < 2 * error) {
      decimals--;
    }
    return rounded(value, decimals);
  }
}
