package normsweep.report.figure;

import java.awt.Color;
import java.util.Arrays;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Levels of loss and their colours, shared by every picture of a sweep. Levels are spaced evenly in
 * the logarithm, because the loss at the bottom of a basin is often a hundredth of that at its rim.
 *
 * @param levels the limits of the bands, ascending; the first is at or below every loss shown
 */
public record LossScale(double[] levels) {
  static final int BANDS = 14;
  // A loss of zero has no logarithm; all losses below this share one dark band.
  private static final double LEAST = 1e-3;

  /** A scale that spans losses from {@code min} to {@code max}. */
  public static LossScale of(double min, double max) {
    double low = Math.log(Math.max(min, LEAST));
    double high = Math.max(Math.log(Math.max(max, LEAST)), low + 1e-3);
    double[] levels = new double[BANDS + 1];
    Arrays.setAll(levels, k -> Math.exp(low + (high - low) * k / BANDS));
    return new LossScale(levels);
  }

  /** Position of a loss on the scale, from 0 to 1. */
  double share(double loss) {
    double low = Math.log(levels[0]);
    double share = (Math.log(Math.max(loss, levels[0])) - low) / (Math.log(levels[BANDS]) - low);
    return Math.min(share, 1);
  }

  /** The colour of band {@code k}, between levels k and k + 1. */
  Color band(int k) {
    return ColorScale.at((k + 0.5) / BANDS);
  }

  /** Every other level to three significant figures, by its position from 0 to 1. */
  SortedMap<Double, String> ticks() {
    SortedMap<Double, String> ticks = new TreeMap<>();
    for (int k = 0; k <= BANDS; k += 2) {
      int decimals = levels[k] < 0.1 ? 3 : levels[k] < 10 ? 2 : 1;
      ticks.put((double) k / BANDS, String.format(Locale.ROOT, "%." + decimals + "f", levels[k]));
    }
    return ticks;
  }

  /** The colour bar below a figure. */
  Sheet.Bar bar() {
    return new Sheet.Bar("mean cross-entropy (nats)", BANDS, ticks());
  }
}
