package normsweep.report.figure;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Levels of loss and their colours, shared by every picture of a sweep.
 *
 * @param levels the limits of the bands, ascending; the first is at or below every loss shown
 * @param ticks numbers on the scale, by their position from 0 to 1
 * @param label what the numbers are
 */
public record LossScale(double[] levels, SortedMap<Double, String> ticks, String label) {
  static final int BANDS = 14;
  // A loss of zero has no logarithm; all losses below this share one dark band.
  private static final double LEAST = 1e-3;
  private static final double LEAST_RISE = 0.02;
  private static final int OWN_BANDS = 7;

  /**
   * A scale that spans losses from {@code min} to {@code max}. Levels are spaced evenly in the
   * logarithm, because the loss at the bottom of a basin is often a hundredth of that at its rim.
   */
  public static LossScale of(double min, double max) {
    double low = Math.log(Math.max(min, LEAST));
    double high = Math.max(Math.log(Math.max(max, LEAST)), low + 1e-3);
    double[] levels = new double[BANDS + 1];
    Arrays.setAll(levels, k -> Math.exp(low + (high - low) * k / BANDS));
    SortedMap<Double, String> ticks = new TreeMap<>();
    for (int k = 0; k <= BANDS; k += 2) {
      int decimals = levels[k] < 0.1 ? 3 : levels[k] < 10 ? 2 : 1;
      ticks.put((double) k / BANDS, String.format(Locale.ROOT, "%." + decimals + "f", levels[k]));
    }
    return new LossScale(levels, ticks, "mean cross-entropy (nats, logarithmic scale)");
  }

  /**
   * A scale of the rise above the centre, with round levels in steps of about a factor of two:
   * 0.02, 0.05, 0.1 … nats. If a surface falls below its centre, the first level is 0.
   */
  static LossScale rises(double min, double max) {
    List<Double> levels = new ArrayList<>();
    for (double decade = LEAST_RISE / 2; decade < max; decade *= 10) {
      for (int factor : new int[] {1, 2, 5}) {
        double level = factor * decade;
        if (level >= LEAST_RISE && level < max) {
          levels.add(level);
        }
      }
    }
    return inner(min, max, levels, "loss minus loss at the centre (nats); uneven steps");
  }

  /** A scale of the rise of one surface, with round levels in even steps. */
  static LossScale ownRises(double min, double max) {
    double raw = (max - Math.min(min, 0)) / OWN_BANDS;
    double decade = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = decade * (raw <= 2 * decade ? 2 : raw <= 5 * decade ? 5 : 10);
    List<Double> levels = new ArrayList<>();
    for (int k = 1; k * step < max; k++) {
      levels.add(k * step);
    }
    return inner(min, max, levels, "");
  }

  // Bands between the levels, below the first and above the last.
  private static LossScale inner(double min, double max, List<Double> inner, String label) {
    List<Double> levels = new ArrayList<>(inner);
    if (min < -LEAST_RISE / 2) {
      levels.add(0, 0.);
    }
    SortedMap<Double, String> ticks = new TreeMap<>();
    for (int k = 0; k < levels.size(); k++) {
      ticks.put((k + 1.) / (levels.size() + 1), Axes.number(levels.get(k)));
    }
    levels.add(0, Math.min(min, 0));
    levels.add(Math.max(max, levels.get(levels.size() - 1) + LEAST_RISE));
    double[] all = levels.stream().mapToDouble(Double::doubleValue).toArray();
    return new LossScale(all, ticks, label);
  }

  int bands() {
    return levels.length - 1;
  }

  /** Position of a loss on a logarithmic scale, from 0 to 1. */
  double share(double loss) {
    double low = Math.log(levels[0]);
    double high = Math.log(levels[bands()]);
    return Math.min((Math.log(Math.max(loss, levels[0])) - low) / (high - low), 1);
  }

  /** The colour of band {@code k}, between levels k and k + 1. */
  Color band(int k) {
    return ColorScale.at((k + 0.5) / bands());
  }

  /** The colour bar below a figure. */
  Sheet.Bar bar() {
    return new Sheet.Bar(label, bands(), ticks);
  }
}
