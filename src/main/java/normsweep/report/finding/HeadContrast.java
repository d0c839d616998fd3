package normsweep.report.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Measure.Better;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** Which head has the best (or the largest) value of a measure other than test accuracy. */
public final class HeadContrast implements Rule {
  private final Topic topic;
  private final Measure measure;
  private final String extreme;

  /** A contrast of all heads by {@code measure}. */
  public HeadContrast(Topic topic, Measure measure) {
    this.topic = topic;
    this.measure = measure;
    this.extreme = measure.better() == Better.LOW ? "lowest" : "highest";
  }

  @Override
  public Optional<Finding> apply(SweepEvidence sweep) {
    return HeadRanking.of(sweep, measure)
        .map(
            ranking ->
                ranking.level().size() == ranking.others().size()
                    ? new Finding(
                        topic, Strength.OBSERVATION, allTheSame(ranking), ranking.numbers())
                    : Finding.judged(
                        topic,
                        ranking.verdict(),
                        ranking.numbers(),
                        () -> beyondNoise(ranking),
                        () -> insideNoise(ranking),
                        Strength.OBSERVATION,
                        () -> oneSeed(ranking)));
  }

  private String allTheSame(HeadRanking ranking) {
    return String.format(
        Locale.ROOT,
        "All heads have the same mean %s, %s.",
        measure.label(),
        measure.format(ranking.mean()));
  }

  private String beyondNoise(HeadRanking ranking) {
    List<HeadKind> undecided = ranking.undecided();
    return String.format(
        Locale.ROOT,
        "%1$s; it differs from %3$s beyond the noise between %2$d seeds%4$s.",
        lead(ranking, List.of()),
        ranking.seeds(),
        ranking.describe(ranking.beaten()),
        undecided.isEmpty() ? "" : ", but not from " + ranking.describe(undecided));
  }

  private String insideNoise(HeadRanking ranking) {
    return String.format(
        Locale.ROOT,
        "The heads do not differ beyond noise in the %s: %s has the %s mean, %s, compared with %s.",
        measure.label(),
        ranking.first().label(),
        extreme,
        measure.format(ranking.mean()),
        ranking.describe(ranking.undecided()));
  }

  // Without intervals, only the figures themselves distinguish a lead from a tie.
  private String oneSeed(HeadRanking ranking) {
    List<HeadKind> level = ranking.level();
    List<HeadKind> behind =
        ranking.undecided().stream().filter(head -> !level.contains(head)).toList();
    return String.format(
        Locale.ROOT,
        "%s, compared with %s. Only one seed was run, and another may not agree.",
        lead(ranking, level),
        ranking.describe(behind));
  }

  private String lead(HeadRanking ranking, List<HeadKind> level) {
    List<String> first = new ArrayList<>(List.of(ranking.first().label()));
    level.forEach(head -> first.add(head.label()));
    return String.format(
        Locale.ROOT,
        "%s %s the %s mean %s, %s",
        Sentences.capital(Sentences.list(first)),
        level.isEmpty() ? "has" : "share",
        extreme,
        measure.label(),
        measure.format(ranking.mean()));
  }
}
