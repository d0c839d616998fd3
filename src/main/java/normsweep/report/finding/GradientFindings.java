package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.percent;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Arrays;
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
import normsweep.report.analysis.Measure;
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
        items.add(
            say(
                "goes from %s to %s with %s",
                Measure.GRADIENT_NORM.format(first),
                Measure.GRADIENT_NORM.format(last),
                head.label()));
      }
    }
    String text =
        "Between the first epoch and the last, the median total gradient norm before clipping"
            + " "
            + Sentences.elliptic(items)
            + ".";
    return items.isEmpty()
        ? Optional.empty()
        : Optional.of(new Finding(Topic.GRADIENTS, Strength.OBSERVATION, text, numbers));
  }

  private static double meanOfMedians(Stream<double[]> series) {
    return Summary.of(series.map(new Median()::evaluate).toList()).orElseThrow().mean();
  }

  /** Which parameter of each head has the largest share of the squared gradient in most steps. */
  static Optional<Finding> largestParameters(SweepEvidence sweep) {
    List<String> items = new ArrayList<>();
    List<Double> numbers = new ArrayList<>();
    for (HeadKind head : sweep.heads()) {
      shares(sweep, head).entrySet().stream()
          .max(Map.Entry.comparingByValue())
          .ifPresent(
              largest -> {
                boolean layers = head.norm() == Norm.LAYER_NORM;
                items.add(
                    say(
                        "the %s with %s (%s)",
                        ParameterNames.of(largest.getKey(), layers),
                        head.label(),
                        percent(largest.getValue())));
                numbers.add(largest.getValue());
              });
    }
    String text =
        say(
            "In the median step, the largest part of the squared gradient norm is that of %s.",
            Sentences.list(items));
    return items.isEmpty()
        ? Optional.empty()
        : Optional.of(new Finding(Topic.GRADIENTS, Strength.OBSERVATION, text, numbers));
  }

  // Each parameter's share of the squared norm: medians over steps, averaged over trials.
  private static Map<String, Double> shares(SweepEvidence sweep, HeadKind head) {
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
    Map<String, Double> means = new TreeMap<>();
    medians.forEach((parameter, values) -> means.put(parameter, mean(values)));
    return means;
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
