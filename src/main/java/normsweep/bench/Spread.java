package normsweep.bench;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * What repeated runs of one thing gave.
 *
 * @param median the middle value, or the mean of the two in the middle
 * @param min the smallest
 * @param max the largest
 */
public record Spread(double median, double min, double max) {

  /**
   * Sums up runs.
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

  /** The figure of a falling function of the runs, such as a rate of a duration. */
  Spread inverted(DoubleUnaryOperator falling) {
    return new Spread(
        falling.applyAsDouble(median), falling.applyAsDouble(max), falling.applyAsDouble(min));
  }
}
