package normsweep.report.analysis;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import normsweep.record.GradientNorm;

/**
 * How often clipping changed the gradient.
 *
 * @param epoch number of the epoch, from 1; 0 for all epochs together
 * @param iterations iterations counted
 * @param clipped number of iterations whose total norm was smaller after clipping than before
 */
public record ClippedShare(int epoch, int iterations, int clipped) {
  // Norms are rounded to floats and text: smaller differences than this are rounding errors.
  private static final double ROUNDING = 1e-6;

  /** clipped / iterations, in [0, 1]. */
  public double share() {
    return iterations == 0 ? 0 : (double) clipped / iterations;
  }

  /** Counts per epoch, from a series with a total; iteration i belongs to epoch ⌈i/perEpoch⌉. */
  public static List<ClippedShare> byEpoch(GradientSeries series, int iterationsPerEpoch) {
    int[] iterations = series.iterations();
    double[] before = series.before(GradientNorm.TOTAL);
    double[] after = series.after(GradientNorm.TOTAL);
    SortedMap<Integer, ClippedShare> epochs = new TreeMap<>();
    for (int i = 0; i < iterations.length; i++) {
      int epoch = (iterations[i] - 1) / iterationsPerEpoch + 1;
      int clipped = after[i] < before[i] * (1 - ROUNDING) ? 1 : 0;
      epochs.merge(epoch, new ClippedShare(epoch, 1, clipped), ClippedShare::plus);
    }
    return List.copyOf(epochs.values());
  }

  /** All epochs together. */
  public static ClippedShare total(List<ClippedShare> epochs) {
    return epochs.stream()
        .map(share -> new ClippedShare(0, share.iterations, share.clipped))
        .reduce(new ClippedShare(0, 0, 0), ClippedShare::plus);
  }

  /** The sum of both, as this epoch. */
  public ClippedShare plus(ClippedShare other) {
    return new ClippedShare(epoch, iterations + other.iterations, clipped + other.clipped);
  }
}
