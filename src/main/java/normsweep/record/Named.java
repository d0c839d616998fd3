package normsweep.record;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** An enum whose constants have a name in files, such as {@code layer-norm}. */
public interface Named {
  /** The constant's name in Java. */
  String name();

  /** The name in files and trial ids. */
  @JsonValue
  default String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The constant of an {@link #id()}; an {@link IllegalArgumentException} lists what is allowed.
   */
  static <E extends Named> E of(E[] values, String id) {
    String all = Arrays.stream(values).map(Named::id).collect(Collectors.joining(" | "));
    return Arrays.stream(values)
        .filter(value -> value.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(all));
  }
}
