package normsweep.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a filter response norm sits; the other norms have only the dense position. */
public enum FrnPlacement {
  /** After the dense layer of the head, on a 1×1 map. */
  DENSE,
  /** On the 7×7 map before pooling. */
  SPATIAL;

  /** The name in files: {@code dense} or {@code spatial}. */
  @JsonValue
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The placement of an {@link #id()}.
   *
   * @throws IllegalArgumentException if there is no such id; the message lists what is allowed
   */
  @JsonCreator
  public static FrnPlacement of(String id) {
    for (FrnPlacement placement : values()) {
      if (placement.id().equals(id)) {
        return placement;
      }
    }
    throw new IllegalArgumentException("dense | spatial");
  }
}
