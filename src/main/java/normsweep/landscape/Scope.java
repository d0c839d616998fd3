package normsweep.landscape;

import com.fasterxml.jackson.annotation.JsonCreator;
import normsweep.record.Named;

/** Which parameters a surface moves. */
public enum Scope implements Named {
  /** The head's weights. */
  HEAD("head"),
  /** The weights of the whole tail, trainable block included. */
  TAIL("tail");

  private final String id;

  Scope(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  /** The suffix after {@code landscape} in file names of this scope. */
  public String suffix() {
    return this == HEAD ? "" : "-" + id;
  }

  /** The scope of an {@link #id()}; an {@link IllegalArgumentException} lists what is allowed. */
  @JsonCreator
  public static Scope of(String id) {
    return Named.of(values(), id);
  }
}
