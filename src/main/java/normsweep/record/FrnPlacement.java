package normsweep.record;

import com.fasterxml.jackson.annotation.JsonCreator;

/** Where a filter response norm sits; the other norms have only the dense position. */
public enum FrnPlacement implements Named {
  /** After the dense layer of the head, on a 1×1 map. */
  DENSE("dense"),
  /** On the 7×7 map before pooling. */
  SPATIAL("spatial");

  private final String id;

  FrnPlacement(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  /** The placement of an id; an {@link IllegalArgumentException} lists what is allowed. */
  @JsonCreator
  public static FrnPlacement of(String id) {
    return Named.of(values(), id);
  }
}
