package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.percent;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import normsweep.record.GradientNorm;
import normsweep.report.analysis.GradientSeries;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/** Findings about the sizes of gradients. */
final class GradientFindings {
  private GradientFindings() {}

  /** How the total gradient norm of each head changed from the first epoch to the last. */
  static Optional<Finding> decay(SweepEvidence sweep) {
    List<String> items = new ArrayList<>();
    List<Double> numbers = new ArrayList<>();
    int epoch = sweep.config().iterationsPerEpoch();
    for (HeadKind head : sweep.heads()) {
      List<double[]> totals =
          completedSeries(sweep, head).stream()
              .map(series -> series.before(GradientNorm.TOTAL))
              .filter(norms -> norms.length >= 2 * epoch)
              .toList();
      if (!totals.isEmpty()) {
        double first = meanOfMedians(totals.stream().map(all -> Arrays.copyOf(all, epoch)));
        double last =
            meanOfMedians(
                totals.stream()
                    .map(all -> Arrays.copyOfRange(all, all.length - epoch, all.length)));
        numbers.addAll(List.of(first, last));
        items.add(say("%s from %.3f to %.3f", head.label(), first, last));
      }
    }
    String text =
        "From the first epoch to the last, the median total gradient norm before clipping changed"
            + " as follows: "
            + Sentences.list(items)
            + ".";
    return items.isEmpty()
        ? Optional.empty()
        : Optional.of(new Finding(Topic.GRADIENTS, Strength.OBSERVATION, text, numbers));
  }

  private static double meanOfMedians(Stream<double[]> series) {
    return Summary.of(series.map(new Median()::evaluate).toList()).orElseThrow().mean();
  }

  /** Which parameter carries the largest part of a head's squared gradient norm. */
  static Optional<Finding> largestParameter(SweepEvidence sweep, HeadKind head) {
    Map<String, Double> squares = new TreeMap<>();
    double total = 0;
    for (GradientSeries series : completedSeries(sweep, head)) {
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
    String text =
        say(
            "With %s, %s has %s of the squared gradient norm, the largest share of all %d"
                + " parameters.",
            head.label(), largest.get().getKey(), percent(share), squares.size());
    return Optional.of(new Finding(Topic.GRADIENTS, Strength.OBSERVATION, text, share));
  }

  private static List<GradientSeries> completedSeries(SweepEvidence sweep, HeadKind head) {
    return sweep.completed().stream()
        .filter(trial -> trial.head().equals(head))
        .flatMap(trial -> trial.gradients().stream())
        .toList();
  }

  private static double energy(double[] norms) {
    double sum = 0;
    for (double norm : norms) {
      sum += Double.isNaN(norm) ? 0 : norm * norm;
    }
    return sum;
  }
}
