package normsweep.report.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** The files of a sweep folder, read without the program's own readers. */
final class RecordedSweep {
  private static final List<String> NORMS =
      List.of("batch-norm", "layer-norm", "filter-response-norm");
  private static final List<String> CLIPS = List.of("none", "1.0");

  private final Path root;
  private final Map<String, String> settings;
  private final int images;
  private final int batch;
  private final List<JsonNode> rows;
  private final List<RecordedTrial> trials;

  RecordedSweep(Path root) throws IOException {
    this.root = root;
    settings = settings(root.resolve("sweep.yaml"));
    images = Integer.parseInt(settings.get("data.train"));
    batch = Integer.parseInt(settings.get("training.batchSize"));
    rows = new ArrayList<>();
    trials = new ArrayList<>();
    for (JsonNode row :
        new JsonMapper().readTree(root.resolve("results.json").toFile()).get("trials")) {
      rows.add(row);
      if (row.get("status").asText().equals("completed")) {
        trials.add(new RecordedTrial(row));
      }
    }
  }

  private RecordedSweep(RecordedSweep whole, Predicate<JsonNode> part) {
    root = whole.root;
    settings = whole.settings;
    images = whole.images;
    batch = whole.batch;
    rows = whole.rows.stream().filter(part).toList();
    trials = whole.trials.stream().filter(trial -> part.test(trial.row)).toList();
  }

  /** A norm with a clipping choice, its name with the settings of further axes, and its trials. */
  record Cell(String norm, String clip, String label, List<RecordedTrial> trials) {}

  /** One sweep for each combination of settings of further axes. */
  List<RecordedSweep> bySettings() {
    return rows.stream()
        .map(row -> row.path("settings"))
        .distinct()
        .map(own -> new RecordedSweep(this, row -> row.path("settings").equals(own)))
        .toList();
  }

  /** That with the most completed trials and, of these, with the best validation accuracy. */
  RecordedSweep best() {
    RecordedSweep best = null;
    for (RecordedSweep part : bySettings()) {
      if (best == null
          || part.trials.size() > best.trials.size()
          || (part.trials.size() == best.trials.size()
              && part.validationAccuracy() > best.validationAccuracy())) {
        best = part;
      }
    }
    return best;
  }

  private double validationAccuracy() {
    return ByHand.mean(trials.stream().mapToDouble(trial -> trial.result("valAccuracy")).toArray());
  }

  /** The best setting of each optimizer, Adam first. */
  List<RecordedSweep> bestByOptimizer() {
    List<String> optimizers =
        rows.stream().map(row -> optimizer(row)).distinct().sorted().toList(); // adam, sgd
    return optimizers.stream()
        .map(name -> new RecordedSweep(this, row -> optimizer(row).equals(name)).best())
        .toList();
  }

  private static String optimizer(JsonNode row) {
    return row.path("settings").path("training.optimizer").asText("adam");
  }

  List<RecordedTrial> trials() {
    return trials;
  }

  List<JsonNode> rows() {
    return rows;
  }

  List<String> norms() {
    return NORMS.stream()
        .filter(norm -> rows.stream().anyMatch(row -> row.get("norm").asText().equals(norm)))
        .toList();
  }

  List<Long> seeds() {
    return trials.stream().map(RecordedTrial::seed).distinct().sorted().toList();
  }

  /** Every norm with each clipping choice, setting by setting. */
  List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (RecordedSweep part : bySettings()) {
      for (String norm : norms()) {
        for (String clip : CLIPS) {
          JsonNode first =
              part.rows.stream()
                  .filter(row -> row.get("norm").asText().equals(norm))
                  .filter(row -> row.get("clip").asText().equals(clip))
                  .findFirst()
                  .orElseThrow();
          cells.add(new Cell(norm, clip, label(first), part.cell(norm, clip)));
        }
      }
    }
    return cells;
  }

  /** A name such as “batch norm, clip 1.0, learning rate 0.02”. */
  static String label(JsonNode row) {
    StringBuilder label =
        new StringBuilder(label(row.get("norm").asText(), row.get("clip").asText()));
    row.path("settings")
        .properties()
        .forEach(
            one ->
                label
                    .append(", ")
                    .append(
                        one.getKey().equals("training.learningRate")
                            ? "learning rate"
                            : "optimizer")
                    .append(' ')
                    .append(one.getValue().asText()));
    return label.toString();
  }

  static String label(String norm, String clip) {
    return norm.replace('-', ' ') + (clip.equals("none") ? ", no clipping" : ", clip " + clip);
  }

  // Of two levels; values of lists are joined by commas.
  private static Map<String, String> settings(Path file) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    String section = "";
    String key = "";
    for (String line : Files.readAllLines(file)) {
      String text = line.strip().replace("'", "");
      int colon = text.indexOf(':');
      if (text.startsWith("- ")) {
        settings.merge(key, text.substring(2), (before, next) -> before + ", " + next);
      } else if (!line.startsWith(" ")) {
        section = text.substring(0, colon) + ".";
      } else {
        key = section + text.substring(0, colon);
        if (colon < text.length() - 1) {
          settings.put(key, text.substring(colon + 1).strip());
        }
      }
    }
    return settings;
  }

  /** A setting of the sweep's file, or that of the further axis with this key. */
  String setting(String key) {
    JsonNode own = rows.get(0).path("settings").path(key);
    return own.isMissingNode() ? settings.get(key) : own.asText();
  }

  /** Completed trials of a cell, by seed. */
  List<RecordedTrial> cell(String norm, String clip) {
    return trials.stream()
        .filter(one -> one.norm().equals(norm) && one.clip().equals(clip))
        .toList();
  }

  /** What is recorded of lines between trials of this sweep. */
  List<JsonNode> lines(String norm, String kind) throws IOException {
    List<String> own =
        trials.stream().filter(one -> one.norm().equals(norm)).map(RecordedTrial::id).toList();
    List<JsonNode> lines = new ArrayList<>();
    for (JsonNode line :
        new JsonMapper().readTree(root.resolve("interpolation.json").toFile()).get("lines")) {
      if (line.get("kind").asText().equals(kind)
          && own.contains(line.get("from").asText())
          && own.contains(line.get("to").asText())) {
        lines.add(line);
      }
    }
    return lines;
  }

  int iterationsPerEpoch() {
    return (images + batch - 1) / batch;
  }

  // The last mini-batch of an epoch may have fewer images.
  private boolean full(int iteration) {
    return images % batch == 0 || iteration % iterationsPerEpoch() != 0;
  }

  /** A table. */
  record Csv(List<String> header, List<String[]> rows) {
    static Csv read(Path file) throws IOException {
      List<String[]> lines =
          Files.readAllLines(file).stream().map(line -> line.split(",", -1)).toList();
      return new Csv(List.of(lines.get(0)), lines.subList(1, lines.size()));
    }

    /** Numbers of a column, NaN where it is empty. */
    double[] column(String name) {
      int at = header.indexOf(name);
      return rows.stream()
          .mapToDouble(row -> row[at].isEmpty() ? Double.NaN : Double.parseDouble(row[at]))
          .toArray();
    }

    int[] iterations() {
      return Arrays.stream(column("iteration")).mapToInt(value -> (int) value).toArray();
    }

    Csv iterations(IntPredicate which) {
      int at = header.indexOf("iteration");
      return filter(row -> which.test(Integer.parseInt(row[at])));
    }

    Csv totals() {
      int at = header.indexOf("parameter");
      return filter(row -> row[at].equals("total"));
    }

    private Csv filter(Predicate<String[]> which) {
      return new Csv(header, rows.stream().filter(which).toList());
    }
  }

  /** A completed trial. */
  final class RecordedTrial {
    private final JsonNode row;
    private final Csv metrics;
    private final Csv gradients;
    private final Csv steps;
    private final Csv updates;
    private final RecordedNetwork test;
    private final Path folder;

    private RecordedTrial(JsonNode row) throws IOException {
      this.row = row;
      folder = root.resolve("trials").resolve(row.get("id").asText());
      metrics = Csv.read(folder.resolve("metrics.csv"));
      gradients = Csv.read(folder.resolve("gradients.csv")).totals();
      steps = Csv.read(folder.resolve("dynamics.csv")).iterations(RecordedSweep.this::full);
      updates =
          Csv.read(folder.resolve("updates.csv")).totals().iterations(RecordedSweep.this::full);
      Path predictions = folder.resolve("predictions.npz");
      test = Files.exists(predictions) ? RecordedNetwork.read(predictions) : null;
    }

    String id() {
      return row.get("id").asText();
    }

    String norm() {
      return row.get("norm").asText();
    }

    String clip() {
      return row.get("clip").asText();
    }

    long seed() {
      return row.get("seed").asLong();
    }

    double result(String name) {
      return row.get(name).asDouble();
    }

    double[] epochs(String column) {
      return metrics.column(column);
    }

    /** Total norms of all iterations. */
    Csv gradients() {
      return gradients;
    }

    /** Total norms of iterations with full mini-batches. */
    Csv gradientsOfFullBatches() {
      return gradients.iterations(RecordedSweep.this::full);
    }

    /** Measured steps with full mini-batches. */
    Csv steps() {
      return steps;
    }

    /** How far such steps moved all parameters together. */
    Csv updates() {
      return updates;
    }

    /** What it predicts for test images; null if that is not recorded. */
    RecordedNetwork test() {
      return test;
    }

    /** A JSON file of the trial. */
    JsonNode file(String name) {
      try {
        return new JsonMapper().readTree(folder.resolve(name).toFile());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
