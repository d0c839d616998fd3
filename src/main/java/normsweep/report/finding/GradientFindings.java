package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.percent;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.record.GradientNorm;
import normsweep.record.Norm;
import normsweep.report.analysis.GradientSeries;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.ParameterNames;
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

  /** Which parameter has the largest share of a head's squared gradient norm in most steps. */
  static Optional<Finding> largestParameter(SweepEvidence sweep, HeadKind head) {
    Map<String, List<Double>> medians = new TreeMap<>();
    for (GradientSeries series : completedSeries(sweep, head)) {
      double[] total = series.before(GradientNorm.TOTAL);
      for (String parameter : series.parameters()) {
        double[] norms = series.before(parameter);
        double[] shares =
            IntStream.range(0, total.length)
                .mapToDouble(i -> norms[i] * norms[i] / (total[i] * total[i]))
                .filter(Double::isFinite)
                .toArray();
        if (shares.length > 0) {
          medians
              .computeIfAbsent(parameter, name -> new ArrayList<>())
              .add(new Median().evaluate(shares));
        }
      }
    }
    return medians.entrySet().stream()
        .max(Comparator.comparingDouble(entry -> mean(entry.getValue())))
        .map(
            largest -> {
              double share = mean(largest.getValue());
              String text =
                  say(
                      "With %s, the largest share of the squared gradient norm in the median step"
                          + " is that of the %s: %s (of %d parameters).",
                      head.label(),
                      ParameterNames.of(largest.getKey(), head.norm() == Norm.LAYER_NORM),
                      percent(share),
                      medians.size());
              return new Finding(Topic.GRADIENTS, Strength.OBSERVATION, text, share);
            });
  }

  private static double mean(List<Double> values) {
    return Summary.of(values).orElseThrow().mean();
  }

  private static List<GradientSeries> completedSeries(SweepEvidence sweep, HeadKind head) {
    return sweep.completed().stream()
        .filter(trial -> trial.head().equals(head))
        .flatMap(trial -> trial.gradients().stream())
        .toList();
  }
}
