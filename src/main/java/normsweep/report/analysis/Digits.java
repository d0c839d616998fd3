package normsweep.report.analysis;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers with no more digits than are known. */
public final class Digits {
  private static final int MOST = 3;
  // Smaller errors, relative to the value, are those of doubles.
  private static final double ROUNDING = 1e-9;

  private Digits() {}

  /**
   * A value to three significant digits at most, and to no digit that an error of this size could
   * change by more than one half: −3.302 with an error of 0.02 is “−3.3”.
   *
   * @param error bound or standard error; 0 if there is none
   */
  public static String of(double value, double error) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    double place = value == 0 ? -MOST : Math.floor(Math.log10(Math.abs(value))) + 1 - MOST;
    if (error > 0) {
      place = Math.max(place, Math.ceil(Math.log10(2 * error)));
    }
    BigDecimal rounded =
        new BigDecimal(value).setScale((int) Math.max(-300, -place), RoundingMode.HALF_EVEN);
    // “−0.0” would claim a sign.
    return (rounded.signum() == 0 ? rounded.abs() : rounded).toPlainString().replace('-', '−');
  }

  /**
   * A value and its standard error, both to the place of the error's first digit, or of its second
   * if the first is a 1, but to four significant digits of the value at most; the value alone if
   * the error is not worth mentioning.
   */
  public static String withError(double value, double error) {
    if (!(error > ROUNDING * Math.abs(value))) {
      return of(value, 0);
    }
    // Rounded to one digit, an error that begins with a 1 could be wrong by half of itself.
    double first = Math.floor(Math.log10(error / 2));
    double least = Math.floor(Math.log10(Math.abs(value))) - MOST;
    int place = (int) Math.max(first, least);
    BigDecimal rounded = new BigDecimal(value).setScale(-place, RoundingMode.HALF_EVEN);
    BigDecimal spread = new BigDecimal(error).setScale(-place, RoundingMode.HALF_EVEN);
    return rounded.toPlainString().replace('-', '−') + " ± " + spread.toPlainString();
  }
}
