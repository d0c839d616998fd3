package normsweep.report.finding;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** How much can be concluded, given the number of seeds and test images. */
public final class SampleSize implements Rule {
  @Override
  public Optional<Finding> apply(SweepEvidence sweep) {
    int seeds = sweep.seeds().size();
    int images = sweep.testImages();
    if (seeds == 0) {
      return Optional.of(
          new Finding(
              Topic.EVIDENCE,
              Strength.CAUTION,
              "No trial has completed yet: there is nothing to compare.",
              List.of()));
    }
    double half = 100 * Interval.wilson(0.75 * images, images, CONFIDENCE).halfWidth();
    String sampling =
        String.format(
            Locale.ROOT,
            "%d test images give a sampling interval of ±%.1f points around an accuracy near 75 %%",
            images,
            half);
    if (seeds == 1) {
      return Optional.of(
          new Finding(
              Topic.EVIDENCE,
              Strength.CAUTION,
              "One seed is too few to draw conclusions from: two seeds of the same trial may differ as"
                  + " much as two different trials. In addition, "
                  + sampling
                  + ".",
              List.of((double) images, half)));
    }
    return Optional.of(
        new Finding(
            Topic.EVIDENCE,
            seeds == 2 ? Strength.CAUTION : Strength.OBSERVATION,
            String.format(
                Locale.ROOT,
                "%d seeds were run; trials are compared seed by seed (paired Student's t, 95 %%"
                    + " confidence, Bonferroni-corrected for multiple comparisons); %s."
                    + "%s",
                seeds,
                sampling,
                seeds == 2
                    ? " With two seeds only very large differences can be distinguished from noise."
                    : ""),
            List.of((double) seeds, (double) images, half)));
  }
}
