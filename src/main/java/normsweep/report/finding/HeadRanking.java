package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.say;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.report.analysis.Comparison;
import normsweep.report.analysis.Comparison.Verdict;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;

/**
 * The head with the best value of a measure, compared with each of the others. The intervals are
 * Bonferroni-corrected for the number of comparisons, because the best of several is partly chosen
 * by luck.
 *
 * @param measure what is ranked
 * @param first the head with the best mean over seeds, or the largest for measures that do not rank
 * @param mean its mean
 * @param others comparisons of the first head with each of the others, in order of their means
 * @param seeds number of seeds in the smallest comparison
 */
record HeadRanking(
    Measure measure, HeadKind first, double mean, Map<HeadKind, Comparison> others, int seeds) {

  /** Ranks the heads of a sweep; empty if fewer than two heads can be compared. */
  static Optional<HeadRanking> of(SweepEvidence sweep, Measure measure) {
    Map<HeadKind, Double> means = new LinkedHashMap<>();
    for (HeadKind head : sweep.heads()) {
      Summary.of(sweep.bySeed(measure, head).values())
          .ifPresent(summary -> means.put(head, summary.mean()));
    }
    Comparator<HeadKind> order = Comparator.comparingDouble(means::get);
    List<HeadKind> ranked =
        means.keySet().stream().sorted(measure.lowIsBetter() ? order : order.reversed()).toList();
    Map<HeadKind, Comparison> others = new LinkedHashMap<>();
    for (HeadKind other : ranked.stream().skip(1).toList()) {
      sweep
          .compareHeads(measure, ranked.get(0), other, Interval.corrected(ranked.size() - 1))
          .ifPresent(comparison -> others.put(other, comparison));
    }
    return others.values().stream()
        .map(Comparison::pairs)
        .min(Comparator.naturalOrder())
        .map(
            seeds ->
                new HeadRanking(measure, ranked.get(0), means.get(ranked.get(0)), others, seeds));
  }

  /** Other heads that the first head beats beyond noise. */
  List<HeadKind> beaten() {
    return others.keySet().stream()
        .filter(head -> others.get(head).verdict() == Verdict.BEYOND_NOISE)
        .filter(head -> ahead(others.get(head)))
        .toList();
  }

  /** Other heads that the first head does not beat beyond noise. */
  List<HeadKind> undecided() {
    List<HeadKind> beaten = beaten();
    return others.keySet().stream().filter(head -> !beaten.contains(head)).toList();
  }

  /** Other heads with the same mean as the first, to the digits shown. */
  List<HeadKind> level() {
    String none = measure.formatDifference(0);
    return others.keySet().stream()
        .filter(head -> measure.formatDifference(others.get(head).difference()).equals(none))
        .toList();
  }

  /** Whether the first head beats any other beyond noise. */
  Verdict verdict() {
    if (others.values().stream().allMatch(one -> one.verdict() == Verdict.UNKNOWN)) {
      return Verdict.UNKNOWN;
    }
    return beaten().isEmpty() ? Verdict.INSIDE_NOISE : Verdict.BEYOND_NOISE;
  }

  /** The first head's mean and the differences from it. */
  List<Double> numbers() {
    return Stream.concat(Stream.of(mean), others.values().stream().map(Comparison::difference))
        .toList();
  }

  // Means over different seeds can give another order of heads than the paired differences.
  private boolean ahead(Comparison comparison) {
    return measure.lowIsBetter() ? comparison.difference() < 0 : comparison.difference() > 0;
  }

  /**
   * “layer norm (+1.2 points; interval +0.4 to +2.0 points)”, for heads compared with the first.
   */
  String describe(List<HeadKind> heads) {
    return Sentences.list(heads.stream().map(this::describe).toList());
  }

  private String describe(HeadKind other) {
    Comparison comparison = others.get(other);
    String interval =
        comparison
            .interval()
            .map(range -> "; interval " + measure.formatInterval(range))
            .orElse("");
    return say(
        "%s (%s%s)", other.label(), measure.formatDifference(comparison.difference()), interval);
  }
}
