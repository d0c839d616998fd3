package normsweep.landscape;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Levels of loss and their colours, shared by every picture of a sweep. Levels are spaced evenly in
 * the logarithm, because a basin's bottom is often a hundredth of its rim.
 *
 * @param levels the bands' borders, rising; the first lies at or below every loss shown
 */
record LossScale(double[] levels) {
  private static final int BANDS = 14;
  // A loss of zero has no logarithm; what lies below this is one dark band.
  private static final double LEAST = 1e-3;

  /** A scale that spans losses from {@code min} to {@code max}. */
  static LossScale of(double min, double max) {
    double low = Math.log(Math.max(min, LEAST));
    double high = Math.max(Math.log(Math.max(max, LEAST)), low + 1e-3);
    double[] levels = new double[BANDS + 1];
    Arrays.setAll(levels, k -> Math.exp(low + (high - low) * k / BANDS));
    return new LossScale(levels);
  }

  int bands() {
    return levels.length - 1;
  }

  double min() {
    return levels[0];
  }

  double max() {
    return levels[bands()];
  }

  /** Position of a loss on the scale, from 0 to 1. */
  double share(double loss) {
    double low = Math.log(min());
    double share = (Math.log(Math.max(loss, min())) - low) / (Math.log(max()) - low);
    return Math.min(share, 1);
  }

  /** The colour of band {@code k}, between levels k and k + 1. */
  Color band(int k) {
    return LossColors.at((k + 0.5) / bands());
  }

  /** The colour of a loss. */
  Color color(double loss) {
    return LossColors.at(share(loss));
  }

  /** A level in figures: three of them. */
  String label(int k) {
    return label(levels[k]);
  }

  static String label(double loss) {
    int decimals = loss < 0.1 ? 3 : loss < 10 ? 2 : 1;
    return String.format(Locale.ROOT, "%." + decimals + "f", loss);
  }

  /** The whole scale for plotly: pairs of position and colour. */
  List<List<Object>> stops() {
    List<List<Object>> stops = new ArrayList<>();
    for (int k = 0; k <= 20; k++) {
      stops.add(List.of(k / 20., LossColors.hex(k / 20.)));
    }
    return stops;
  }
}
