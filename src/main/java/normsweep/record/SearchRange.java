package normsweep.record;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a search draws a setting from.
 *
 * @param draw how values are drawn
 * @param values the two ends of a range, or the values of a list
 */
public record SearchRange(Draw draw, List<Object> values) {
  /** How values are drawn. */
  public enum Draw {
    /** Uniformly on a logarithmic scale. */
    LOG,
    /** Uniformly. */
    UNIFORM,
    /** Uniformly among whole numbers, including both ends. */
    INTEGER,
    /** Uniformly from a list. */
    LIST;

    /** The key in a sweep file. */
    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the values. */
  public SearchRange {
    values = List.copyOf(values);
  }

  /** The form in a sweep file: {@code {log: [1.0E-5, 0.01]}} or the list. */
  @JsonValue
  Object written() {
    return draw == Draw.LIST ? values : Map.of(draw.key(), values);
  }

  /** The lower end of a range. */
  public double low() {
    return ((Number) values.get(0)).doubleValue();
  }

  /** The upper end of a range. */
  public double high() {
    return ((Number) values.get(1)).doubleValue();
  }
}
