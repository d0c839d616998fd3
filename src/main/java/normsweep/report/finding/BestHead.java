package normsweep.report.finding;

import java.util.ArrayList;
import java.util.List;
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
        "ahead beyond the noise between %d seeds of %s"
            .formatted(ranking.seeds(), ranking.describe(ranking.beaten()));
    return ranking.undecided().isEmpty()
        ? "%s did best: a mean test accuracy of %s over clipping choices and seeds, %s."
            .formatted(best, mean, ahead)
        : "%s has the highest mean test accuracy, %s: %s, but inside it of %s."
            .formatted(best, mean, ahead, ranking.describe(ranking.undecided()));
  }

  private static String insideNoise(HeadRanking ranking) {
    return "No norm is best beyond noise: %s has the highest mean test accuracy, %s, but its lead is inside the noise between %d seeds over %s."
        .formatted(
            ranking.first().label(),
            ACCURACY.format(ranking.mean()),
            ranking.seeds(),
            ranking.describe(ranking.undecided()));
  }

  // One seed says what is surely noise: a difference that other test images could have made.
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
    return "In the one seed that was run, %s has the highest test accuracy, %s in the mean over clipping choices."
            .formatted(ranking.first().label(), ACCURACY.format(ranking.mean()))
        + (inside.isEmpty()
            ? ""
            : " Its lead over %s is inside the sampling noise of %d test images."
                .formatted(Sentences.list(inside), images))
        + (outside.isEmpty()
            ? ""
            : " Its lead over %s is larger than that sampling noise, but one seed cannot tell it from the luck of one initialisation."
                .formatted(Sentences.list(outside)));
  }

  /** The interval that a number of test images leaves around a difference of accuracies. */
  static Interval sampling(Comparison comparison, int images, double confidence) {
    return Interval.newcombe(comparison.first(), images, comparison.second(), images, confidence);
  }

  private static String describe(HeadKind other, Comparison comparison, Interval sampling) {
    return "%s (%s; sampling interval %s)"
        .formatted(
            other.label(),
            ACCURACY.formatDifference(comparison.difference()),
            ACCURACY.formatInterval(sampling));
  }
}
