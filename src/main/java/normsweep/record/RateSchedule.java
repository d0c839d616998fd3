package normsweep.record;

import com.fasterxml.jackson.annotation.JsonCreator;

/** How the learning rate moves from the end of the warm-up to that of training. */
public enum RateSchedule implements Named {
  /** Half a cosine, down to zero. */
  COSINE("cosine"),
  /** A straight line, down to zero. */
  LINEAR("linear"),
  /** Three stages of equal length, each with a tenth of the rate before. */
  STEP("step"),
  /** No change. */
  CONSTANT("constant");

  private final String id;

  RateSchedule(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  /** The schedule of an id; an {@link IllegalArgumentException} lists what is allowed. */
  @JsonCreator
  public static RateSchedule of(String id) {
    return Named.of(values(), id);
  }
}
