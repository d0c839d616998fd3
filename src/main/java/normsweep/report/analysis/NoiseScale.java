package normsweep.report.analysis;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import normsweep.record.TrainingDynamics.Step;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * The simple gradient noise scale tr Σ/‖G‖² of some steps, in images: the ratio of the means of both
 * estimates (McCandlish et al. 2018). The estimate of ‖G‖² is a small difference of large numbers,
 * and may be negative; while its mean cannot be told from 0, the ratio has a lower bound only.
 *
 * @param steps how many there are
 * @param variance mean estimate of tr Σ
 * @param square mean estimate of ‖G‖²
 * @param spread half of the 95 % interval of that, by Student's t over the steps
 * @param error standard error of the ratio, by the jackknife over the steps
 */
public record NoiseScale(int steps, double variance, double square, double spread, double error) {
  private static final MathContext TWO_DIGITS = new MathContext(2);

  /** The noise scale of steps; empty if fewer than two have finite estimates. */
  public static Optional<NoiseScale> of(List<Step> steps) {
    List<Step> finite =
        steps.stream()
            .filter(step -> Float.isFinite(step.variance()))
            .filter(step -> Float.isFinite(step.squaredGradient()))
            .toList();
    int n = finite.size();
    if (n < 2) {
      return Optional.empty();
    }
    SummaryStatistics variances = new SummaryStatistics();
    SummaryStatistics squares = new SummaryStatistics();
    finite.forEach(step -> variances.addValue(step.variance()));
    finite.forEach(step -> squares.addValue(step.squaredGradient()));
    SummaryStatistics without = new SummaryStatistics();
    finite.forEach(
        step ->
            without.addValue(
                (variances.getSum() - step.variance())
                    / (squares.getSum() - step.squaredGradient())));
    double t = new TDistribution(null, n - 1).inverseCumulativeProbability(0.975);
    return Optional.of(
        new NoiseScale(
            n,
            variances.getMean(),
            squares.getMean(),
            t * squares.getStandardDeviation() / Math.sqrt(n),
            (n - 1) * without.getStandardDeviation() / Math.sqrt(n)));
  }

  /** The noise scale over the second halves of the measured steps of a cell's completed trials. */
  public static Optional<NoiseScale> late(List<TrialEvidence> trials) {
    return of(
        trials.stream()
            .filter(trial -> trial.row().completed())
            .flatMap(trial -> trial.dynamics().stream())
            .map(Dynamics::steps)
            .flatMap(steps -> steps.subList(steps.size() / 2, steps.size()).stream())
            .toList());
  }

  /** The ratio; empty where ‖G‖² cannot be told from 0. */
  public Optional<Double> value() {
    return square > spread ? Optional.of(variance / square) : Optional.empty();
  }

  /** “120 ± 40”, “> 35” or “not determined”. */
  public String describe() {
    double bound = variance / (square + spread);
    return value()
        .map(ratio -> Digits.withError(ratio, error))
        .orElse(
            bound > 0 && Double.isFinite(bound)
                ? "> " + new BigDecimal(bound).round(TWO_DIGITS).toPlainString()
                : "not determined");
  }
}
