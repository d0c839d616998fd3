package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.capital;
import static normsweep.report.analysis.Sentences.clipping;
import static normsweep.report.analysis.Sentences.percent;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import normsweep.record.Clip;
import normsweep.report.analysis.ClippedShare;
import normsweep.report.analysis.Comparison;
import normsweep.report.analysis.Comparison.Verdict;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** Findings about the effect of a clipping choice. */
final class ClippingFindings {
  private ClippingFindings() {}

  // Clipped steps per epoch, over all seeds; empty without gradient norms.
  private static List<ClippedShare> byEpoch(SweepEvidence sweep, HeadKind head, Clip clip) {
    SortedMap<Integer, ClippedShare> epochs = new TreeMap<>();
    for (TrialEvidence trial : sweep.trials(head, clip)) {
      if (trial.row().completed()) {
        for (ClippedShare share : trial.clippedByEpoch(sweep.config().iterationsPerEpoch())) {
          epochs.merge(share.epoch(), share, ClippedShare::plus);
        }
      }
    }
    return new ArrayList<>(epochs.values());
  }

  /** Whether a clipping choice was used and never changed a step. */
  static boolean neverFired(SweepEvidence sweep, HeadKind head, Clip clip) {
    ClippedShare all = ClippedShare.total(byEpoch(sweep, head, clip));
    return all.iterations() > 0 && all.clipped() == 0;
  }

  /** How many steps of a head a clipping choice changed. */
  static Optional<Finding> clippedSteps(SweepEvidence sweep, HeadKind head, Clip clip) {
    List<ClippedShare> epochs = byEpoch(sweep, head, clip);
    if (epochs.isEmpty()) {
      return Optional.empty();
    }
    String subject = capital(clipping(clip));
    ClippedShare all = ClippedShare.total(epochs);
    if (all.clipped() == 0) {
      String never =
          say(
              "%s never changed a step of %s (0 of %d), so it made no difference.",
              subject, head.label(), all.iterations());
      return Optional.of(
          new Finding(Topic.CLIPPING, Strength.CONCLUSION, never, 0, all.iterations()));
    }
    double first = epochs.get(0).share();
    double last = epochs.get(epochs.size() - 1).share();
    String course =
        epochs.size() < 2
            ? ""
            : say(": %s in the first epoch, %s in the last", percent(first), percent(last));
    String text =
        say(
            "%s changed %s of the steps of %s (%d of %d)%s.",
            subject, percent(all.share()), head.label(), all.clipped(), all.iterations(), course);
    return Optional.of(
        new Finding(Topic.CLIPPING, Strength.CONCLUSION, text, all.share(), first, last));
  }

  /** Compares clipping with none; empty if it never acted or the sweep lacks one of them. */
  static Optional<Comparison> compare(
      SweepEvidence sweep, HeadKind head, Clip clip, Measure measure) {
    return neverFired(sweep, head, clip)
        ? Optional.empty()
        : sweep.compareClipping(measure, head, clip);
  }

  /** The effect of a clipping choice on the test accuracy of a head. */
  static Optional<Finding> effect(SweepEvidence sweep, HeadKind head, Clip clip) {
    return compare(sweep, head, clip, Measure.TEST_ACCURACY)
        .map(comparison -> effect(comparison, head, clip, sweep.testImages()));
  }

  private static Finding effect(Comparison comparison, HeadKind head, Clip clip, int images) {
    Measure accuracy = Measure.TEST_ACCURACY;
    String interval =
        comparison
            .interval()
            .map(accuracy::formatInterval)
            .map(range -> say("; interval %s, %d seeds", range, comparison.pairs()))
            .orElse("");
    String what =
        say(
            "the test accuracy of %s from %s to %s (%s%s)",
            head.label(),
            accuracy.format(comparison.second()),
            accuracy.format(comparison.first()),
            accuracy.formatDifference(comparison.difference()),
            interval);
    String subject = capital(clipping(clip));
    return Finding.judged(
        Topic.CLIPPING,
        comparison.verdict(),
        () -> say("%s changed %s, beyond the noise between seeds.", subject, what),
        () -> say("%s made no difference beyond noise: it changed %s.", subject, what),
        () ->
            say(
                comparison.sampling(images, Interval.CONFIDENCE).contains(0)
                    ? "%s changed %s in one seed; the change is inside the sampling noise of %d"
                        + " test images."
                    : "%s changed %s in one seed; the change exceeds the sampling noise of %d"
                        + " test images, but one seed cannot distinguish it from luck.",
                subject,
                what,
                images),
        Strength.OBSERVATION,
        List.of(comparison.second(), comparison.first(), comparison.difference()));
  }

  /** The effect of a clipping choice on the steadiness of all heads, in one sentence. */
  static Optional<Finding> steadiness(SweepEvidence sweep, Clip clip, Measure measure) {
    Map<HeadKind, Comparison> heads = new LinkedHashMap<>();
    for (HeadKind head : sweep.heads()) {
      compare(sweep, head, clip, measure).ifPresent(comparison -> heads.put(head, comparison));
    }
    return heads.isEmpty() ? Optional.empty() : Optional.of(steadiness(heads, clip, measure));
  }

  private static Finding steadiness(Map<HeadKind, Comparison> heads, Clip clip, Measure measure) {
    String clipping = clipping(clip);
    String changed = list(heads, measure, EnumSet.of(Verdict.BEYOND_NOISE));
    String unchanged = list(heads, measure, EnumSet.of(Verdict.INSIDE_NOISE, Verdict.UNKNOWN));
    Verdict strongest =
        heads.values().stream()
            .map(Comparison::verdict)
            .min(Comparator.naturalOrder())
            .orElseThrow();
    return Finding.judged(
        Topic.STABILITY,
        strongest,
        () ->
            say(
                "%s changed the %s beyond the noise between seeds (%s%s).",
                capital(clipping),
                measure.label(),
                changed,
                unchanged.isEmpty() ? "" : "; inside the noise: " + unchanged),
        () ->
            say(
                "%s changed the %s of no head beyond the noise between seeds (%s).",
                capital(clipping), measure.label(), unchanged),
        () ->
            say(
                "In one seed, %s changed the %s as follows: %s.",
                clipping, measure.label(), unchanged),
        Strength.OBSERVATION,
        heads.values().stream().map(Comparison::difference).toList());
  }

  private static String list(
      Map<HeadKind, Comparison> heads, Measure measure, Set<Verdict> verdicts) {
    return Sentences.list(
        heads.keySet().stream()
            .filter(head -> verdicts.contains(heads.get(head).verdict()))
            .map(
                head -> head.label() + " " + measure.formatDifference(heads.get(head).difference()))
            .toList());
  }
}
