package normsweep.report.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.report.analysis.Comparison;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** Which head has the highest test accuracy, and whether that is beyond noise. */
public final class BestHead implements Rule {
  private static final Measure ACCURACY = Measure.TEST_ACCURACY;

  @Override
  public Optional<Finding> apply(SweepEvidence sweep) {
    return HeadRanking.of(sweep, ACCURACY)
        .map(
            ranking ->
                Finding.judged(
                    Topic.ACCURACY,
                    ranking.verdict(),
                    ranking.numbers(),
                    () -> beyondNoise(ranking),
                    () -> insideNoise(ranking),
                    Strength.CAUTION,
                    () -> oneSeed(sweep.testImages(), ranking)));
  }

  private static String beyondNoise(HeadRanking ranking) {
    String best = Sentences.capital(ranking.first().label());
    String mean = ACCURACY.format(ranking.mean());
    String ahead =
        String.format(
            Locale.ROOT,
            "ahead of %2$s beyond the noise between %1$d seeds",
            ranking.seeds(),
            ranking.describe(ranking.beaten()));
    return ranking.undecided().isEmpty()
        ? String.format(
            Locale.ROOT,
            "%s did best: a mean test accuracy of %s over clipping choices and seeds, %s.",
            best,
            mean,
            ahead)
        : String.format(
            Locale.ROOT,
            "%s has the highest mean test accuracy, %s: %s, but its lead over %s is inside that noise.",
            best,
            mean,
            ahead,
            ranking.describe(ranking.undecided()));
  }

  private static String insideNoise(HeadRanking ranking) {
    return String.format(
        Locale.ROOT,
        "No norm is best beyond noise: %1$s has the highest mean test accuracy, %2$s, but its lead over %4$s is inside the noise between %3$d seeds.",
        ranking.first().label(),
        ACCURACY.format(ranking.mean()),
        ranking.seeds(),
        ranking.describe(ranking.undecided()));
  }

  // One seed shows only what is certainly noise: a difference that other test images could have
  // caused.
  private static String oneSeed(int images, HeadRanking ranking) {
    double confidence = 1 - (1 - CONFIDENCE) / ranking.others().size();
    List<String> inside = new ArrayList<>();
    List<String> outside = new ArrayList<>();
    ranking
        .others()
        .forEach(
            (other, comparison) -> {
              Interval sampling = sampling(comparison, images, confidence);
              (sampling.contains(0) ? inside : outside).add(describe(other, comparison, sampling));
            });
    return String.format(
            Locale.ROOT,
            "In the only seed that was run, %s has the highest test accuracy, with a mean of %s over clipping choices.",
            ranking.first().label(),
            ACCURACY.format(ranking.mean()))
        + (inside.isEmpty()
            ? ""
            : String.format(
                Locale.ROOT,
                " Its lead over %s is inside the sampling noise of %d test images.",
                Sentences.list(inside),
                images))
        + (outside.isEmpty()
            ? ""
            : String.format(
                Locale.ROOT,
                " Its lead over %s exceeds the sampling noise of the test images, but one seed cannot distinguish it from a lucky initialisation.",
                Sentences.list(outside)));
  }

  /** The sampling interval of a difference between two accuracies on a number of test images. */
  static Interval sampling(Comparison comparison, int images, double confidence) {
    return Interval.newcombe(comparison.first(), images, comparison.second(), images, confidence);
  }

  private static String describe(HeadKind other, Comparison comparison, Interval sampling) {
    return String.format(
        Locale.ROOT,
        "%s (%s; sampling interval %s)",
        other.label(),
        ACCURACY.formatDifference(comparison.difference()),
        ACCURACY.formatInterval(sampling));
  }
}
