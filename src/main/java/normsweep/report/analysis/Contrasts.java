package normsweep.report.analysis;

import static java.util.stream.Collectors.averagingDouble;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import normsweep.record.Clip;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Every comparison that a report may conclude from, as one family: Holm's method (Holm 1979) holds
 * the probability that the report concludes anything where nothing differs at {@link #ERROR_RATE},
 * however the comparisons depend on each other. Its weighted form gives half of that to test
 * accuracy, the question of a sweep, and half to all other measures. The family is as large as the
 * sweep: comparisons without data are not in it, and rules that look for one get none.
 *
 * @param all in order of measures, heads and clipping choices; one setting of further axes
 */
public record Contrasts(List<Contrast> all) {
  /** Probability of any wrong conclusion in a report of a sweep in which nothing differs. */
  public static final double ERROR_RATE = 1 - Interval.CONFIDENCE;

  // Measures in which clipping is compared with none.
  private static final List<Measure> OF_CLIPPING =
      List.of(
          Measure.TEST_ACCURACY,
          Measure.TEST_LOSS,
          Measure.VALIDATION_LOSS,
          Measure.LARGEST_DROP,
          Measure.LATE_LOSS_DEVIATION);

  /** Measures in which clipping may act differently on different heads. */
  public static final List<Measure> OF_INTERACTION =
      List.of(Measure.TEST_ACCURACY, Measure.TEST_LOSS, Measure.VALIDATION_LOSS);

  // Chooses heads, and so is no evidence about them.
  private static final List<Measure> NOT_OF_HEADS =
      List.of(Measure.VALIDATION_ACCURACY, Measure.VALIDATION_LOSS);

  /** Compares whatever a sweep with one setting of further axes has. */
  public static Contrasts of(SweepEvidence sweep) {
    Map<Clip, List<HeadKind>> fired = new LinkedHashMap<>();
    for (Clip clip : sweep.clips().stream().filter(Clip::active).toList()) {
      fired.put(
          clip, sweep.heads().stream().filter(head -> !sweep.neverFired(head, clip)).toList());
    }
    List<Contrast> found = new ArrayList<>();
    for (Measure measure : Measure.values()) {
      new OneMeasure(sweep, measure, fired, found).add();
    }
    return new Contrasts(holm(found));
  }

  /** The comparison of two heads, in this order. */
  public Optional<Contrast> heads(Measure measure, HeadKind first, HeadKind second) {
    return of(measure, Optional.empty())
        .flatMap(one -> Stream.of(one, one.reversed()))
        .filter(one -> one.head().equals(first) && one.other().equals(Optional.of(second)))
        .findFirst();
  }

  /** The comparison of a clipping choice with none; empty if it never changed a step. */
  public Optional<Contrast> clipping(Measure measure, HeadKind head, Clip clip) {
    return of(measure, Optional.of(clip))
        .filter(one -> one.other().isEmpty() && one.head().equals(head))
        .findFirst();
  }

  /** The comparisons of a clipping choice's effects on two heads, for every pair of heads. */
  public List<Contrast> interactions(Measure measure, Clip clip) {
    return of(measure, Optional.of(clip)).filter(one -> one.other().isPresent()).toList();
  }

  /** All comparisons of a measure. */
  public List<Contrast> of(Measure measure) {
    return all.stream().filter(one -> one.measure() == measure).toList();
  }

  private Stream<Contrast> of(Measure measure, Optional<Clip> clip) {
    return all.stream().filter(one -> one.measure() == measure && one.clip().equals(clip));
  }

  /** How many comparisons have at least two seeds and are corrected for each other. */
  public int tested() {
    return tested(all).size();
  }

  /**
   * The size d_z that a difference in test accuracy must exceed to be the first conclusion with a
   * number of seeds, at least two: t/√n, where t is exceeded with the smallest probability of the
   * correction. Empty if no difference in test accuracy has two seeds.
   */
  public Optional<Double> concludable(int seeds) {
    Map<Boolean, Long> halves = halves(tested(all));
    return Optional.ofNullable(halves.get(true))
        .map(accuracies -> ERROR_RATE / halves.size() / accuracies)
        .map(
            p ->
                new TDistribution(null, seeds - 1).inverseCumulativeProbability(1 - p / 2)
                    / Math.sqrt(seeds));
  }

  private static List<Contrast> tested(List<Contrast> contrasts) {
    return contrasts.stream().filter(one -> one.effect().p().isPresent()).toList();
  }

  private static Map<Boolean, Long> halves(List<Contrast> contrasts) {
    return contrasts.stream().collect(groupingBy(Contrasts::ofAccuracy, counting()));
  }

  private static boolean ofAccuracy(Contrast contrast) {
    return contrast.measure() == Measure.TEST_ACCURACY;
  }

  // In ascending order of p/w, each p/w is multiplied by the sum of the weights that are left, and
  // is at least the one before it. Weights are equal within a half and add up to 1 in each.
  private static List<Contrast> holm(List<Contrast> contrasts) {
    Map<Boolean, Long> halves = halves(tested(contrasts));
    ToDoubleFunction<Contrast> weighted =
        one -> one.effect().p().orElseThrow() * halves.get(ofAccuracy(one));
    List<Contrast> ordered =
        tested(contrasts).stream().sorted(Comparator.comparingDouble(weighted)).toList();
    Map<Contrast, Double> corrected = new HashMap<>();
    double left = halves.size();
    double largest = 0;
    for (Contrast one : ordered) {
      largest = Math.min(1, Math.max(largest, weighted.applyAsDouble(one) * left));
      corrected.put(one, largest);
      left -= 1.0 / halves.get(ofAccuracy(one));
    }
    return contrasts.stream().map(one -> one.corrected(corrected.getOrDefault(one, 1.0))).toList();
  }

  /** The comparisons of one measure. */
  private record OneMeasure(
      SweepEvidence sweep, Measure measure, Map<Clip, List<HeadKind>> fired, List<Contrast> found) {

    void add() {
      Map<HeadKind, Map<Clip, Map<Long, Double>>> values = new LinkedHashMap<>();
      for (HeadKind head : sweep.heads()) {
        Map<Clip, Map<Long, Double>> own = new LinkedHashMap<>();
        sweep.clips().forEach(clip -> own.put(clip, sweep.bySeed(measure, head, clip)));
        values.put(head, own);
      }
      List<HeadKind> heads = List.copyOf(values.keySet());
      pairs(heads, (first, second) -> heads(first, second, values));
      fired.forEach(
          (clip, clipped) -> {
            clipped.forEach(head -> clipping(head, clip, values.get(head)));
            pairs(clipped, (first, second) -> interaction(first, second, clip, values));
          });
    }

    private interface Pair {
      void of(HeadKind first, HeadKind second);
    }

    private static void pairs(List<HeadKind> heads, Pair pair) {
      for (int i = 0; i < heads.size(); i++) {
        for (int j = i + 1; j < heads.size(); j++) {
          pair.of(heads.get(i), heads.get(j));
        }
      }
    }

    // A seed counts with its mean over the clipping choices that both heads have with it, so that
    // a missing trial favours neither.
    private void heads(
        HeadKind first, HeadKind second, Map<HeadKind, Map<Clip, Map<Long, Double>>> values) {
      if (!NOT_OF_HEADS.contains(measure)) {
        List<Map.Entry<Long, Double>> firsts = new ArrayList<>();
        List<Map.Entry<Long, Double>> seconds = new ArrayList<>();
        for (Clip clip : sweep.clips()) {
          Map<Long, Double> mine = new TreeMap<>(values.get(first).get(clip));
          Map<Long, Double> theirs = new TreeMap<>(values.get(second).get(clip));
          mine.keySet().retainAll(theirs.keySet());
          theirs.keySet().retainAll(mine.keySet());
          firsts.addAll(mine.entrySet());
          seconds.addAll(theirs.entrySet());
        }
        add(first, Optional.of(second), Optional.empty(), mean(firsts), mean(seconds), 1);
      }
    }

    private static Map<Long, Double> mean(List<Map.Entry<Long, Double>> values) {
      return values.stream()
          .collect(groupingBy(Map.Entry::getKey, averagingDouble(Map.Entry::getValue)));
    }

    private void clipping(HeadKind head, Clip clip, Map<Clip, Map<Long, Double>> values) {
      Map<Long, Double> without = values.get(Clip.NONE);
      if (OF_CLIPPING.contains(measure) && without != null) {
        add(head, Optional.empty(), Optional.of(clip), values.get(clip), without, 1);
      }
    }

    // A difference of differences has √2 times the rounding error of a difference.
    private void interaction(
        HeadKind first,
        HeadKind second,
        Clip clip,
        Map<HeadKind, Map<Clip, Map<Long, Double>>> values) {
      if (OF_INTERACTION.contains(measure) && values.get(first).containsKey(Clip.NONE)) {
        Map<Long, Double> effect = effect(values.get(first), clip);
        Map<Long, Double> others = effect(values.get(second), clip);
        add(first, Optional.of(second), Optional.of(clip), effect, others, Math.sqrt(2));
      }
    }

    private static Map<Long, Double> effect(Map<Clip, Map<Long, Double>> values, Clip clip) {
      Map<Long, Double> effects = new TreeMap<>(values.get(clip));
      effects.keySet().retainAll(values.get(Clip.NONE).keySet());
      effects.replaceAll((seed, value) -> value - values.get(Clip.NONE).get(seed));
      return effects;
    }

    private void add(
        HeadKind head,
        Optional<HeadKind> other,
        Optional<Clip> clip,
        Map<Long, Double> first,
        Map<Long, Double> second,
        double rounding) {
      boolean sampled = measure == Measure.TEST_ACCURACY && (other.isEmpty() || clip.isEmpty());
      PairedDifference.of(first, second, rounding * measure.resolution(sweep))
          .map(
              effect ->
                  new Contrast(
                      measure,
                      head,
                      other,
                      clip,
                      effect,
                      sampled ? sweep.testImages() : 0,
                      sampled && effect.pairs() < 2
                          ? paired(head, other, clip, first.keySet(), second.keySet())
                          : Optional.empty(),
                      1))
          .ifPresent(found::add);
    }

    // Of the seed that both sides have. A head's networks are those with the clipping choices that
    // both heads have with it.
    private Optional<Interval> paired(
        HeadKind head,
        Optional<HeadKind> other,
        Optional<Clip> clip,
        Set<Long> first,
        Set<Long> second) {
      long seed = first.stream().filter(second::contains).findFirst().orElseThrow();
      List<TrialEvidence> ours = new ArrayList<>();
      List<TrialEvidence> theirs = new ArrayList<>();
      for (Clip own : clip.map(List::of).orElse(sweep.clips())) {
        Optional<TrialEvidence> mine = sweep.completed(head, own, seed);
        Optional<TrialEvidence> reference =
            sweep.completed(other.orElse(head), clip.isEmpty() ? own : Clip.NONE, seed);
        if (mine.isPresent() && reference.isPresent()) {
          ours.add(mine.get());
          theirs.add(reference.get());
        }
      }
      return ImageDifferences.of(ours, theirs)
          .map(differences -> differences.interval(Interval.CONFIDENCE));
    }
  }
}
