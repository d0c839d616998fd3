package normsweep.report.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import normsweep.record.Clip;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Topic;

/**
 * All findings of a sweep.
 *
 * @param findings in the order of the report
 * @param recommendations guidelines that follow from conclusions
 */
public record Findings(List<Finding> findings, List<String> recommendations) {
  // With more clipping choices than this, their sentences would fill the report; the tables list
  // them all.
  private static final int CLIPS = 4;

  /**
   * Derives whatever the numbers of a sweep support. If it has further axes, trials are compared
   * only within the setting that {@link SweepEvidence#best} names.
   */
  public static Findings of(SweepEvidence whole) {
    SweepEvidence sweep = whole.best();
    List<Optional<Finding>> found = new ArrayList<>();
    found.add(SweepFindings.sampleSize(sweep));
    found.add(SettingFindings.scope(whole, sweep));
    found.add(SettingFindings.favoured(whole));
    found.add(HeadFindings.best(sweep).map(best -> SettingFindings.at(whole, sweep, best)));
    List<Clip> clips = sweep.clips().stream().filter(Clip::active).limit(CLIPS).toList();
    for (HeadKind head : sweep.heads()) {
      for (Clip clip : clips) {
        found.add(ClippingFindings.clippedSteps(sweep, head, clip));
        found.add(ClippingFindings.effect(sweep, head, clip));
      }
    }
    for (Clip clip : clips) {
      found.add(MechanismFindings.factor(sweep, clip));
      found.add(MechanismFindings.optimizers(whole, clip));
    }
    found.add(HeadFindings.contrast(sweep, Topic.CONVERGENCE, Measure.EPOCHS_TO_95));
    found.add(HeadFindings.contrast(sweep, Topic.CONVERGENCE, Measure.AREA_UNDER_CURVE));
    found.add(HeadFindings.contrast(sweep, Topic.STABILITY, Measure.LARGEST_DROP));
    found.add(HeadFindings.contrast(sweep, Topic.STABILITY, Measure.LATE_LOSS_DEVIATION));
    for (Clip clip : clips) {
      found.add(ClippingFindings.steadiness(sweep, clip, Measure.LARGEST_DROP));
      found.add(ClippingFindings.steadiness(sweep, clip, Measure.LATE_LOSS_DEVIATION));
    }
    found.add(SweepFindings.failedTrials(whole));
    found.add(HeadFindings.contrast(sweep, Topic.GENERALISATION, Measure.GENERALISATION_GAP));
    found.add(HeadFindings.contrast(sweep, Topic.GRADIENTS, Measure.GRADIENT_NORM));
    found.add(GradientFindings.decay(sweep));
    found.add(HeadFindings.contrast(sweep, Topic.GRADIENTS, Measure.GRADIENT_NOISE));
    found.add(HeadFindings.contrast(sweep, Topic.GRADIENTS, Measure.NOISE_SCALE));
    found.add(HeadFindings.contrast(sweep, Topic.GRADIENTS, Measure.SMOOTHNESS));
    sweep.heads().forEach(head -> found.add(GradientFindings.largestParameter(sweep, head)));
    found.add(HeadFindings.contrast(sweep, Topic.LANDSCAPE, Measure.SHARPNESS));
    found.add(HeadFindings.contrast(sweep, Topic.LANDSCAPE, Measure.ROUGHNESS));
    found.add(HeadFindings.contrast(sweep, Topic.LANDSCAPE, Measure.CONVEX_SHARE));
    found.add(HeadFindings.contrast(sweep, Topic.LANDSCAPE, Measure.TOP_EIGENVALUE));
    found.add(accuracyAnd(sweep, Topic.LANDSCAPE, Measure.SHARPNESS));
    found.add(accuracyAnd(sweep, Topic.LANDSCAPE, Measure.TOP_EIGENVALUE));
    found.add(
        SweepFindings.association(
            sweep, Topic.DISCUSSION, Measure.GRADIENT_NOISE, Measure.LARGEST_DROP));
    found.add(accuracyAnd(sweep, Topic.DISCUSSION, Measure.AREA_UNDER_CURVE));
    found.add(accuracyAnd(sweep, Topic.DISCUSSION, Measure.GENERALISATION_GAP));
    return new Findings(
        found.stream().flatMap(Optional::stream).toList(),
        Recommendations.of(sweep).stream()
            .map(text -> SettingFindings.where(whole, sweep) + text)
            .toList());
  }

  private static Optional<Finding> accuracyAnd(SweepEvidence sweep, Topic topic, Measure other) {
    return SweepFindings.association(sweep, topic, other, Measure.TEST_ACCURACY);
  }

  /** The findings about a topic. */
  public List<Finding> about(Topic topic) {
    return findings.stream().filter(finding -> finding.topic() == topic).toList();
  }
}
