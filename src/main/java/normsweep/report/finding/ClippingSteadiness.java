package normsweep.report.finding;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.report.analysis.Comparison;
import normsweep.report.analysis.Comparison.Verdict;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/**
 * The effect of a clipping choice on the steadiness of all heads, in one sentence whatever the
 * result.
 */
public final class ClippingSteadiness implements Rule {
  private final Clip clip;
  private final Measure measure;

  /** The effect of {@code clip} on a measure of steadiness. */
  public ClippingSteadiness(Clip clip, Measure measure) {
    this.clip = clip;
    this.measure = measure;
  }

  @Override
  public Optional<Finding> apply(SweepEvidence sweep) {
    Map<HeadKind, Comparison> heads = new LinkedHashMap<>();
    for (HeadKind head : sweep.heads()) {
      new ClippingEffect(head, clip, measure)
          .compare(sweep)
          .ifPresent(comparison -> heads.put(head, comparison));
    }
    return heads.isEmpty() ? Optional.empty() : Optional.of(finding(heads));
  }

  private Finding finding(Map<HeadKind, Comparison> heads) {
    String clipping = Sentences.clipping(clip);
    String subject = Sentences.capital(clipping);
    String all = list(heads, verdict -> true);
    String changed = list(heads, verdict -> verdict == Verdict.BEYOND_NOISE);
    String unchanged = list(heads, verdict -> verdict != Verdict.BEYOND_NOISE);
    return Finding.judged(
        Topic.STABILITY,
        strongest(heads),
        heads.values().stream().map(Comparison::difference).toList(),
        () ->
            String.format(
                Locale.ROOT,
                "%s changed the %s beyond the noise between seeds (%s%s).",
                subject,
                measure.label(),
                changed,
                unchanged.isEmpty() ? "" : "; inside the noise: " + unchanged),
        () ->
            String.format(
                Locale.ROOT,
                "%s changed the %s of no head beyond the noise between seeds (%s).",
                subject,
                measure.label(),
                all),
        Strength.OBSERVATION,
        () ->
            String.format(
                Locale.ROOT,
                "In one seed, %s changed the %s as follows: %s.",
                clipping,
                measure.label(),
                all));
  }

  private static Verdict strongest(Map<HeadKind, Comparison> heads) {
    List<Verdict> verdicts = heads.values().stream().map(Comparison::verdict).toList();
    return Stream.of(Verdict.BEYOND_NOISE, Verdict.INSIDE_NOISE)
        .filter(verdicts::contains)
        .findFirst()
        .orElse(Verdict.UNKNOWN);
  }

  private String list(Map<HeadKind, Comparison> heads, Predicate<Verdict> which) {
    return Sentences.list(
        heads.entrySet().stream()
            .filter(entry -> which.test(entry.getValue().verdict()))
            .map(
                entry ->
                    entry.getKey().label()
                        + " "
                        + measure.formatDifference(entry.getValue().difference()))
            .toList());
  }
}
