package normsweep.report.analysis;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import normsweep.record.Clip;

/** Grammar of the report's sentences. */
public final class Sentences {
  // More are errors of doubles.
  private static final int SPARE_DIGITS = 8;

  private Sentences() {}

  /** A formatted text, the same in every locale. */
  public static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /**
   * A number with decimals. Halves are rounded away from zero, also where the last bits of a double
   * fall short of one; a minus is a proper one, and nothing that rounds to zero has a sign.
   *
   * @param plus whether positive numbers have a sign, too
   */
  public static String rounded(double number, int decimals, boolean plus) {
    if (!Double.isFinite(number)) {
      return "–";
    }
    BigDecimal text =
        new BigDecimal(number)
            .setScale(decimals + SPARE_DIGITS, RoundingMode.HALF_EVEN)
            .setScale(decimals, RoundingMode.HALF_UP);
    String sign = text.signum() < 0 ? "\u2212" : plus && text.signum() > 0 ? "+" : "";
    return sign + text.abs().toPlainString();
  }

  /** “a”, “a and b”, “a, b and c”. */
  public static String list(List<String> items) {
    int last = items.size() - 1;
    return last < 1
        ? String.join("", items)
        : String.join(", ", items.subList(0, last)) + " and " + items.get(last);
  }

  /** A list of predicates, each verb said only where it changes: “goes up, down and stays”. */
  public static String elliptic(List<String> predicates) {
    List<String> said = new ArrayList<>();
    String last = "";
    for (String predicate : predicates) {
      String verb = predicate.substring(0, predicate.indexOf(' ') + 1);
      said.add(verb.equals(last) ? predicate.substring(verb.length()) : predicate);
      last = verb;
    }
    return list(said);
  }

  /** The text with its first letter in upper case. */
  public static String capital(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /** “clipping at 1.0”, as the subject of a sentence. */
  public static String clipping(Clip clip) {
    String threshold = clip.id().replaceFirst("^[a-z]+-", "");
    return switch (clip.mode()) {
      case NONE -> "no clipping";
      case GLOBAL_NORM -> "clipping at " + threshold;
      case PER_LAYER -> "clipping per layer at " + threshold;
      case VALUE -> "clipping of values at " + threshold;
    };
  }

  /** A share in percent; a share too small to show is called “less than 0.1 %” instead of 0. */
  public static String percent(double share) {
    double percent = 100 * share;
    if (percent > 0 && percent < 0.05) {
      return "less than 0.1 %";
    }
    return say(percent >= 99.95 || percent == 0 ? "%.0f %%" : "%.1f %%", percent);
  }
}
