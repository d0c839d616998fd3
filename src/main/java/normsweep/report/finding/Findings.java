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
public record Findings(List<Finding> findings, List<Recommendation> recommendations) {
  // With more clipping choices than this, their sentences would fill the report; the tables list
  // them all.
  private static final int CLIPS = 4;

  /** Copies the lists. */
  public Findings {
    findings = List.copyOf(findings);
    recommendations = List.copyOf(recommendations);
  }

  /** Applies every rule. */
  public static Findings of(SweepEvidence sweep) {
    return new Findings(
        rules(sweep).stream().map(rule -> rule.apply(sweep)).flatMap(Optional::stream).toList(),
        Recommendation.of(sweep));
  }

  private static List<Rule> rules(SweepEvidence sweep) {
    List<Rule> rules = new ArrayList<>();
    rules.add(new SampleSize());
    rules.add(new BestHead());
    List<Clip> clips = sweep.clips().stream().filter(Clip::active).limit(CLIPS).toList();
    for (HeadKind head : sweep.heads()) {
      for (Clip clip : clips) {
        rules.add(new ClippingReach(head, clip));
        rules.add(new ClippingEffect(head, clip, Measure.TEST_ACCURACY));
      }
    }
    rules.add(new HeadContrast(Topic.CONVERGENCE, Measure.EPOCHS_TO_95));
    rules.add(new HeadContrast(Topic.CONVERGENCE, Measure.AREA_UNDER_CURVE));
    rules.add(new HeadContrast(Topic.STABILITY, Measure.LARGEST_DROP));
    rules.add(new HeadContrast(Topic.STABILITY, Measure.LATE_LOSS_DEVIATION));
    for (Clip clip : clips) {
      rules.add(new ClippingSteadiness(clip, Measure.LARGEST_DROP));
      rules.add(new ClippingSteadiness(clip, Measure.LATE_LOSS_DEVIATION));
    }
    rules.add(new FailedTrials());
    rules.add(new HeadContrast(Topic.GENERALISATION, Measure.GENERALISATION_GAP));
    rules.add(new HeadContrast(Topic.GRADIENTS, Measure.GRADIENT_NORM));
    rules.add(new GradientDecay());
    rules.add(new HeadContrast(Topic.GRADIENTS, Measure.GRADIENT_NOISE));
    sweep.heads().forEach(head -> rules.add(new LargestLayer(head)));
    rules.add(new HeadContrast(Topic.LANDSCAPE, Measure.SHARPNESS));
    rules.add(new HeadContrast(Topic.LANDSCAPE, Measure.ROUGHNESS));
    rules.add(new HeadContrast(Topic.LANDSCAPE, Measure.CONVEX_SHARE));
    rules.add(new HeadContrast(Topic.LANDSCAPE, Measure.TOP_EIGENVALUE));
    rules.add(new Association(Topic.LANDSCAPE, Measure.SHARPNESS, Measure.TEST_ACCURACY));
    rules.add(new Association(Topic.LANDSCAPE, Measure.TOP_EIGENVALUE, Measure.TEST_ACCURACY));
    rules.add(new Association(Topic.DISCUSSION, Measure.GRADIENT_NOISE, Measure.LARGEST_DROP));
    rules.add(new Association(Topic.DISCUSSION, Measure.AREA_UNDER_CURVE, Measure.TEST_ACCURACY));
    rules.add(new Association(Topic.DISCUSSION, Measure.GENERALISATION_GAP, Measure.TEST_ACCURACY));
    return rules;
  }

  /** The findings about a topic. */
  public List<Finding> about(Topic topic) {
    return findings.stream().filter(finding -> finding.topic() == topic).toList();
  }
}
