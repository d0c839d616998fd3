package normsweep.bench;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The median and range of repeated measurements.
 *
 * @param median the middle value, or the mean of the two middle values
 * @param min the smallest
 * @param max the largest
 */
public record Spread(double median, double min, double max) {

  /**
   * Summarises runs.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Spread of(double... runs) {
    if (runs.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    double[] sorted = runs.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** The spread of a decreasing function of the runs, such as the rate for a duration. */
  Spread inverted(DoubleUnaryOperator falling) {
    return new Spread(
        falling.applyAsDouble(median), falling.applyAsDouble(max), falling.applyAsDouble(min));
  }
}
