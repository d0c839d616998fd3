package normsweep.report.document;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Collection;
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

  /** A number with decimals, halves away from zero, without a sign if nothing but zeros is left. */
  static String number(int decimals, double value) {
    // Halves of what a double may miss by its last bits.
    double nudged = Math.abs(value) * (1 + 1e-12);
    String size = String.format(Locale.ROOT, "%." + decimals + "f", nudged);
    return value < 0 && size.matches(".*[1-9].*") ? "−" + size : size;
  }

  /** The same, with a plus before positive numbers. */
  static String signed(int decimals, double value) {
    String shown = number(decimals, value);
    return value > 0 && shown.matches(".*[1-9].*") ? "+" + shown : shown;
  }

  /** A cell of a table of means over seeds. */
  static String cell(int decimals, boolean plus, Collection<Double> values) {
    double[] all = values.stream().mapToDouble(Double::doubleValue).toArray();
    if (all.length == 0) {
      return "–";
    }
    String mean = plus ? signed(decimals, mean(all)) : number(decimals, mean(all));
    return all.length == 1 ? mean : mean + "\u00a0±\u00a0" + number(decimals, deviation(all));
  }

  /** A difference in percentage points. */
  static String points(double share) {
    return signed(1, 100 * share);
  }

  /**
   * A value with its standard error: to the first digit of the error, or the second after a 1, but
   * four of the value at most.
   */
  static String withError(double value, double error) {
    BigDecimal first = new BigDecimal(error).round(new MathContext(1, RoundingMode.DOWN));
    int decimals = first.unscaledValue().intValueExact() == 1 ? first.scale() + 1 : first.scale();
    decimals = Math.min(decimals, 3 - (int) Math.floor(Math.log10(Math.abs(value))));
    return rounded(value, decimals) + " ± " + rounded(error, decimals);
  }

  /** A number with decimals, of which there may be fewer than none. */
  static String rounded(double value, int decimals) {
    return new BigDecimal(value)
        .setScale(decimals, RoundingMode.HALF_EVEN)
        .toPlainString()
        .replace('-', '−');
  }
}
