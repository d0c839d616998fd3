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
    return HeadRanking.of(sweep, ACCURACY).map(ranking -> finding(sweep, ranking));
  }

  private static Finding finding(SweepEvidence sweep, HeadRanking ranking) {
    String best = ranking.first().label();
    String mean = ACCURACY.format(ranking.mean());
    if (ranking.unknown()) {
      return oneSeed(sweep, ranking);
    }
    List<HeadKind> beaten = ranking.beaten();
    List<HeadKind> undecided = ranking.undecided();
    if (undecided.isEmpty()) {
      return new Finding(
          Topic.ACCURACY,
          Strength.CONCLUSION,
          Sentences.capital(best)
              + " did best: a mean test accuracy of "
              + mean
              + " over clipping choices and seeds, ahead beyond the noise between "
              + ranking.seeds()
              + " seeds of "
              + Sentences.list(beaten.stream().map(ranking::describe).toList())
              + ".",
          numbers(ranking));
    }
    if (beaten.isEmpty()) {
      return new Finding(
          Topic.ACCURACY,
          Strength.CAUTION,
          "No norm is best beyond noise: "
              + best
              + " has the highest mean test accuracy, "
              + mean
              + ", but its lead is inside the noise between "
              + ranking.seeds()
              + " seeds over "
              + Sentences.list(undecided.stream().map(ranking::describe).toList())
              + ".",
          numbers(ranking));
    }
    return new Finding(
        Topic.ACCURACY,
        Strength.CONCLUSION,
        Sentences.capital(best)
            + " has the highest mean test accuracy, "
            + mean
            + ": ahead beyond the noise between "
            + ranking.seeds()
            + " seeds of "
            + Sentences.list(beaten.stream().map(ranking::describe).toList())
            + ", but inside it of "
            + Sentences.list(undecided.stream().map(ranking::describe).toList())
            + ".",
        numbers(ranking));
  }

  // One seed says what is surely noise: a difference that other test images could have made.
  private static Finding oneSeed(SweepEvidence sweep, HeadRanking ranking) {
    int images = sweep.testImages();
    double confidence = 1 - (1 - CONFIDENCE) / ranking.others().size();
    List<String> inside = new ArrayList<>();
    List<String> outside = new ArrayList<>();
    for (HeadKind other : ranking.others().keySet()) {
      Comparison comparison = ranking.others().get(other);
      Interval sampling =
          Interval.newcombe(comparison.first(), images, comparison.second(), images, confidence);
      String difference =
          other.label()
              + " ("
              + ACCURACY.formatDifference(comparison.difference())
              + "; sampling interval "
              + ACCURACY.formatInterval(sampling)
              + ")";
      (sampling.contains(0) ? inside : outside).add(difference);
    }
    StringBuilder text =
        new StringBuilder("In the one seed that was run, ")
            .append(ranking.first().label())
            .append(" has the highest test accuracy, ")
            .append(ACCURACY.format(ranking.mean()))
            .append(" in the mean over clipping choices.");
    if (!inside.isEmpty()) {
      text.append(" Its lead over ")
          .append(Sentences.list(inside))
          .append(" is inside the sampling noise of ")
          .append(images)
          .append(" test images.");
    }
    if (!outside.isEmpty()) {
      text.append(" Its lead over ")
          .append(Sentences.list(outside))
          .append(
              " is larger than that sampling noise, but one seed cannot tell it from the luck of"
                  + " one initialisation.");
    }
    return new Finding(Topic.ACCURACY, Strength.CAUTION, text.toString(), numbers(ranking));
  }

  private static List<Double> numbers(HeadRanking ranking) {
    List<Double> numbers = new ArrayList<>();
    numbers.add(ranking.mean());
    ranking.others().values().forEach(comparison -> numbers.add(comparison.difference()));
    return numbers;
  }
}
