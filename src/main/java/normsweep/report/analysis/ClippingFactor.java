package normsweep.report.analysis;

import java.util.Arrays;
import normsweep.record.GradientNorm;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * What clipping multiplied the length of the gradient by, over the iterations of a trial: min(1, c
 * / ‖g‖) where it clips by global norm.
 *
 * @param median median over the iterations
 * @param lower lower quartile
 * @param upper upper quartile
 * @param variation coefficient of variation: standard deviation (n − 1) divided by mean
 */
public record ClippingFactor(double median, double lower, double upper, double variation) {
  /** The factor of every iteration of a series with a total; 1 for a gradient of zero. */
  public static double[] series(GradientSeries series) {
    double[] before = series.before(GradientNorm.TOTAL);
    double[] after = series.after(GradientNorm.TOTAL);
    double[] factors = new double[before.length];
    Arrays.setAll(factors, i -> before[i] == 0 ? 1 : after[i] / before[i]);
    return factors;
  }

  /** Summarises a series, not empty, with a total. */
  public static ClippingFactor of(GradientSeries series) {
    DescriptiveStatistics factors = new DescriptiveStatistics(series(series));
    return new ClippingFactor(
        factors.getPercentile(50),
        factors.getPercentile(25),
        factors.getPercentile(75),
        factors.getStandardDeviation() / factors.getMean());
  }
}
