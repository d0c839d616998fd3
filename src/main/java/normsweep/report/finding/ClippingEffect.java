package normsweep.report.finding;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.record.Clip;
import normsweep.report.analysis.Comparison;
import normsweep.report.analysis.Comparison.Verdict;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** What a clipping choice did to a measure of a head, against no clipping. */
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

  @Override
  public Optional<Finding> apply(SweepEvidence sweep) {
    if (!clip.active() || ClippingReach.neverFired(sweep, head, clip)) {
      return Optional.empty();
    }
    return compare(sweep).map(comparison -> finding(sweep, comparison));
  }

  /** With clipping against without; empty if the sweep lacks one of them. */
  Optional<Comparison> compare(SweepEvidence sweep) {
    return sweep.compareClips(measure, head, clip, Clip.NONE, CONFIDENCE);
  }

  private Finding finding(SweepEvidence sweep, Comparison comparison) {
    String what =
        String.format(
            Locale.ROOT,
            "the %s of %s from %s to %s (%s",
            measure.label(),
            head.label(),
            measure.format(comparison.second()),
            measure.format(comparison.first()),
            measure.formatDifference(comparison.difference()));
    String subject = Sentences.capital(Sentences.clipping(clip));
    List<Double> numbers =
        List.of(comparison.second(), comparison.first(), comparison.difference());
    if (comparison.verdict() == Verdict.UNKNOWN) {
      return new Finding(
          Topic.CLIPPING,
          Strength.OBSERVATION,
          subject + " took " + what + ") in one seed" + sampling(sweep, comparison) + ".",
          numbers);
    }
    Interval range = comparison.interval().orElseThrow();
    String interval = "; interval " + measure.formatInterval(range) + ", ";
    String pairs = comparison.pairs() + " seeds)";
    if (comparison.verdict() == Verdict.INSIDE_NOISE) {
      return new Finding(
          Topic.CLIPPING,
          Strength.CAUTION,
          subject + " made no difference beyond noise: it took " + what + interval + pairs + ".",
          numbers);
    }
    return new Finding(
        Topic.CLIPPING,
        Strength.CONCLUSION,
        subject + " took " + what + interval + pairs + ", beyond the noise between seeds.",
        numbers);
  }

  private String sampling(SweepEvidence sweep, Comparison comparison) {
    if (measure != Measure.TEST_ACCURACY) {
      return "";
    }
    int images = sweep.testImages();
    Interval range =
        Interval.newcombe(comparison.first(), images, comparison.second(), images, CONFIDENCE);
    return range.contains(0)
        ? ", inside the sampling noise of " + images + " test images"
        : ", more than the sampling noise of "
            + images
            + " test images explains, but one seed cannot tell it from luck";
  }
}
