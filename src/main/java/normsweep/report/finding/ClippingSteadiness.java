package normsweep.report.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.record.Clip;
import normsweep.report.analysis.Comparison;
import normsweep.report.analysis.Comparison.Verdict;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** What a clipping choice did to the steadiness of all heads: one sentence, whatever came out. */
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
    List<String> changed = new ArrayList<>();
    List<String> unchanged = new ArrayList<>();
    List<Double> numbers = new ArrayList<>();
    boolean unknown = true;
    for (HeadKind head : sweep.heads()) {
      if (!clip.active() || ClippingReach.neverFired(sweep, head, clip)) {
        continue;
      }
      Optional<Comparison> found = sweep.compareClips(measure, head, clip, Clip.NONE, CONFIDENCE);
      if (found.isPresent()) {
        Comparison comparison = found.get();
        String item = head.label() + " " + measure.formatDifference(comparison.difference());
        numbers.add(comparison.difference());
        unknown &= comparison.verdict() == Verdict.UNKNOWN;
        (comparison.verdict() == Verdict.BEYOND_NOISE ? changed : unchanged).add(item);
      }
    }
    if (numbers.isEmpty()) {
      return Optional.empty();
    }
    String subject = Sentences.capital(Sentences.clipping(clip));
    if (unknown) {
      return Optional.of(
          new Finding(
              Topic.STABILITY,
              Strength.OBSERVATION,
              String.format(
                  Locale.ROOT,
                  "In one seed, %s changed the %s by: %s.",
                  Sentences.clipping(clip),
                  measure.label(),
                  Sentences.list(unchanged)),
              numbers));
    }
    String noise =
        unchanged.isEmpty()
            ? ""
            : (changed.isEmpty() ? "" : "; inside the noise: " + Sentences.list(unchanged));
    return Optional.of(
        changed.isEmpty()
            ? new Finding(
                Topic.STABILITY,
                Strength.CAUTION,
                String.format(
                    Locale.ROOT,
                    "%s changed the %s of no head beyond the noise between seeds (%s).",
                    subject,
                    measure.label(),
                    Sentences.list(unchanged)),
                numbers)
            : new Finding(
                Topic.STABILITY,
                Strength.CONCLUSION,
                String.format(
                    Locale.ROOT,
                    "%s changed the %s beyond the noise between seeds (%s%s).",
                    subject,
                    measure.label(),
                    Sentences.list(changed),
                    noise),
                numbers));
  }
}
