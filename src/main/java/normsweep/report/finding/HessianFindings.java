package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.say;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import normsweep.landscape.hessian.Curvature;
import normsweep.landscape.hessian.Curvature.Hessian;
import normsweep.record.Norm;
import normsweep.report.analysis.Digits;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.ParameterNames;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** What Hessians show. */
final class HessianFindings {
  private static final double MOST = 0.5;

  private HessianFindings() {}

  /**
   * That the largest eigenvalue over all parameters is that of a parameter which other heads lack;
   * empty if most of its eigenvector lies on weights.
   */
  static Optional<Finding> ownParameter(SweepEvidence sweep, HeadKind head) {
    List<Curvature> saved =
        sweep.completed().stream()
            .filter(trial -> trial.head().equals(head))
            .flatMap(trial -> trial.geometry().stream())
            .map(found -> found.savedModel())
            .toList();
    Map<String, Double> shares =
        saved.stream()
            .flatMap(point -> point.all().spectrum().shares().entrySet().stream())
            .collect(
                Collectors.groupingBy(
                    Map.Entry::getKey,
                    Collectors.summingDouble(share -> share.getValue() / saved.size())));
    return shares.entrySet().stream()
        .max(Comparator.comparingDouble(Map.Entry::getValue))
        .filter(leading -> leading.getValue() > MOST && !leading.getKey().endsWith("_W"))
        .map(
            leading -> {
              double all = mean(saved, Curvature::all);
              double weights = mean(saved, Curvature::weights);
              String text =
                  say(
                      "With %s, the largest Hessian eigenvalue over all parameters is %s on"
                          + " average, but %s %% of its eigenvector lies on the %s, whose scale is"
                          + " its own; over the weights alone, it is %s. Heads are therefore"
                          + " compared over the weights.",
                      head.label(),
                      Digits.of(all, 0),
                      Digits.of(100 * leading.getValue(), 0.5),
                      ParameterNames.of(leading.getKey(), head.norm() == Norm.LAYER_NORM),
                      Digits.of(weights, 0));
              return new Finding(
                  Topic.LANDSCAPE, Strength.OBSERVATION, text, all, leading.getValue(), weights);
            });
  }

  private static double mean(List<Curvature> saved, Function<Curvature, Hessian> part) {
    ToDoubleFunction<Hessian> largest = found -> found.spectrum().largest()[0];
    return saved.stream().map(part).mapToDouble(largest).average().orElseThrow();
  }
}
