package normsweep.report.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;

/** The files of a sweep folder, read without the program's own readers. */
final class RecordedSweep {
  static final int CLASSES = 10;

  private final Path root;
  private final int images;
  private final int batch;
  private final List<RecordedTrial> trials = new ArrayList<>();

  RecordedSweep(Path root) throws IOException {
    this.root = root;
    String config = Files.readString(root.resolve("sweep.yaml"));
    images = setting(config, "train");
    batch = setting(config, "batchSize");
    for (JsonNode row :
        new JsonMapper().readTree(root.resolve("results.json").toFile()).get("trials")) {
      if (row.get("status").asText().equals("completed")) {
        trials.add(new RecordedTrial(row));
      }
    }
  }

  private static int setting(String config, String key) {
    Matcher found = Pattern.compile("^ +" + key + ": (\\d+)$", Pattern.MULTILINE).matcher(config);
    if (!found.find()) {
      throw new IllegalArgumentException("no " + key);
    }
    return Integer.parseInt(found.group(1));
  }

  /** Completed trials of a cell, by seed. */
  List<RecordedTrial> cell(String norm, String clip) {
    return trials.stream()
        .filter(one -> one.norm().equals(norm) && one.clip().equals(clip))
        .toList();
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

  /** What a network predicts: images by class. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Network(int[] labels, int[] predicted, double[][] probabilities) {
    int images() {
      return labels.length;
    }

    boolean right(int image) {
      return predicted[image] == labels[image];
    }

    double confidence(int image) {
      return probabilities[image][predicted[image]];
    }

    double accuracy() {
      return IntStream.range(0, images()).filter(this::right).count() / (double) images();
    }
  }

  /** A completed trial. */
  final class RecordedTrial {
    private final JsonNode row;
    private final Csv metrics;
    private final Csv gradients;
    private final Csv steps;
    private final Csv updates;
    private final Network test;

    private RecordedTrial(JsonNode row) throws IOException {
      this.row = row;
      Path folder = root.resolve("trials").resolve(row.get("id").asText());
      metrics = Csv.read(folder.resolve("metrics.csv"));
      gradients = Csv.read(folder.resolve("gradients.csv")).totals();
      steps = Csv.read(folder.resolve("dynamics.csv")).iterations(RecordedSweep.this::full);
      updates =
          Csv.read(folder.resolve("updates.csv")).totals().iterations(RecordedSweep.this::full);
      test = network(folder.resolve("predictions.npz"));
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

    Network test() {
      return test;
    }
  }

  private static Network network(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ByteBuffer labels = array(zip, "test_labels.npy");
      ByteBuffer logits = array(zip, "test_logits.npy");
      int n = labels.remaining();
      int[] classes = new int[n];
      int[] predicted = new int[n];
      double[][] probabilities = new double[n][CLASSES];
      for (int i = 0; i < n; i++) {
        classes[i] = labels.get();
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
          probabilities[i][c] = Math.exp(half(logits.getShort()));
          sum += probabilities[i][c];
          predicted[i] = probabilities[i][c] > probabilities[i][predicted[i]] ? c : predicted[i];
        }
        for (int c = 0; c < CLASSES; c++) {
          probabilities[i][c] /= sum;
        }
      }
      return new Network(classes, predicted, probabilities);
    }
  }

  // After the magic number, the version and the length of the header, format 1.0.
  private static ByteBuffer array(ZipFile zip, String name) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(zip.getInputStream(zip.getEntry(name)).readAllBytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    return bytes.position(10 + bytes.getShort(8)).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  // Half precision: a sign, five bits of exponent, ten bits of fraction.
  private static double half(short bits) {
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    double size =
        exponent == 0
            ? fraction * Math.pow(2, -24)
            : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
    return bits < 0 ? -size : size;
  }
}
