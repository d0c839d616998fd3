package normsweep.report.finding;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
 * @param mean its mean over seeds
 * @param others contrasts of the first head with each of the others, in order
 * @param rest contrasts among the others
 */
record HeadRanking(
    Measure measure,
    HeadKind first,
    double mean,
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
    return Optional.of(new HeadRanking(measure, first, means.get(first), others, rest));
  }

  private static Map<HeadKind, Double> means(SweepEvidence sweep, Measure measure) {
    Map<HeadKind, Double> means = new LinkedHashMap<>();
    for (HeadKind head : sweep.heads()) {
      Summary.of(sweep.bySeed(measure, head).values())
          .ifPresent(summary -> means.put(head, summary.mean()));
    }
    return means;
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
