package normsweep.record;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The settings that a trial has by an axis beyond norm, placement, clip and seed.
 *
 * @param values numbers, truth values and texts by dotted key, in the order of the grid
 */
public record TrialSettings(@JsonValue Map<String, Object> values) implements Serializable {
  /** No setting beyond those of the sweep. */
  public static final TrialSettings NONE = new TrialSettings(Map.of());

  private static final double LEAST_PLAIN = 0.01;
  private static final double MOST_PLAIN = 1e6;
  private static final int DIGITS = 17;

  /** Copies the values. */
  public TrialSettings {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Settings as read from a file, each checked and given the type of its key. */
  @JsonCreator
  static TrialSettings read(Map<String, Object> values) {
    Map<String, Object> typed = new LinkedHashMap<>();
    values.forEach((key, value) -> typed.put(key, Settings.axisValue(key, value)));
    return new TrialSettings(typed);
  }

  /** These and others, which come after them. */
  public TrialSettings plus(TrialSettings others) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.putAll(others.values);
    return new TrialSettings(all);
  }

  /** Those of certain keys. */
  public TrialSettings only(Collection<String> keys) {
    Map<String, Object> some = new LinkedHashMap<>(values);
    some.keySet().retainAll(keys);
    return new TrialSettings(some);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** The end of a trial's id: {@code .lr-3e-4.batchSize-32}; empty if there are none. */
  String idSuffix() {
    return values.entrySet().stream()
        .map(one -> "." + Settings.shortName(one.getKey()) + "-" + fileName(text(one.getValue())))
        .collect(joining());
  }

  /** For tables and legends: {@code learning rate 3e-4, batch size 32}; empty if there are none. */
  public String label() {
    return values.entrySet().stream()
        .map(one -> words(one.getKey()) + " " + text(one.getValue()))
        .collect(joining(", "));
  }

  /** The last part of a dotted key in words, such as {@code learning rate}. */
  public static String words(String key) {
    return key.substring(key.lastIndexOf('.') + 1)
        .replaceAll("([A-Z])", " $1")
        .toLowerCase(Locale.ROOT);
  }

  /** A value in the form that ids and tables have, the same on every version of Java. */
  public static String text(Object value) {
    if (!(value instanceof Double number)) {
      return String.valueOf(value);
    }
    BigDecimal shortest = shortest(number);
    double size = Math.abs(number);
    if (size == 0 || (size >= LEAST_PLAIN && size < MOST_PLAIN)) {
      return shortest.toPlainString();
    }
    String digits = shortest.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    int exponent = shortest.precision() - shortest.scale() - 1;
    return (number < 0 ? "-" : "") + mantissa + "e" + exponent;
  }

  // Double.toString differs between versions of Java in some last digits.
  private static BigDecimal shortest(double number) {
    BigDecimal exact = new BigDecimal(number);
    BigDecimal rounded = exact;
    for (int digits = 1; digits <= DIGITS; digits++) {
      rounded = exact.round(new MathContext(digits));
      if (rounded.doubleValue() == number) {
        break;
      }
    }
    return rounded.stripTrailingZeros();
  }

  private static String fileName(String text) {
    return text.replaceAll("[^A-Za-z0-9._-]", "-");
  }
}
