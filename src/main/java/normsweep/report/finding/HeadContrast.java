package normsweep.report.finding;

import java.util.ArrayList;
import java.util.List;
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

  /** A contrast of all heads by {@code measure}. */
  public HeadContrast(Topic topic, Measure measure) {
    this.topic = topic;
    this.measure = measure;
  }

  @Override
  public Optional<Finding> apply(SweepEvidence sweep) {
    return HeadRanking.of(sweep, measure).map(this::finding);
  }

  private Finding finding(HeadRanking ranking) {
    String extreme = measure.better() == Better.LOW ? "lowest" : "highest";
    String value = measure.format(ranking.mean());
    List<HeadKind> beaten = ranking.beaten();
    List<HeadKind> undecided = ranking.undecided();
    List<Double> numbers = new ArrayList<>();
    numbers.add(ranking.mean());
    ranking.others().values().forEach(comparison -> numbers.add(comparison.difference()));
    List<HeadKind> level = ranking.level();
    if (level.size() == ranking.others().size()) {
      return new Finding(
          topic,
          Strength.OBSERVATION,
          "All heads have the same mean " + measure.label() + ", " + value + ".",
          numbers);
    }
    if (ranking.unknown()) {
      return new Finding(
          topic,
          Strength.OBSERVATION,
          lead(ranking, level, extreme)
              + value
              + ": against "
              + describe(ranking, undecided.stream().filter(h -> !level.contains(h)).toList())
              + " in the one seed that was run, which does not tell whether another seed would"
              + " agree.",
          numbers);
    }
    if (beaten.isEmpty()) {
      return new Finding(
          topic,
          Strength.CAUTION,
          "The heads' "
              + measure.label()
              + " does not differ beyond noise: "
              + ranking.first().label()
              + " has the "
              + extreme
              + " mean, "
              + value
              + ", against "
              + describe(ranking, undecided)
              + ".",
          numbers);
    }
    return new Finding(
        topic,
        Strength.CONCLUSION,
        lead(ranking, List.of(), extreme)
            + value
            + ": beyond the noise between "
            + ranking.seeds()
            + " seeds against "
            + describe(ranking, beaten)
            + (undecided.isEmpty() ? "" : ", inside it against " + describe(ranking, undecided))
            + ".",
        numbers);
  }

  // Without intervals nothing but the figures themselves tells a lead from none.
  private String lead(HeadRanking ranking, List<HeadKind> level, String extreme) {
    List<String> first = new ArrayList<>(List.of(ranking.first().label()));
    level.forEach(head -> first.add(head.label()));
    return Sentences.capital(Sentences.list(first))
        + (level.isEmpty() ? " has the " : " share the ")
        + extreme
        + " mean "
        + measure.label()
        + ", ";
  }

  private static String describe(HeadRanking ranking, List<HeadKind> heads) {
    return Sentences.list(heads.stream().map(ranking::describe).toList());
  }
}
