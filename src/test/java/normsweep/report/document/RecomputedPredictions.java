package normsweep.report.document;

import static normsweep.report.document.ByHand.Z;
import static normsweep.report.document.ByHand.mean;
import static normsweep.report.document.ByHand.number;
import static normsweep.report.document.ByHand.points;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The tables of predictions, from the files alone.
 *
 * @param cells the networks of each cell by seed; cells by norm and clipping choice
 */
record RecomputedPredictions(Map<List<String>, TreeMap<Long, RecordedNetwork>> cells) {
  private static final int CLASSES = RecordedNetwork.CLASSES;
  private static final int BINS = 15;
  private static final int SAMPLES = 4000;
  private static final List<String> NAMES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static String label(List<String> cell) {
    String clip = cell.get(1).equals("none") ? "no clipping" : "clip " + cell.get(1);
    return cell.get(0).replace('-', ' ') + ", " + clip;
  }

  private static String range(double centre, double half) {
    return points(centre - half) + "\u00a0to\u00a0" + points(centre + half);
  }

  private static String p(double value) {
    return value < 0.001 ? "<\u00a00.001" : number(3, value);
  }

  /** All cells; the error of calibrated networks is random, and so only near to that shown. */
  List<List<String>> calibration() {
    List<List<String>> rows = new ArrayList<>();
    double[] limits = calibrated();
    cells.forEach(
        (cell, bySeed) -> {
          List<RecordedNetwork> networks = List.copyOf(bySeed.values());
          int n = networks.get(0).images();
          double[] excess = new double[n];
          for (RecordedNetwork network : networks) {
            for (int i = 0; i < n; i++) {
              excess[i] += (network.confidence(i) - (network.right(i) ? 1 : 0)) / networks.size();
            }
          }
          double mean = mean(excess);
          double variance = mean(Arrays.stream(excess).map(x -> (x - mean) * (x - mean)).toArray());
          double[] recalls =
              IntStream.range(0, CLASSES).mapToDouble(c -> share(networks, c, c)).toArray();
          int weakest = 0;
          for (int c = 1; c < CLASSES; c++) {
            weakest = recalls[c] < recalls[weakest] ? c : weakest;
          }
          rows.add(
              List.of(
                  label(cell),
                  points(mean),
                  range(mean, Z * Math.sqrt(variance / n)),
                  number(
                      1,
                      100
                          * mean(
                              networks.stream()
                                  .mapToDouble(RecomputedPredictions::error)
                                  .toArray())),
                  "≈ " + limits[rows.size()],
                  number(
                      3,
                      mean(networks.stream().mapToDouble(RecomputedPredictions::brier).toArray())),
                  NAMES.get(weakest) + " (" + number(0, 100 * recalls[weakest]) + " %)"));
        });
    return rows;
  }

  private static double error(RecordedNetwork network) {
    return error(
        network,
        IntStream.range(0, network.images()).mapToDouble(i -> network.right(i) ? 1 : 0).toArray());
  }

  // Σ over bins of (images in the bin / all images) · |accuracy − mean confidence|.
  private static double error(RecordedNetwork network, double[] right) {
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      double low = (double) bin / BINS;
      double high = (bin + 1.0) / BINS;
      int[] own =
          IntStream.range(0, network.images())
              .filter(i -> network.confidence(i) > low && network.confidence(i) <= high)
              .toArray();
      if (own.length > 0) {
        double accuracy = mean(Arrays.stream(own).mapToDouble(i -> right[i]).toArray());
        double confidence = mean(Arrays.stream(own).mapToDouble(network::confidence).toArray());
        error += own.length * Math.abs(accuracy - confidence) / network.images();
      }
    }
    return error;
  }

  private static double brier(RecordedNetwork network) {
    double sum = 0;
    for (int i = 0; i < network.images(); i++) {
      for (int c = 0; c < CLASSES; c++) {
        sum += Math.pow(network.probabilities()[i][c] - (c == network.labels()[i] ? 1 : 0), 2);
      }
    }
    return sum / network.images();
  }

  // The error in points that calibrated networks exceed in 5 % of samples, by cell.
  private double[] calibrated() {
    Random random = new Random(7);
    return cells.values().stream()
        .mapToDouble(
            bySeed -> {
              double[] errors = new double[SAMPLES];
              for (int b = 0; b < SAMPLES; b++) {
                double[] luck = random.doubles(bySeed.firstEntry().getValue().images()).toArray();
                errors[b] =
                    bySeed.values().stream()
                        .mapToDouble(network -> error(network, successes(network, luck)))
                        .average()
                        .orElseThrow();
              }
              return 100 * ByHand.quantile(0.95, errors);
            })
        .toArray();
  }

  private static double[] successes(RecordedNetwork network, double[] luck) {
    return IntStream.range(0, network.images())
        .mapToDouble(i -> luck[i] < network.confidence(i) ? 1 : 0)
        .toArray();
  }

  private List<String> norms() {
    return cells.keySet().stream().map(cell -> cell.get(0)).distinct().toList();
  }

  /** McNemar's tests: clipping against none for each norm, then all pairs of norms. */
  List<List<String>> paired() {
    List<List<String>> rows = new ArrayList<>();
    for (String norm : norms()) {
      String label = norm.replace('-', ' ') + ": clip 1.0 − none";
      pairs(label, networks(norm, "1.0"), networks(norm, "none"), rows);
    }
    List<List<String>> order = List.copyOf(cells.keySet());
    for (List<String> first : order) {
      for (List<String> second : order.subList(order.indexOf(first) + 1, order.size())) {
        if (first.get(1).equals(second.get(1))) {
          String heads = first.get(0).replace('-', ' ') + " − " + second.get(0).replace('-', ' ');
          String clip = first.get(1).equals("none") ? ", no clipping" : ", clipping at 1.0";
          pairs(heads + clip, cells.get(first), cells.get(second), rows);
        }
      }
    }
    return rows;
  }

  private TreeMap<Long, RecordedNetwork> networks(String norm, String clip) {
    return cells.getOrDefault(List.of(norm, clip), new TreeMap<>());
  }

  private static void pairs(
      String label,
      TreeMap<Long, RecordedNetwork> first,
      TreeMap<Long, RecordedNetwork> second,
      List<List<String>> rows) {
    first.forEach(
        (seed, ours) -> {
          RecordedNetwork theirs = second.get(seed);
          if (theirs != null) {
            int n = ours.images();
            IntStream all = IntStream.range(0, n);
            int b = (int) all.filter(i -> ours.right(i) && !theirs.right(i)).count();
            int c =
                (int) IntStream.range(0, n).filter(i -> theirs.right(i) && !ours.right(i)).count();
            double p1 = (b + 1.0) / (n + 2);
            double p2 = (c + 1.0) / (n + 2);
            double half = Z * Math.sqrt((p1 + p2 - (p1 - p2) * (p1 - p2)) / (n + 2));
            double below = tail(b + c, Math.min(b, c) - 1);
            double upTo = tail(b + c, Math.min(b, c));
            rows.add(
                List.of(
                    label,
                    seed.toString(),
                    Integer.toString(b),
                    Integer.toString(c),
                    points((double) (b - c) / n),
                    range(p1 - p2, half),
                    p(below + upTo),
                    p(Math.min(1, 2 * upTo))));
          }
        });
  }

  // Probability of at most k heads in n tosses, from exact integers.
  private static double tail(int n, int k) {
    BigInteger ways = BigInteger.ONE;
    BigInteger sum = BigInteger.ZERO;
    for (int i = 0; i <= k; i++) {
      sum = sum.add(ways);
      ways = ways.multiply(BigInteger.valueOf(n - i)).divide(BigInteger.valueOf(i + 1));
    }
    return new BigDecimal(sum)
        .divide(new BigDecimal(BigInteger.TWO.pow(n)), MathContext.DECIMAL64)
        .doubleValue();
  }

  /** Parts of the variance of accuracy over seeds. */
  List<List<String>> variance() {
    List<List<String>> rows = new ArrayList<>();
    cells.forEach(
        (cell, bySeed) -> {
          List<RecordedNetwork> networks = List.copyOf(bySeed.values());
          int seeds = networks.size();
          if (seeds < 2) {
            return;
          }
          int n = networks.get(0).images();
          double[] within = new double[n];
          for (int i = 0; i < n; i++) {
            int image = i;
            within[i] =
                Math.pow(
                    ByHand.deviation(
                        networks.stream().mapToDouble(one -> one.right(image) ? 1 : 0).toArray()),
                    2);
          }
          double observed =
              Math.pow(
                  ByHand.deviation(
                      networks.stream().mapToDouble(RecordedNetwork::accuracy).toArray()),
                  2);
          double expected = mean(within) / n;
          double rest = n / (n - 1.0) * (observed - expected);
          rows.add(
              List.of(
                  label(cell),
                  Integer.toString(seeds),
                  number(2, 100 * Math.sqrt(observed)),
                  number(2, 100 * Math.sqrt(observed - rest)),
                  rest > 0 ? number(2, 100 * Math.sqrt(rest)) : "0",
                  p(ByHand.chiSquaredP((seeds - 1) * observed / expected, seeds - 1))));
        });
    return rows;
  }

  /** Recall of every class. */
  List<List<String>> recall() {
    List<List<String>> rows = new ArrayList<>();
    cells.forEach(
        (cell, bySeed) -> {
          List<String> row = new ArrayList<>(List.of(label(cell)));
          for (int c = 0; c < CLASSES; c++) {
            row.add(number(1, 100 * share(bySeed.values(), c, c)));
          }
          rows.add(row);
        });
    return rows;
  }

  /** The ten most confused pairs of classes. */
  List<List<String>> confused() {
    List<RecordedNetwork> all =
        cells.values().stream().flatMap(own -> own.values().stream()).toList();
    Map<List<Integer>, Double> shares = new LinkedHashMap<>();
    for (int label = 0; label < CLASSES; label++) {
      for (int other = 0; other < CLASSES; other++) {
        if (label != other) {
          shares.put(List.of(label, other), share(all, label, other));
        }
      }
    }
    return shares.entrySet().stream()
        .sorted(Map.Entry.<List<Integer>, Double>comparingByValue(Comparator.reverseOrder()))
        .limit(10)
        .map(
            pair -> {
              int from = pair.getKey().get(0);
              int to = pair.getKey().get(1);
              List<String> row = new ArrayList<>();
              row.add(NAMES.get(from) + " → " + NAMES.get(to));
              row.add(number(1, 100 * pair.getValue()));
              cells
                  .values()
                  .forEach(own -> row.add(number(1, 100 * share(own.values(), from, to))));
              return row;
            })
        .toList();
  }

  // Of a class's images, over all networks.
  private static double share(Iterable<RecordedNetwork> networks, int label, int predicted) {
    int own = 0;
    int taken = 0;
    for (RecordedNetwork network : networks) {
      for (int i = 0; i < network.images(); i++) {
        own += network.labels()[i] == label ? 1 : 0;
        taken += network.labels()[i] == label && network.predicted()[i] == predicted ? 1 : 0;
      }
    }
    return (double) taken / own;
  }
}
