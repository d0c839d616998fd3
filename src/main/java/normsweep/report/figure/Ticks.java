package normsweep.report.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Short numbers on axes and colour bars. */
final class Ticks {
  private Ticks() {}

  /** Three to seven round numbers from {@code low} to {@code high}. */
  static List<Double> round(double low, double high) {
    double raw = (high - low) / 5;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = power;
    for (int factor : new int[] {2, 5, 10}) {
      if (step < raw) {
        step = factor * power;
      }
    }
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** A value with at most two decimals and a proper minus sign. */
  static String text(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    text = text.replaceFirst("\\.0+$|(\\.\\d*?)0+$", "$1");
    return text.replace('-', '\u2212');
  }
}
