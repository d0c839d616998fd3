package normsweep.report.document;

import static normsweep.report.document.ByHand.deviation;
import static normsweep.report.document.ByHand.mean;
import static normsweep.report.document.ByHand.median;
import static normsweep.report.document.ByHand.number;
import static normsweep.report.document.ByHand.points;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.report.document.RecordedSweep.Csv;
import normsweep.report.document.RecordedSweep.RecordedTrial;

/**
 * All comparisons of a sweep by norm and clipping at 1.0, from the files of its trials.
 *
 * @param testImages accuracy changes in steps of one image
 */
record RecomputedContrasts(RecordedSweep sweep, double testImages, double validationImages) {

  // Accuracy decides over half of the error rate.
  private static final String ACCURACY = "test-accuracy";

  /** One comparison; what it does not have is empty. */
  private record Contrast(
      String measure,
      String head,
      String other,
      String clip,
      double[] first,
      double[] second,
      double resolution) {

    int seeds() {
      return first.length;
    }

    double[] differences() {
      return IntStream.range(0, seeds()).mapToDouble(i -> first[i] - second[i]).toArray();
    }

    double difference() {
      return mean(differences());
    }

    // Rounded values vary by at least r²/12, differences of two of them by twice as much.
    double noise() {
      return Math.max(deviation(differences()), resolution / Math.sqrt(6));
    }

    double size() {
      return difference() / noise();
    }

    double p() {
      return ByHand.studentP(size() * Math.sqrt(seeds()), seeds() - 1);
    }

    double halfWidth() {
      return ByHand.studentT(seeds() - 1) * noise() / Math.sqrt(seeds());
    }

    long agreeing() {
      return Arrays.stream(differences())
          .filter(one -> Math.signum(one) == Math.signum(difference()))
          .count();
    }

    String label() {
      String names =
          head.replace('-', ' ') + (other.isEmpty() ? "" : " − " + other.replace('-', ' '));
      return clip.isEmpty()
          ? names
          : other.isEmpty() ? names + ": clip 1.0 − none" : "effect of clip 1.0: " + names;
    }
  }

  private Map<String, ToDoubleFunction<RecordedTrial>> measures() {
    Map<String, ToDoubleFunction<RecordedTrial>> all = new LinkedHashMap<>();
    all.put(ACCURACY, trial -> trial.result("testAccuracy"));
    all.put("test-loss", trial -> trial.result("testLoss"));
    all.put("validation-loss", trial -> trial.result("valLoss"));
    all.put("epochs-to-95", trial -> TrialNumbers.epochsTo(trial, 0.95));
    all.put("area-under-curve", TrialNumbers::area);
    all.put("largest-drop", TrialNumbers::drop);
    all.put("late-loss-deviation", TrialNumbers::lateLossDeviation);
    all.put("generalisation-gap", TrialNumbers::gap);
    all.put("gradient-norm", trial -> median(trial.gradients().column("normBefore")));
    all.put("gradient-noise", TrialNumbers::gradientNoise);
    all.put("smoothness", trial -> median(trial.steps().column("smoothness")));
    all.put("sharpness", trial -> RecomputedLandscapes.sharpness(trial.file("landscape.json")));
    all.put("roughness", trial -> RecomputedLandscapes.roughness(trial.file("landscape.json")));
    all.put("convex-share", trial -> RecomputedLandscapes.convex(trial.file("landscape.json")));
    all.put("top-eigenvalue", RecomputedLandscapes::topEigenvalue);
    return all;
  }

  private double resolution(String measure) {
    return switch (measure) {
      case ACCURACY -> 1 / testImages;
      case "largest-drop" -> 1 / validationImages;
      case "epochs-to-95" -> 1;
      case "convex-share" -> 1. / RecomputedLandscapes.INNER_POINTS;
      default -> 0;
    };
  }

  private List<Contrast> all() {
    List<Contrast> all = new ArrayList<>();
    measures()
        .forEach(
            (measure, value) -> {
              if (!measure.equals("validation-loss")) { // it chooses heads
                pairs(sweep.norms(), (one, two) -> all.add(heads(measure, value, one, two)));
              }
              List<String> fired = sweep.norms().stream().filter(this::clipped).toList();
              List<String> losses = List.of(ACCURACY, "test-loss", "validation-loss");
              if (losses.contains(measure) || measure.matches("largest-drop|late-loss-deviation")) {
                fired.forEach(norm -> all.add(clipping(measure, value, norm)));
              }
              if (losses.contains(measure)) {
                pairs(fired, (one, two) -> all.add(interaction(measure, value, one, two)));
              }
            });
    return all;
  }

  private interface Pair {
    void of(String one, String two);
  }

  private static void pairs(List<String> norms, Pair pair) {
    for (int i = 0; i < norms.size(); i++) {
      for (String other : norms.subList(i + 1, norms.size())) {
        pair.of(norms.get(i), other);
      }
    }
  }

  private boolean clipped(String norm) {
    return sweep.cell(norm, "1.0").stream()
        .anyMatch(trial -> TrialNumbers.clipped(trial, 1, Integer.MAX_VALUE) > 0);
  }

  private Map<Long, Double> bySeed(
      ToDoubleFunction<RecordedTrial> value, String norm, String clip) {
    Map<Long, Double> values = new TreeMap<>();
    sweep.cell(norm, clip).forEach(one -> values.put(one.seed(), value.applyAsDouble(one)));
    return values;
  }

  // Each seed's mean over the clipping choices with which both norms have the seed.
  private Contrast heads(
      String measure, ToDoubleFunction<RecordedTrial> value, String one, String two) {
    Map<Long, Double> first = new TreeMap<>();
    Map<Long, Double> second = new TreeMap<>();
    for (long seed : sweep.seeds()) {
      List<Double> ours = new ArrayList<>();
      List<Double> theirs = new ArrayList<>();
      for (String clip : List.of("none", "1.0")) {
        Double our = bySeed(value, one, clip).get(seed);
        Double their = bySeed(value, two, clip).get(seed);
        if (our != null && their != null) {
          ours.add(our);
          theirs.add(their);
        }
      }
      first.put(seed, mean(array(ours)));
      second.put(seed, mean(array(theirs)));
    }
    return contrast(measure, one, two, "", first, second, 1);
  }

  private Contrast clipping(String measure, ToDoubleFunction<RecordedTrial> value, String norm) {
    Map<Long, Double> clipped = bySeed(value, norm, "1.0");
    return contrast(measure, norm, "", "1.0", clipped, bySeed(value, norm, "none"), 1);
  }

  private Contrast interaction(
      String measure, ToDoubleFunction<RecordedTrial> value, String one, String two) {
    return contrast(measure, one, two, "1.0", effect(value, one), effect(value, two), Math.sqrt(2));
  }

  private Map<Long, Double> effect(ToDoubleFunction<RecordedTrial> value, String norm) {
    Map<Long, Double> effects = bySeed(value, norm, "1.0");
    effects.replaceAll((seed, clipped) -> clipped - bySeed(value, norm, "none").get(seed));
    return effects;
  }

  private Contrast contrast(
      String measure,
      String head,
      String other,
      String clip,
      Map<Long, Double> first,
      Map<Long, Double> second,
      double rounding) {
    List<Long> seeds = first.keySet().stream().filter(second::containsKey).toList();
    return new Contrast(
        measure,
        head,
        other,
        clip,
        array(seeds.stream().map(first::get).toList()),
        array(seeds.stream().map(second::get).toList()),
        rounding * resolution(measure));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  // Weighted Holm: the largest, over all hypotheses with at most the same p/w, of p/w times the
  // weights of those with at least that p/w. Weights add up to 1 over both halves.
  private static double corrected(Contrast one, List<Contrast> family) {
    return family.stream()
        .filter(other -> weighted(other, family) <= weighted(one, family))
        .mapToDouble(
            other ->
                weighted(other, family)
                    * family.stream()
                        .filter(left -> weighted(left, family) >= weighted(other, family))
                        .mapToDouble(left -> weight(left, family))
                        .sum())
        .map(p -> Math.min(1, p))
        .max()
        .orElseThrow();
  }

  private static double weighted(Contrast one, List<Contrast> family) {
    return one.p() / weight(one, family);
  }

  private static double weight(Contrast one, List<Contrast> family) {
    boolean accuracy = one.measure.equals(ACCURACY);
    return 0.5 / family.stream().filter(two -> two.measure.equals(ACCURACY) == accuracy).count();
  }

  /** Number of comparisons that are corrected for each other. */
  int family() {
    return all().size();
  }

  /** The rows of the table of differences in test accuracy. */
  List<List<String>> table() {
    return sweep.seeds().size() == 1 ? ofOneSeed() : ofSeeds();
  }

  private List<List<String>> ofOneSeed() {
    return all().stream()
        .filter(one -> one.measure.equals(ACCURACY))
        .map(
            one ->
                List.of(
                    one.label(),
                    "1",
                    points(one.difference()),
                    one.other.isEmpty() || one.clip.isEmpty()
                        ? new SamplingInterval(sweep, testImages)
                            .of(one.head, one.other, one.clip, one.first[0], one.second[0])
                        : "–"))
        .toList();
  }

  private List<List<String>> ofSeeds() {
    List<Contrast> family = all();
    return family.stream()
        .filter(one -> one.measure.equals(ACCURACY))
        .map(
            one ->
                List.of(
                    one.label(),
                    Integer.toString(one.seeds()),
                    points(one.difference()),
                    points(one.difference() - one.halfWidth())
                        + " to "
                        + points(one.difference() + one.halfWidth()),
                    number(1, one.size()),
                    p(one.p()),
                    p(corrected(one, family))))
        .toList();
  }

  private static String p(double p) {
    return p < 0.001 ? "< 0.001" : number(p < 0.0095 ? 3 : 2, p);
  }

  /** How far apart the means of two norms are at most. */
  double widest() {
    return accuracies(true).mapToDouble(one -> Math.abs(one.difference())).max().orElseThrow();
  }

  /** What clipping changes the accuracy of a norm by at most; 0 if it changes none. */
  double largestEffect() {
    return accuracies(false)
        .filter(one -> one.other.isEmpty())
        .mapToDouble(one -> Math.abs(one.difference()))
        .max()
        .orElse(0);
  }

  /** Pairs of norms whose accuracies differ, after correction. */
  List<List<String>> different() {
    List<Contrast> family = all();
    return sweep.seeds().size() == 1
        ? List.of()
        : accuracies(true)
            .filter(one -> corrected(one, family) <= 0.05)
            .map(one -> List.of(one.head, one.other))
            .toList();
  }

  private Stream<Contrast> accuracies(boolean ofHeads) {
    return all().stream()
        .filter(one -> one.measure.equals(ACCURACY) && one.clip.isEmpty() == ofHeads);
  }

  /** Compares all numbers of contrasts.csv. */
  void assertFile(Csv file) {
    List<Contrast> family = all();
    List<String[]> rows = new ArrayList<>(file.rows());
    assertEquals(family.size(), rows.size());
    for (Contrast one : family) {
      List<String> names = List.of(one.measure, one.head, one.other, one.clip);
      String[] row =
          rows.stream()
              .filter(found -> Arrays.asList(found).subList(0, 4).equals(names))
              .findFirst()
              .orElseThrow();
      double[] expected = {
        one.seeds(),
        one.agreeing(),
        mean(one.first),
        mean(one.second),
        one.difference(),
        one.difference() - one.halfWidth(),
        one.difference() + one.halfWidth(),
        one.size(),
        one.p(),
        corrected(one, family)
      };
      double[] found = Arrays.stream(row).skip(4).mapToDouble(Double::parseDouble).toArray();
      for (int i = 0; i < expected.length; i++) {
        double tolerance = 1e-6 * Math.max(1e-3, Math.abs(expected[i]));
        assertEquals(expected[i], found[i], tolerance, names + " " + file.header().get(4 + i));
      }
    }
  }
}
