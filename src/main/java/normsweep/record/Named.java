package normsweep.record;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** An enum whose constants have a name in files, such as {@code layer-norm}. */
public interface Named {
  /** The name in files, keys and trial ids, which stays when the Java constant is renamed. */
  @JsonValue
  String id();

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
