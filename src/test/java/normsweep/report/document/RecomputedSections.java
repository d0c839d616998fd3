package normsweep.report.document;

import static normsweep.report.document.ByHand.deviation;
import static normsweep.report.document.ByHand.mean;
import static normsweep.report.document.ByHand.number;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import normsweep.report.document.RecordedSweep.Cell;
import normsweep.report.document.RecordedSweep.RecordedTrial;

/** The tables of several directions, of the fit and of lines between trials, from the files. */
record RecomputedSections(RecordedSweep sweep) {
  private static final double ALL = Double.POSITIVE_INFINITY;
  // Student's t at 97.5 % with 9 and 8 degrees of freedom, from a table.
  private static final double T9 = 2.2621571628;
  private static final double T8 = 2.3060041352;

  /** Measures over ten pairs of directions. */
  List<List<String>> directions() {
    List<List<String>> rows = new ArrayList<>();
    for (Cell cell : sweep.cells()) {
      for (String images : List.of("training", "validation")) {
        String key = images.equals("training") ? "onTraining" : "onValidation";
        List<JsonNode> seeds =
            cell.trials().stream().map(trial -> trial.file("sections.json").get(key)).toList();
        rows.add(
            List.of(
                cell.label(),
                images + ", " + seeds.get(0).get("images").asText(),
                range(seeds, 3, -ALL, ALL, pair -> measure(pair, "sharpness")),
                range(seeds, 2, -ALL, ALL, pair -> pair.get("width").asDouble()),
                range(seeds, 3, 1, ALL, pair -> measure(pair, "roughness")),
                range(seeds, 0, 0, 100, pair -> 100 * measure(pair, "positiveDefiniteShare")),
                range(seeds, 2, -ALL, ALL, pair -> curvature(pair, 0)),
                range(seeds, 2, -ALL, ALL, pair -> curvature(pair, 1))));
      }
    }
    return rows;
  }

  private static double measure(JsonNode pair, String name) {
    return pair.get("measures").get(name).asDouble(Double.NaN);
  }

  private static double curvature(JsonNode pair, int which) {
    return pair.get("measures").get("curvatures").get(which).asDouble();
  }

  // Pairs averaged over seeds; those that lack the measure do not count.
  private static String range(
      List<JsonNode> seeds,
      int decimals,
      double least,
      double most,
      ToDoubleFunction<JsonNode> value) {
    double[] pairs =
        IntStream.range(0, 10)
            .mapToDouble(
                i ->
                    mean(
                        seeds.stream()
                            .mapToDouble(seed -> value.applyAsDouble(seed.get("pairs").get(i)))
                            .toArray()))
            .filter(Double::isFinite)
            .toArray();
    double half = (pairs.length == 10 ? T9 : T8) * deviation(pairs) / Math.sqrt(pairs.length);
    return number(decimals, mean(pairs))
        + " ("
        + number(decimals, Math.max(least, mean(pairs) - half))
        + "\u00a0to\u00a0"
        + number(decimals, Math.min(most, mean(pairs) + half))
        + ")";
  }

  /** Accuracy and loss on training images, and what they exceed those of validation by. */
  List<List<String>> fit() {
    List<List<String>> rows = new ArrayList<>();
    for (Cell cell : sweep.cells()) {
      rows.add(
          List.of(
              cell.label(),
              means(cell, 1, trial -> 100 * fit(trial, "saved", "accuracy")),
              means(
                  cell,
                  1,
                  trial -> 100 * (fit(trial, "saved", "accuracy") - trial.result("valAccuracy"))),
              means(cell, 3, trial -> trial.result("valLoss") - fit(trial, "saved", "loss")),
              means(cell, 1, trial -> 100 * fit(trial, "last", "accuracy")),
              means(
                  cell,
                  1,
                  trial -> 100 * (fit(trial, "last", "accuracy") - end(trial, "valAccuracy"))),
              means(cell, 3, trial -> end(trial, "valLoss") - fit(trial, "last", "loss")),
              means(cell, 3, trial -> trial.result("testLoss"))));
    }
    return rows;
  }

  // NaN of a trial whose last epoch was not kept.
  private static double fit(RecordedTrial trial, String model, String name) {
    return trial.file("sections.json").get("fit").get(model).path(name).asDouble(Double.NaN);
  }

  private static double end(RecordedTrial trial, String column) {
    double[] epochs = trial.epochs(column);
    return epochs[epochs.length - 1];
  }

  private static String means(Cell cell, int decimals, ToDoubleFunction<RecordedTrial> value) {
    double[] values = cell.trials().stream().mapToDouble(value).filter(Double::isFinite).toArray();
    return values.length == 0 ? "–" : number(decimals, mean(values));
  }

  /** Barriers between trials of one norm. */
  List<List<String>> lines() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (String norm : sweep.norms()) {
      for (String kind : List.of("clip", "seed")) {
        List<JsonNode> lines = sweep.lines(norm, kind);
        if (!lines.isEmpty()) {
          rows.add(
              List.of(
                  norm.replace('-', ' '),
                  kind.equals("clip")
                      ? "no clipping and clipping, one seed"
                      : "two seeds, one clipping choice",
                  Integer.toString(lines.size()),
                  spread(lines, 3, line -> above(line, line.get("training").get("loss"))),
                  spread(lines, 3, line -> above(line, line.get("validation").get("loss"))),
                  spread(lines, 1, line -> 100 * below(line))));
        }
      }
    }
    return rows;
  }

  private static String spread(
      List<JsonNode> lines, int decimals, ToDoubleFunction<JsonNode> value) {
    double[] all = lines.stream().mapToDouble(value).sorted().toArray();
    String mean = number(decimals, mean(all));
    return all.length == 1
        ? mean
        : mean
            + " ("
            + number(decimals, all[0])
            + "\u00a0to\u00a0"
            + number(decimals, all[all.length - 1])
            + ")";
  }

  private static double above(JsonNode line, JsonNode values) {
    return excess(line, values).max().orElseThrow();
  }

  private static double below(JsonNode line) {
    return -excess(line, line.get("validation").get("accuracy")).min().orElseThrow();
  }

  // What each point exceeds the straight line between the ends by.
  private static DoubleStream excess(JsonNode line, JsonNode values) {
    int last = values.size() - 1;
    double[] chord = new double[values.size()];
    Arrays.setAll(
        chord,
        i ->
            values.get(0).asDouble()
                + line.get("alpha").get(i).asDouble()
                    * (values.get(last).asDouble() - values.get(0).asDouble()));
    return IntStream.rangeClosed(0, last)
        .mapToDouble(i -> i == 0 || i == last ? 0 : values.get(i).asDouble() - chord[i]);
  }
}
