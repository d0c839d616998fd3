package normsweep.report.figure;

import java.util.ArrayList;
import java.util.List;

/** Long series, reduced to as many points as a chart can show. */
final class Binned {
  private Binned() {}

  /**
   * Means of runs of iterations over several series, with a band from the smallest to the largest
   * value of each run.
   *
   * @param iterations iteration numbers of each series
   * @param values values of each series, one per iteration
   */
  static List<Line.Point> means(List<int[]> iterations, List<double[]> values, int points) {
    int last = 0;
    for (int[] numbers : iterations) {
      last = Math.max(last, numbers.length == 0 ? 0 : numbers[numbers.length - 1]);
    }
    int width = Math.max(1, (last + points - 1) / points);
    int bins = (last + width - 1) / width;
    double[] sums = new double[bins];
    double[] lows = new double[bins];
    double[] highs = new double[bins];
    int[] counts = new int[bins];
    java.util.Arrays.fill(lows, Double.POSITIVE_INFINITY);
    java.util.Arrays.fill(highs, Double.NEGATIVE_INFINITY);
    for (int series = 0; series < values.size(); series++) {
      for (int i = 0; i < values.get(series).length; i++) {
        double value = values.get(series)[i];
        if (!Double.isNaN(value) && !Double.isInfinite(value)) {
          int bin = (iterations.get(series)[i] - 1) / width;
          sums[bin] += value;
          lows[bin] = Math.min(lows[bin], value);
          highs[bin] = Math.max(highs[bin], value);
          counts[bin]++;
        }
      }
    }
    List<Line.Point> line = new ArrayList<>();
    for (int bin = 0; bin < bins; bin++) {
      if (counts[bin] > 0) {
        line.add(
            new Line.Point(
                (bin + 0.5) * width + 0.5, sums[bin] / counts[bin], lows[bin], highs[bin]));
      }
    }
    return line;
  }
}
