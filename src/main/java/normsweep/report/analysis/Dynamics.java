package normsweep.report.analysis;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import normsweep.record.GradientNorm;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.TrainingDynamics.Update;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * How a trial moved through its loss, at its measured steps.
 *
 * @param steps in the order of the iterations
 * @param updates in the same order, parameter by parameter
 */
public record Dynamics(List<Step> steps, List<Update> updates) {
  /** Copies the lists. */
  public Dynamics {
    steps = List.copyOf(steps);
    updates = List.copyOf(updates);
  }

  /** The median of a quantity of the steps; only finite values count. */
  public Optional<Double> median(ToDoubleFunction<Step> quantity) {
    return median(steps.stream().mapToDouble(quantity).toArray());
  }

  /** The cosine of a step, NaN where the step has none. */
  public static double cosine(Step step) {
    return step.cosine() == null ? Double.NaN : step.cosine();
  }

  /** How far the loss ranged along the gradient. */
  public static double lossVariation(Step step) {
    return (double) step.lossMost() - step.lossLeast();
  }

  private static Optional<Double> median(double[] values) {
    double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
    return finite.length == 0 ? Optional.empty() : Optional.of(new Median().evaluate(finite));
  }

  /** The updates of a parameter, or of {@link GradientNorm#TOTAL}, by iteration. */
  public Map<Integer, Update> updates(String parameter) {
    Map<Integer, Update> own = new LinkedHashMap<>();
    updates.stream()
        .filter(update -> update.parameter().equals(parameter))
        .forEach(update -> own.put(update.iteration(), update));
    return own;
  }

  /** The median length of all steps relative to the weights they moved. */
  public Optional<Double> relativeUpdate() {
    return median(
        updates(GradientNorm.TOTAL).values().stream()
            .mapToDouble(update -> update.updateNorm() / update.weightNorm())
            .toArray());
  }

  /** The distance from the start after the last measured step. */
  public Optional<Double> distance() {
    return updates(GradientNorm.TOTAL).values().stream()
        .reduce((one, next) -> next)
        .map(update -> (double) update.distance());
  }

  /** The median over the iterations that both have of how many times as long the steps were. */
  public Optional<Double> stepLengthRelativeTo(Dynamics other) {
    Map<Integer, Update> others = other.updates(GradientNorm.TOTAL);
    return median(
        updates(GradientNorm.TOTAL).values().stream()
            .filter(update -> others.containsKey(update.iteration()))
            .mapToDouble(
                update ->
                    (double) update.updateNorm() / others.get(update.iteration()).updateNorm())
            .toArray());
  }

  /**
   * Quartiles, at 25, 50 and 75 %, of a parameter's gradient norm before clipping relative to the
   * norm of its values, over the measured steps; empty if there are none.
   */
  public Optional<double[]> relativeGradient(GradientSeries gradients, String parameter) {
    double[] norms = gradients.before(parameter);
    double[] ratios =
        updates(parameter).values().stream()
            .mapToDouble(
                update -> {
                  int at = Arrays.binarySearch(gradients.iterations(), update.iteration());
                  return at < 0 ? Double.NaN : norms[at] / update.weightNorm();
                })
            .filter(Double::isFinite)
            .toArray();
    if (ratios.length == 0) {
      return Optional.empty();
    }
    Percentile percentile = new Percentile();
    percentile.setData(ratios);
    return Optional.of(
        new double[] {percentile.evaluate(25), percentile.evaluate(50), percentile.evaluate(75)});
  }
}
