package normsweep.report.finding;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.record.Clip;
import normsweep.report.analysis.Comparison;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** The effect of a clipping choice on a measure of a head, compared with no clipping. */
public final class ClippingEffect implements Rule {
  private final HeadKind head;
  private final Clip clip;
  private final Measure measure;

  /** The effect of {@code clip} on {@code measure} of {@code head}. */
  public ClippingEffect(HeadKind head, Clip clip, Measure measure) {
    this.head = head;
    this.clip = clip;
    this.measure = measure;
  }

  /**
   * Compares clipping with no clipping; empty if clipping never acted or the sweep lacks one of
   * them.
   */
  Optional<Comparison> compare(SweepEvidence sweep) {
    return !clip.active() || ClippingReach.neverFired(sweep, head, clip)
        ? Optional.empty()
        : sweep.compareClips(measure, head, clip, Clip.NONE, CONFIDENCE);
  }

  @Override
  public Optional<Finding> apply(SweepEvidence sweep) {
    return compare(sweep).map(comparison -> finding(sweep.testImages(), comparison));
  }

  private Finding finding(int images, Comparison comparison) {
    String subject = Sentences.capital(Sentences.clipping(clip));
    String what = what(comparison);
    return Finding.judged(
        Topic.CLIPPING,
        comparison.verdict(),
        List.of(comparison.second(), comparison.first(), comparison.difference()),
        () ->
            String.format(
                Locale.ROOT, "%s changed %s, beyond the noise between seeds.", subject, what),
        () ->
            String.format(
                Locale.ROOT, "%s made no difference beyond noise: it changed %s.", subject, what),
        Strength.OBSERVATION,
        () ->
            String.format(
                Locale.ROOT,
                "%s changed %s in one seed%s.",
                subject,
                what,
                sampling(images, comparison)));
  }

  private String what(Comparison comparison) {
    return String.format(
        Locale.ROOT,
        "the %s of %s from %s to %s (%s%s)",
        measure.label(),
        head.label(),
        measure.format(comparison.second()),
        measure.format(comparison.first()),
        measure.formatDifference(comparison.difference()),
        comparison
            .interval()
            .map(
                range ->
                    String.format(
                        Locale.ROOT,
                        "; interval %s, %d seeds",
                        measure.formatInterval(range),
                        comparison.pairs()))
            .orElse(""));
  }

  private String sampling(int images, Comparison comparison) {
    if (measure != Measure.TEST_ACCURACY) {
      return "";
    }
    return BestHead.sampling(comparison, images, CONFIDENCE).contains(0)
        ? String.format(
            Locale.ROOT, "; the change is inside the sampling noise of %d test images", images)
        : String.format(
            Locale.ROOT,
            "; the change exceeds the sampling noise of %d test images, but one seed cannot distinguish it from luck",
            images);
  }
}
