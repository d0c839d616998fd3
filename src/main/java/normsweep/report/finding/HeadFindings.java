package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.capital;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** Findings about which head has the best value of a measure. */
final class HeadFindings {
  private static final Measure ACCURACY = Measure.TEST_ACCURACY;

  private HeadFindings() {}

  /** Which head has the highest test accuracy, and whether that is beyond noise. */
  static Optional<Finding> best(SweepEvidence sweep) {
    return HeadRanking.of(sweep, ACCURACY).map(ranking -> best(ranking, sweep.testImages()));
  }

  private static Finding best(HeadRanking ranking, int images) {
    String head = ranking.first().label();
    String mean = ACCURACY.format(ranking.mean());
    String undecided = ranking.describe(ranking.undecided());
    String ahead =
        say(
            "ahead of %s beyond the noise between %d seeds",
            ranking.describe(ranking.beaten()), ranking.seeds());
    return Finding.judged(
        Topic.ACCURACY,
        ranking.verdict(),
        () ->
            undecided.isEmpty()
                ? say(
                    "%s did best: a mean test accuracy of %s over clipping choices and seeds,"
                        + " %s.",
                    capital(head), mean, ahead)
                : say(
                    "%s has the highest mean test accuracy, %s: %s, but its lead over %s is"
                        + " inside that noise.",
                    capital(head), mean, ahead, undecided),
        () ->
            say(
                "No norm is best beyond noise: %s has the highest mean test accuracy, %s, but its"
                    + " lead over %s is inside the noise between %d seeds.",
                head, mean, undecided, ranking.seeds()),
        () ->
            say(
                    "In the only seed that was run, %s has the highest test accuracy, with a mean"
                        + " of %s over clipping choices.",
                    head, mean)
                + sampling(ranking, images),
        Strength.CAUTION,
        ranking.numbers());
  }

  // One seed shows only what is certainly noise: a difference that other test images could have
  // caused.
  private static String sampling(HeadRanking ranking, int images) {
    List<String> inside = new ArrayList<>();
    List<String> outside = new ArrayList<>();
    ranking
        .others()
        .forEach(
            (other, comparison) -> {
              Interval sampling =
                  comparison.sampling(images, Interval.corrected(ranking.others().size()));
              (sampling.contains(0) ? inside : outside)
                  .add(
                      say(
                          "%s (%s; sampling interval %s)",
                          other.label(),
                          ACCURACY.formatDifference(comparison.difference()),
                          ACCURACY.formatInterval(sampling)));
            });
    return (inside.isEmpty()
            ? ""
            : say(
                " Its lead over %s is inside the sampling noise of %d test images.",
                Sentences.list(inside), images))
        + (outside.isEmpty()
            ? ""
            : say(
                " Its lead over %s exceeds the sampling noise of the test images, but one seed"
                    + " cannot distinguish it from a lucky initialisation.",
                Sentences.list(outside)));
  }

  /** Which head has the best (or the largest) value of a measure other than test accuracy. */
  static Optional<Finding> contrast(SweepEvidence sweep, Topic topic, Measure measure) {
    return HeadRanking.of(sweep, measure).map(ranking -> contrast(ranking, topic));
  }

  private static Finding contrast(HeadRanking ranking, Topic topic) {
    Measure measure = ranking.measure();
    String mean = measure.format(ranking.mean());
    List<HeadKind> level = ranking.level();
    if (level.size() == ranking.others().size()) {
      String same = say("All heads have the same mean %s, %s.", measure.label(), mean);
      return new Finding(topic, Strength.OBSERVATION, same, ranking.numbers());
    }
    List<HeadKind> undecided = ranking.undecided();
    String extreme = measure.lowIsBetter() ? "lowest" : "highest";
    // Without intervals, only the figures themselves distinguish a lead from a tie.
    List<String> leaders = new ArrayList<>(List.of(ranking.first().label()));
    level.forEach(head -> leaders.add(head.label()));
    return Finding.judged(
        topic,
        ranking.verdict(),
        () ->
            say(
                "%s has the %s mean %s, %s; it differs from %s beyond the noise between %d"
                    + " seeds%s.",
                capital(ranking.first().label()),
                extreme,
                measure.label(),
                mean,
                ranking.describe(ranking.beaten()),
                ranking.seeds(),
                undecided.isEmpty() ? "" : ", but not from " + ranking.describe(undecided)),
        () ->
            say(
                "The heads do not differ beyond noise in the %s: %s has the %s mean, %s, compared"
                    + " with %s.",
                measure.label(),
                ranking.first().label(),
                extreme,
                mean,
                ranking.describe(undecided)),
        () ->
            say(
                "%s %s the %s mean %s, %s, compared with %s. Only one seed was run, and another may"
                    + " not agree.",
                capital(Sentences.list(leaders)),
                level.isEmpty() ? "has" : "share",
                extreme,
                measure.label(),
                mean,
                ranking.describe(
                    undecided.stream().filter(head -> !level.contains(head)).toList())),
        Strength.OBSERVATION,
        ranking.numbers());
  }
}
