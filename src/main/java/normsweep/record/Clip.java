package normsweep.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.stream.Stream;

/**
 * A gradient clipping choice.
 *
 * @param mode what the threshold limits
 * @param threshold the limit, in units of the mini-batch mean gradient; 0 for {@link Mode#NONE}
 */
public record Clip(Mode mode, double threshold) implements Serializable {
  /** No clipping. */
  public static final Clip NONE = new Clip(Mode.NONE, 0);

  private static final String ALLOWED =
      "none | THRESHOLD (global norm) | layer-THRESHOLD | value-THRESHOLD, with THRESHOLD from 1e-12"
          + " to 1e12";

  /** What a threshold limits. */
  public enum Mode {
    /** Nothing. */
    NONE("", "no clipping"),
    /** The 2-norm of all gradients together, as PyTorch's {@code clip_grad_norm_} does. */
    GLOBAL_NORM("", "clip "),
    /** The 2-norm of each layer's gradients. */
    PER_LAYER("layer-", "clip per layer "),
    /** The absolute value of each element. */
    VALUE("value-", "clip value ");

    private final String prefix;
    private final String label;

    Mode(String prefix, String label) {
      this.prefix = prefix;
      this.label = label;
    }
  }

  /** Checks the threshold, which appears in folder names, whose length file systems limit. */
  public Clip {
    if (mode == Mode.NONE ? threshold != 0 : !(threshold >= 1e-12 && threshold <= 1e12)) {
      throw new IllegalArgumentException(ALLOWED);
    }
  }

  /** Limits the norm of the complete gradient to {@code threshold}. */
  public static Clip globalNorm(double threshold) {
    return new Clip(Mode.GLOBAL_NORM, threshold);
  }

  /** The form in files and trial ids: {@code none}, {@code 1.0}, {@code layer-0.5}, … */
  @JsonValue
  public String id() {
    return active() ? mode.prefix + plain(threshold) : "none";
  }

  /** Whether gradients are changed at all. */
  public boolean active() {
    return mode != Mode.NONE;
  }

  /** A short name for tables and legends. */
  public String label() {
    return active() ? mode.label + plain(threshold) : mode.label;
  }

  /** Reads an {@link #id()}; an {@link IllegalArgumentException} says what is allowed. */
  @JsonCreator
  public static Clip of(String id) {
    if (id.equals("none")) {
      return NONE;
    }
    Mode mode =
        Stream.of(Mode.PER_LAYER, Mode.VALUE)
            .filter(prefixed -> id.startsWith(prefixed.prefix))
            .findFirst()
            .orElse(Mode.GLOBAL_NORM);
    try {
      return new Clip(mode, Double.parseDouble(id.substring(mode.prefix.length())));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(ALLOWED, e);
    }
  }

  private static String plain(double value) {
    String text = BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    return text.contains(".") ? text : text + ".0";
  }
}
