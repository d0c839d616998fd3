package normsweep.report.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import normsweep.record.GradientNorm;
import normsweep.report.analysis.GradientSeries;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** Which parameter carries the largest part of a head's squared gradient norm. */
public final class LargestLayer implements Rule {
  private final HeadKind head;

  /** The largest parameter of {@code head}. */
  public LargestLayer(HeadKind head) {
    this.head = head;
  }

  @Override
  public Optional<Finding> apply(SweepEvidence sweep) {
    Map<String, Double> squares = new TreeMap<>();
    double total = 0;
    for (GradientSeries series : completedSeries(sweep)) {
      for (String parameter : series.parameters()) {
        squares.merge(parameter, energy(series.before(parameter)), Double::sum);
      }
      total += energy(series.before(GradientNorm.TOTAL));
    }
    Optional<Map.Entry<String, Double>> largest =
        squares.entrySet().stream().max(Map.Entry.comparingByValue());
    if (largest.isEmpty() || !(total > 0)) {
      return Optional.empty();
    }
    double share = largest.get().getValue() / total;
    return Optional.of(
        new Finding(
            Topic.GRADIENTS,
            Strength.OBSERVATION,
            String.format(
                Locale.ROOT,
                "With %s, %s has %s of the squared gradient norm, the largest share of all %d parameters.",
                head.label(),
                largest.get().getKey(),
                Sentences.percent(share),
                squares.size()),
            List.of(share)));
  }

  private List<GradientSeries> completedSeries(SweepEvidence sweep) {
    List<GradientSeries> series = new ArrayList<>();
    sweep.completed().stream()
        .filter(trial -> trial.head().equals(head))
        .forEach(trial -> trial.gradients().ifPresent(series::add));
    return series;
  }

  private static double energy(double[] norms) {
    double sum = 0;
    for (double norm : norms) {
      if (!Double.isNaN(norm)) {
        sum += norm * norm;
      }
    }
    return sum;
  }
}
