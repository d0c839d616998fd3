package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.say;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import normsweep.record.TrialResult;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/** Findings about a sweep as a whole. */
final class SweepFindings {
  private static final int FEWEST = 5;
  private static final double WEAK = 0.3;
  private static final double STRONG = 0.7;
  // An effect that few sweeps have: 5 standard deviations between seeds.
  private static final double LARGE = 5;

  private SweepFindings() {}

  /** How much can be concluded, given the number of seeds and test images. */
  static Optional<Finding> sampleSize(SweepEvidence sweep, Contrasts contrasts) {
    int seeds = sweep.seeds().size();
    if (seeds == 0) {
      String none = "No trial has completed yet: there is nothing to compare.";
      return Optional.of(new Finding(Topic.EVIDENCE, Strength.CAUTION, none));
    }
    int images = sweep.testImages();
    double half = 100 * Interval.wilson(0.75 * images, images, Interval.CONFIDENCE).halfWidth();
    String sampling =
        say(
            "%d test images give a sampling interval of ±%.1f points around an accuracy near 75 %%",
            images, half);
    if (seeds == 1) {
      String one =
          "One seed is too few to draw conclusions from: two seeds of the same trial may differ as"
              + " much as two different trials. In addition, ";
      return Optional.of(
          new Finding(Topic.EVIDENCE, Strength.CAUTION, one + sampling + ".", images, half));
    }
    Optional<Double> concludable = contrasts.concludable(seeds);
    if (concludable.isEmpty()) {
      String none =
          say(
              "%d seeds were run, but no two settings that could be compared have two seeds in"
                  + " common, so no difference can be tested yet; in addition, %s.",
              seeds, sampling);
      return Optional.of(
          new Finding(Topic.EVIDENCE, Strength.CAUTION, none, seeds, images, half));
    }
    double size = concludable.get();
    String several =
        say(
            "%d seeds were run, and trials are compared seed by seed (paired Student's t). The p"
                + " values of the %d comparisons that this report could conclude from are corrected"
                + " by Holm's method: where nothing differs, at most one such report in 20"
                + " concludes anything. With %d seeds, a difference in test accuracy counts if it"
                + " is at least %s times its standard deviation between seeds; %s.",
            seeds, contrasts.tested(), seeds, say(size < 10 ? "%.1f" : "%.0f", size), sampling);
    return Optional.of(
        new Finding(
            Topic.EVIDENCE,
            size > LARGE ? Strength.CAUTION : Strength.OBSERVATION,
            several,
            seeds,
            contrasts.tested(),
            size,
            images,
            half));
  }

  /** How many trials failed, and with which clipping choices. */
  static Optional<Finding> failedTrials(SweepEvidence sweep) {
    List<TrialResult> failed =
        sweep.results().trials().stream()
            .filter(row -> row.status() == TrialResult.Status.FAILED)
            .toList();
    if (failed.isEmpty()) {
      return Optional.empty();
    }
    long clipped = failed.stream().filter(row -> row.clip().active()).count();
    int all = sweep.results().trials().size();
    String text =
        say(
            "%d of %d trials failed, %d of them with clipping and %d without; comparisons leave"
                + " them out, which favours settings that fail.",
            failed.size(), all, clipped, failed.size() - clipped);
    return Optional.of(
        new Finding(Topic.STABILITY, Strength.OBSERVATION, text, failed.size(), all, clipped));
  }

  /**
   * How two measures are associated over the trials: Spearman's rank correlation. Trials share
   * heads and seeds, so no test of significance applies; the result is only a description.
   */
  static Optional<Finding> association(
      SweepEvidence sweep, Topic topic, Measure first, Measure second) {
    List<TrialEvidence> both =
        sweep.completed().stream()
            .filter(trial -> first.of(trial).isPresent() && second.of(trial).isPresent())
            .toList();
    double[] xs = both.stream().mapToDouble(trial -> first.of(trial).orElseThrow()).toArray();
    double[] ys = both.stream().mapToDouble(trial -> second.of(trial).orElseThrow()).toArray();
    if (xs.length < FEWEST || constant(xs) || constant(ys)) {
      return Optional.empty();
    }
    double rho = new SpearmansCorrelation().correlation(xs, ys);
    String strength =
        Math.abs(rho) < WEAK
            ? "are hardly correlated"
            : (Math.abs(rho) < STRONG ? "are weakly correlated" : "are strongly correlated")
                + (rho > 0 ? "" : ", in opposite directions");
    String text =
        say(
            "Over %d trials, %s and %s %s (rank correlation %.2f).",
            xs.length, first.label(), second.label(), strength, rho);
    return Optional.of(
        new Finding(topic, Strength.OBSERVATION, text.replace('-', '−'), rho, xs.length));
  }

  private static boolean constant(double[] values) {
    return Arrays.stream(values).distinct().count() < 2;
  }
}
