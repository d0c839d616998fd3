package normsweep.report.document;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.special.Erf;

/** Statistics from their definitions and closed forms, without the program's own. */
final class ByHand {
  /** Of the standard normal distribution, at 97.5 %. */
  static final double Z = 1.959963984540054;

  private ByHand() {}

  static double mean(double... values) {
    return Arrays.stream(values).sum() / values.length;
  }

  /** Standard deviation with n − 1. */
  static double deviation(double... values) {
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }

  /** The value at place q·(n + 1), counted from 1, between neighbours by linear interpolation. */
  static double quantile(double q, double... values) {
    double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    double place = Math.max(1, Math.min(sorted.length, q * (sorted.length + 1)));
    int below = (int) Math.floor(place);
    int above = Math.min(sorted.length, below + 1);
    return sorted[below - 1] + (place - below) * (sorted[above - 1] - sorted[below - 1]);
  }

  static double median(double... values) {
    return quantile(0.5, values);
  }

  /** Two-sided p value of Student's t with one or two degrees of freedom. */
  static double studentP(double t, int freedom) {
    double size = Math.abs(t);
    return switch (freedom) {
      case 1 -> 1 - 2 / Math.PI * Math.atan(size);
      case 2 -> 1 - size / Math.sqrt(2 + size * size);
      default -> throw new IllegalArgumentException("no closed form is known here");
    };
  }

  /** Student's t at 97.5 %, with one or two degrees of freedom. */
  static double studentT(int freedom) {
    return switch (freedom) {
      case 1 -> Math.tan(Math.PI * 0.475);
      case 2 -> 0.95 * Math.sqrt(2 / (1 - 0.95 * 0.95));
      default -> throw new IllegalArgumentException("no closed form is known here");
    };
  }

  /** Probability of more than x under χ² with one or two degrees of freedom. */
  static double chiSquaredP(double x, int freedom) {
    return switch (freedom) {
      case 1 -> Erf.erfc(Math.sqrt(x / 2));
      case 2 -> Math.exp(-x / 2);
      default -> throw new IllegalArgumentException("no closed form is known here");
    };
  }

  static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values).replace('-', '−');
  }

  /** A cell of a table of means over seeds. */
  static String cell(int decimals, Collection<Double> values) {
    double[] all = values.stream().mapToDouble(Double::doubleValue).toArray();
    String one = "%." + decimals + "f";
    return switch (all.length) {
      case 0 -> "–";
      case 1 -> text(one, all[0]);
      default -> text(one + "\u00a0±\u00a0" + one, mean(all), deviation(all));
    };
  }

  /** A difference in percentage points, without a sign if it is shown as 0. */
  static String points(double share) {
    String shown = text("%+.1f", 100 * share);
    return List.of("+0.0", "−0.0").contains(shown) ? "0.0" : shown;
  }
}
