package normsweep.landscape;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** Which parameters a surface moves. */
public enum Scope {
  /** The head's weights. */
  HEAD,
  /** The weights of the whole tail, trainable block included. */
  TAIL;

  /** The suffix after {@code landscape} in file names of this scope. */
  public String suffix() {
    return this == HEAD ? "" : "-" + id();
  }

  /** The name in files and options. */
  @JsonValue
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The scope of an {@link #id()}.
   *
   * @throws IllegalArgumentException if there is none; the message lists what is allowed
   */
  @JsonCreator
  public static Scope of(String id) {
    return Arrays.stream(values())
        .filter(scope -> scope.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("head | tail"));
  }
}
