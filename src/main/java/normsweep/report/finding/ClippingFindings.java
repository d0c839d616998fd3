package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.capital;
import static normsweep.report.analysis.Sentences.clipping;
import static normsweep.report.analysis.Sentences.percent;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import normsweep.record.Clip;
import normsweep.report.analysis.ClippedShare;
import normsweep.report.analysis.Contrast;
import normsweep.report.analysis.Contrast.Verdict;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.PairedDifference;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** Findings about the effect of a clipping choice. */
final class ClippingFindings {
  private ClippingFindings() {}

  /** How the share of the steps that a clipping choice changed went over the epochs. */
  static Optional<Finding> course(SweepEvidence sweep, Clip clip) {
    List<String> courses = new ArrayList<>();
    List<Double> numbers = new ArrayList<>();
    for (HeadKind head : sweep.heads()) {
      List<ClippedShare> epochs = sweep.clippedByEpoch(head, clip);
      if (epochs.size() > 1) {
        double first = epochs.get(0).share();
        double last = epochs.get(epochs.size() - 1).share();
        courses.add(
            percent(first).equals(percent(last))
                ? say("stays at %s with %s", percent(first), head.label())
                : say("goes from %s to %s with %s", percent(first), percent(last), head.label()));
        numbers.addAll(List.of(first, last));
      }
    }
    String text =
        say(
            "Between the first epoch and the last, the share of steps that %s changes %s.",
            clipping(clip), Sentences.elliptic(courses));
    return courses.isEmpty()
        ? Optional.empty()
        : Optional.of(new Finding(Topic.CLIPPING, Strength.OBSERVATION, text, numbers));
  }

  /** The effect of clipping on the test accuracy of a head, over at least two seeds. */
  static Finding effect(Contrast contrast) {
    PairedDifference effect = contrast.effect();
    Measure measure = contrast.measure();
    String what =
        say(
            "the %s of %s from %s to %s (%s%s)",
            measure.label(),
            contrast.head().label(),
            measure.format(effect.second()),
            measure.format(effect.first()),
            contrast.describe(),
            "; " + seeds(contrast));
    String subject = capital(clipping(contrast.clip().orElseThrow()));
    return Finding.judged(
        Topic.CLIPPING,
        contrast.verdict(),
        () -> say("%s changed %s, beyond the noise between seeds.", subject, what),
        () ->
            say(
                contrast.verdict() == Verdict.HINT
                    ? "%s changed %s: a hint, not a conclusion."
                    : "No effect of %s could be shown: it changed %s.",
                contrast.verdict() == Verdict.HINT
                    ? subject
                    : clipping(contrast.clip().orElseThrow()),
                what),
        () -> "",
        Strength.OBSERVATION,
        List.of(effect.second(), effect.first(), effect.difference()));
  }

  /**
   * The effects of a clipping choice on a measure of all heads, in one sentence; at least one head,
   * each with at least two seeds.
   */
  static Finding acrossHeads(List<Contrast> heads, Topic topic) {
    String clipping = clipping(heads.get(0).clip().orElseThrow());
    String measure = heads.get(0).measure().label();
    String others =
        part("; a hint, not a conclusion: ", heads, Verdict.HINT)
            + part("; inside the noise: ", heads, Verdict.INSIDE_NOISE);
    return Finding.judged(
        topic,
        strongest(heads),
        () ->
            say(
                "%s changed the %s beyond the noise between seeds: %s%s.",
                capital(clipping), measure, list(heads, Verdict.BEYOND_NOISE), others),
        () ->
            say(
                "%s did not change the %s of any head beyond the noise between seeds%s.",
                capital(clipping), measure, others),
        () -> "",
        Strength.OBSERVATION,
        heads.stream().map(one -> one.effect().difference()).toList());
  }

  private static String part(String intro, List<Contrast> heads, Verdict verdict) {
    String list = list(heads, verdict);
    return list.isEmpty() ? "" : intro + list;
  }

  private static String list(List<Contrast> heads, Verdict verdict) {
    return Sentences.list(
        heads.stream()
            .filter(one -> one.verdict() == verdict)
            .map(
                one ->
                    say(
                        verdict == Verdict.BEYOND_NOISE || verdict == Verdict.HINT
                            ? "%s %s (%s%s)"
                            : "%s %s",
                        one.head().label(),
                        one.measure().formatDifference(one.effect().difference()),
                        seeds(one),
                        one.significance()))
            .toList());
  }

  // “lower in 3 of 3 seeds”.
  private static String seeds(Contrast contrast) {
    PairedDifference effect = contrast.effect();
    return say(
        "%s in %d of %d seeds",
        effect.difference() > 0 ? "higher" : effect.difference() < 0 ? "lower" : "the same",
        effect.agreeing(),
        effect.pairs());
  }

  private static Verdict strongest(List<Contrast> contrasts) {
    return contrasts.stream().map(Contrast::verdict).min(Comparator.naturalOrder()).orElseThrow();
  }

  /**
   * Whether a clipping choice acts differently on different heads: its interaction with the norm;
   * empty for one seed, or fewer than two heads.
   */
  static Optional<Finding> interaction(List<Contrast> pairs) {
    List<Contrast> tested =
        pairs.stream()
            .filter(one -> one.verdict() != Verdict.UNKNOWN)
            .sorted(Comparator.comparing(one -> one.effect().p().orElseThrow()))
            .toList();
    if (tested.isEmpty()) {
      return Optional.empty();
    }
    List<Contrast> shown = new ArrayList<>(List.of(tested.get(0)));
    tested.stream()
        .skip(1)
        .filter(one -> one.verdict() == Verdict.BEYOND_NOISE)
        .forEach(shown::add);
    String measure = tested.get(0).measure().label();
    String clipping = clipping(tested.get(0).clip().orElseThrow());
    String effects = Sentences.list(shown.stream().map(ClippingFindings::effects).toList());
    return Optional.of(
        Finding.judged(
            Topic.CLIPPING,
            strongest(tested),
            () ->
                say(
                    "What %s does to the %s depends on the norm, beyond the noise between seeds:"
                        + " %s.",
                    clipping, measure, effects),
            () ->
                say(
                    "It could not be shown that what %s does to the %s depends on the norm; the"
                        + " clearest difference is %s.",
                    clipping, measure, effects),
            () -> "",
            Strength.OBSERVATION,
            shown.stream().map(one -> one.effect().difference()).toList()));
  }

  private static String effects(Contrast contrast) {
    Measure measure = contrast.measure();
    return say(
        "%s %s against %s %s (difference %s)",
        contrast.head().label(),
        measure.formatDifference(contrast.effect().first()),
        contrast.other().orElseThrow().label(),
        measure.formatDifference(contrast.effect().second()),
        contrast.describe());
  }
}
