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

  /** Thresholds appear in folder names, whose length file systems limit. */
  private static final double LEAST = 1e-12;

  private static final double MOST = 1e12;

  /** What a threshold limits. */
  public enum Mode {
    /** Nothing. */
    NONE(""),
    /** The 2-norm of all gradients together, as PyTorch's {@code clip_grad_norm_} does. */
    GLOBAL_NORM(""),
    /** The 2-norm of each layer's gradients. */
    PER_LAYER("layer-"),
    /** The absolute value of each element. */
    VALUE("value-");

    private final String prefix;

    Mode(String prefix) {
      this.prefix = prefix;
    }
  }

  /** Checks that the threshold fits the mode. */
  public Clip {
    if (mode == Mode.NONE ? threshold != 0 : !(threshold >= LEAST && threshold <= MOST)) {
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
    return mode == Mode.NONE ? "none" : mode.prefix + plain(threshold);
  }

  /** Whether gradients are changed at all. */
  public boolean active() {
    return mode != Mode.NONE;
  }

  /** A short name for tables and legends. */
  public String label() {
    return switch (mode) {
      case NONE -> "no clipping";
      case GLOBAL_NORM -> "clip " + plain(threshold);
      case PER_LAYER -> "clip per layer " + plain(threshold);
      case VALUE -> "clip value " + plain(threshold);
    };
  }

  /**
   * Reads an {@link #id()}.
   *
   * @throws IllegalArgumentException if it is invalid; the message says what is allowed
   */
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
