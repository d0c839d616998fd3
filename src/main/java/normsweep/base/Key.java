package normsweep.base;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a file that is kept depends on, value by value. The digest stands for the names and values
 * given here and for nothing else: renaming a class, a record component or an enum constant changes
 * no key. Whoever changes what is computed from equal values raises the version.
 */
public final class Key {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> values = new LinkedHashMap<>();

  private Key() {}

  /**
   * A key without values.
   *
   * @param kind what it is a key of
   * @param version of what is computed from the values
   */
  public static Key of(String kind, int version) {
    return new Key().with("key", kind).with("version", version);
  }

  /** Adds a text. */
  public Key with(String name, String value) {
    if (values.putIfAbsent(name, value) != null) {
      throw new IllegalArgumentException("two values of " + name);
    }
    return this;
  }

  /** Adds a whole number. */
  public Key with(String name, long value) {
    return with(name, Long.toString(value));
  }

  /** Adds a number, by its bits: decimal forms differ from one version of Java to the next. */
  public Key with(String name, double value) {
    return with(name, Double.toHexString(value));
  }

  /** Adds a yes or no. */
  public Key with(String name, boolean value) {
    return with(name, Boolean.toString(value));
  }

  /** SHA-256 of names and values, as a JSON object in their order. */
  public String sha256() {
    try {
      return Hashes.sha256(JSON.writeValueAsString(values));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
