package normsweep.report.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import normsweep.record.Clip;
import normsweep.report.analysis.Contrast;
import normsweep.report.analysis.Contrast.Verdict;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/**
 * All findings of a sweep.
 *
 * @param contrasts every comparison that they may conclude from
 * @param findings in the order of the report
 * @param recommendations guidelines that follow from conclusions
 * @param answers what they say about each question of a sweep, in short
 * @param explanations likely reasons for what was found
 */
public record Findings(
    Contrasts contrasts,
    List<Finding> findings,
    List<String> recommendations,
    List<Answer> answers,
    List<Explanation> explanations) {
  // With more clipping choices than this, their sentences would fill the report; the tables list
  // them all.
  private static final int CLIPS = 2;

  /**
   * Derives whatever the numbers of a sweep support. If it has further axes, trials are compared
   * only within the setting that {@link SweepEvidence#best} names.
   */
  public static Findings of(SweepEvidence whole) {
    SweepEvidence sweep = whole.best();
    Contrasts contrasts = Contrasts.of(sweep);
    Rules rules = new Rules(sweep, contrasts);
    List<Optional<Finding>> found = new ArrayList<>();
    found.add(SweepFindings.sampleSize(sweep, contrasts));
    found.add(SettingFindings.scope(whole, sweep));
    found.add(SettingFindings.favoured(whole));
    found.add(
        rules
            .chosen(Measure.TEST_ACCURACY)
            .map(chosen -> SettingFindings.at(whole, sweep, chosen)));
    found.add(
        rules
            .chosen(Measure.TEST_LOSS)
            .filter(chosen -> chosen.strength() == Strength.CONCLUSION)
            .map(chosen -> SettingFindings.at(whole, sweep, chosen)));
    List<Clip> clips = sweep.clips().stream().filter(Clip::active).limit(CLIPS).toList();
    for (HeadKind head : sweep.heads()) {
      for (Clip clip : clips) {
        // The effects in one seed are in the tables.
        found.add(
            contrasts
                .clipping(Measure.TEST_ACCURACY, head, clip)
                .filter(one -> one.verdict() != Verdict.UNKNOWN)
                .map(ClippingFindings::effect));
      }
    }
    for (Clip clip : clips) {
      found.add(ClippingFindings.course(sweep, clip));
      found.add(MechanismFindings.factor(sweep, contrasts, clip));
      found.add(MechanismFindings.optimizers(whole, clip));
      found.add(rules.clipping(Topic.CLIPPING, Measure.TEST_LOSS, clip));
      found.add(rules.clipping(Topic.CLIPPING, Measure.VALIDATION_LOSS, clip));
      for (Measure measure : Contrasts.OF_INTERACTION) {
        // Of losses, only what is more than noise: a report has few pages.
        found.add(
            ClippingFindings.interaction(contrasts.interactions(measure, clip))
                .filter(
                    one -> measure == Measure.TEST_ACCURACY || one.strength() != Strength.CAUTION));
      }
    }
    found.add(rules.heads(Topic.CONVERGENCE, Measure.EPOCHS_TO_95));
    found.add(rules.heads(Topic.CONVERGENCE, Measure.AREA_UNDER_CURVE));
    found.add(rules.heads(Topic.STABILITY, Measure.LARGEST_DROP));
    found.add(rules.heads(Topic.STABILITY, Measure.LATE_LOSS_DEVIATION));
    for (Clip clip : clips) {
      found.add(rules.clipping(Topic.STABILITY, Measure.LARGEST_DROP, clip));
      found.add(rules.clipping(Topic.STABILITY, Measure.LATE_LOSS_DEVIATION, clip));
    }
    found.add(SweepFindings.failedTrials(whole));
    CurveFindings.of(sweep).map(Optional::of).forEach(found::add);
    found.add(rules.heads(Topic.GENERALISATION, Measure.GENERALISATION_GAP));
    found.add(rules.heads(Topic.GRADIENTS, Measure.GRADIENT_NORM));
    found.add(GradientFindings.decay(sweep));
    found.add(rules.heads(Topic.GRADIENTS, Measure.GRADIENT_NOISE));
    found.add(rules.heads(Topic.GRADIENTS, Measure.SMOOTHNESS));
    found.add(GradientFindings.largestParameters(sweep));
    found.add(rules.heads(Topic.LANDSCAPE, Measure.SHARPNESS));
    found.add(rules.heads(Topic.LANDSCAPE, Measure.ROUGHNESS));
    found.add(rules.heads(Topic.LANDSCAPE, Measure.CONVEX_SHARE));
    found.add(rules.heads(Topic.LANDSCAPE, Measure.TOP_EIGENVALUE));
    sweep.heads().forEach(head -> found.add(HessianFindings.ownParameter(sweep, head)));
    found.add(accuracyAnd(sweep, Topic.LANDSCAPE, Measure.SHARPNESS));
    found.add(accuracyAnd(sweep, Topic.LANDSCAPE, Measure.TOP_EIGENVALUE));
    found.add(
        SweepFindings.association(
            sweep, Topic.DISCUSSION, Measure.GRADIENT_NOISE, Measure.LARGEST_DROP));
    found.add(accuracyAnd(sweep, Topic.DISCUSSION, Measure.AREA_UNDER_CURVE));
    found.add(accuracyAnd(sweep, Topic.DISCUSSION, Measure.GENERALISATION_GAP));
    return new Findings(
        contrasts,
        found.stream().flatMap(Optional::stream).toList(),
        Recommendations.of(sweep, contrasts).stream()
            .map(text -> SettingFindings.said(whole, sweep, text))
            .toList(),
        Answers.of(whole, sweep, contrasts, clips),
        Explanations.of(sweep, contrasts, clips));
  }

  /** Looks up contrasts and words what they show. */
  record Rules(SweepEvidence sweep, Contrasts contrasts) {

    /** How the head that validation chooses compares with the others on the test images. */
    Optional<Finding> chosen(Measure measure) {
      return HeadRanking.of(sweep, contrasts, measure)
          .map(ranking -> HeadFindings.chosen(ranking, Topic.ACCURACY, sweep.testImages()));
    }

    /** How heads differ in a measure. */
    Optional<Finding> heads(Topic topic, Measure measure) {
      return HeadRanking.of(sweep, contrasts, measure)
          .map(ranking -> HeadFindings.contrast(ranking, topic));
    }

    /** What a clipping choice did to a measure of each head. */
    Optional<Finding> clipping(Topic topic, Measure measure, Clip clip) {
      List<Contrast> found =
          sweep.heads().stream()
              .flatMap(head -> contrasts.clipping(measure, head, clip).stream())
              .filter(one -> one.verdict() != Verdict.UNKNOWN)
              .toList();
      return found.isEmpty()
          ? Optional.empty()
          : Optional.of(ClippingFindings.acrossHeads(found, topic));
    }
  }

  private static Optional<Finding> accuracyAnd(SweepEvidence sweep, Topic topic, Measure other) {
    return SweepFindings.association(sweep, topic, other, Measure.TEST_ACCURACY);
  }

  /** The findings about a topic. */
  public List<Finding> about(Topic topic) {
    return findings.stream().filter(finding -> finding.topic() == topic).toList();
  }
}
