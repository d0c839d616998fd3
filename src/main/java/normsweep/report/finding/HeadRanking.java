package normsweep.report.finding;

import static java.util.stream.Collectors.averagingDouble;
import static java.util.stream.Collectors.groupingBy;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.report.analysis.Contrast;
import normsweep.report.analysis.Contrast.Verdict;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;

/**
 * One head compared with each of the others in a measure: the first by that measure or, for what
 * test images measure, the first by validation. Every pair of heads is in the family of contrasts,
 * which accounts for the choice of the first.
 *
 * @param measure what is compared
 * @param first the head that leads the order
 * @param mean its mean over seeds, in the cells that all heads have
 * @param partial whether a head has values of other cells, too
 * @param others contrasts of the first head with each of the others, in order
 * @param rest contrasts among the others
 */
record HeadRanking(
    Measure measure,
    HeadKind first,
    double mean,
    boolean partial,
    Map<HeadKind, Contrast> others,
    List<Contrast> rest) {

  /** Compares the heads of a sweep; empty if fewer than two have values of the same seed. */
  static Optional<HeadRanking> of(SweepEvidence sweep, Contrasts contrasts, Measure measure) {
    Map<HeadKind, Double> order = means(sweep, measure.chosenBy());
    Map<HeadKind, Double> means = means(sweep, measure);
    order.keySet().retainAll(means.keySet());
    Comparator<HeadKind> ascending = Comparator.comparingDouble(order::get);
    List<HeadKind> ranked =
        order.keySet().stream()
            .sorted(measure.chosenBy().lowIsBetter() ? ascending : ascending.reversed())
            .toList();
    Map<HeadKind, Contrast> others = new LinkedHashMap<>();
    for (HeadKind other : ranked.stream().skip(1).toList()) {
      contrasts
          .heads(measure, ranked.get(0), other)
          .ifPresent(contrast -> others.put(other, contrast));
    }
    if (others.isEmpty()) {
      return Optional.empty();
    }
    HeadKind first = ranked.get(0);
    List<Contrast> rest =
        contrasts.of(measure).stream()
            .filter(one -> one.clip().isEmpty() && !one.head().equals(first))
            .filter(one -> !one.other().equals(Optional.of(first)))
            .toList();
    Map<Clip, Set<Long>> shared = shared(sweep, measure, heads(sweep, measure));
    boolean partial =
        shared.values().stream().anyMatch(seeds -> !seeds.isEmpty())
            && heads(sweep, measure).stream()
                .anyMatch(
                    head ->
                        sweep.clips().stream()
                            .anyMatch(
                                clip ->
                                    !shared
                                        .get(clip)
                                        .equals(sweep.bySeed(measure, head, clip).keySet())));
    return Optional.of(new HeadRanking(measure, first, means.get(first), partial, others, rest));
  }

  // Over the clipping choices and seeds that all heads have, so that a missing trial favours none;
  // over all that a head has if they share none. A seed counts once, as in the contrasts.
  private static Map<HeadKind, Double> means(SweepEvidence sweep, Measure measure) {
    List<HeadKind> heads = heads(sweep, measure);
    Map<Clip, Set<Long>> shared = shared(sweep, measure, heads);
    boolean none = shared.values().stream().allMatch(Set::isEmpty);
    Map<HeadKind, Double> means = new LinkedHashMap<>();
    for (HeadKind head : heads) {
      Map<Long, Double> bySeed =
          none
              ? sweep.bySeed(measure, head)
              : sweep.clips().stream()
                  .flatMap(
                      clip ->
                          sweep.bySeed(measure, head, clip).entrySet().stream()
                              .filter(value -> shared.get(clip).contains(value.getKey())))
                  .collect(groupingBy(Map.Entry::getKey, averagingDouble(Map.Entry::getValue)));
      Summary.of(bySeed.values()).ifPresent(summary -> means.put(head, summary.mean()));
    }
    return means;
  }

  private static List<HeadKind> heads(SweepEvidence sweep, Measure measure) {
    return sweep.heads().stream().filter(head -> !sweep.bySeed(measure, head).isEmpty()).toList();
  }

  private static Map<Clip, Set<Long>> shared(
      SweepEvidence sweep, Measure measure, List<HeadKind> heads) {
    Map<Clip, Set<Long>> shared = new LinkedHashMap<>();
    for (Clip clip : sweep.clips()) {
      Set<Long> seeds = new TreeSet<>(sweep.seeds());
      heads.forEach(head -> seeds.retainAll(sweep.bySeed(measure, head, clip).keySet()));
      shared.put(clip, seeds);
    }
    return shared;
  }

  /** The first head's mean, and what it is over if trials are missing. */
  String shownMean() {
    return measure.format(mean) + (partial ? " in the cells that all heads have" : "");
  }

  /** Number of seeds in the smallest contrast. */
  int seeds() {
    return others.values().stream().mapToInt(one -> one.effect().pairs()).min().orElseThrow();
  }

  /** Other heads that the first head beats beyond noise. */
  List<HeadKind> beaten() {
    return others(Contrast::ahead);
  }

  /** Other heads that beat the first beyond noise. */
  List<HeadKind> better() {
    return others(one -> one.verdict() == Verdict.BEYOND_NOISE && !one.ahead());
  }

  /** Other heads that do not differ from the first beyond noise. */
  List<HeadKind> undecided() {
    return others(one -> one.verdict() != Verdict.BEYOND_NOISE);
  }

  private List<HeadKind> others(Predicate<Contrast> which) {
    return others.keySet().stream().filter(head -> which.test(others.get(head))).toList();
  }

  /** Other heads with the same mean as the first, to the digits shown. */
  List<HeadKind> level() {
    String none = measure.formatDifference(0);
    return others(one -> measure.formatDifference(one.effect().difference()).equals(none));
  }

  /** The strongest verdict of the first head's contrasts. */
  Verdict verdict() {
    return others.values().stream()
        .map(Contrast::verdict)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** The first head's mean and the differences from it. */
  List<Double> numbers() {
    return Stream.concat(
            Stream.of(mean), others.values().stream().map(one -> one.effect().difference()))
        .toList();
  }

  /** “layer norm (+1.2 points; …)” for heads compared with the first. */
  String describe(List<HeadKind> heads) {
    return Sentences.list(
        heads.stream()
            .map(head -> head.label() + " (" + others.get(head).describe() + ")")
            .toList());
  }
}
