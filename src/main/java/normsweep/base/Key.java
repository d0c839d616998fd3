package normsweep.base;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The values that a cached file depends on. The digest covers exactly the names and values given
 * here: renaming a class, a record component or an enum constant changes no key. Raise the version
 * whenever equal values lead to a different result.
 */
public final class Key {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> values = new LinkedHashMap<>();

  private Key() {}

  /**
   * A key without values.
   *
   * @param kind the kind of file
   * @param version version of the computation
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

  /** Adds a number by its bits, because its decimal form differs between Java versions. */
  public Key with(String name, double value) {
    return with(name, Double.toHexString(value));
  }

  /** Adds a truth value. */
  public Key with(String name, boolean value) {
    return with(name, Boolean.toString(value));
  }

  /** SHA-256 of the names and values, written as a JSON object in their order. */
  public String sha256() {
    try {
      return Hashes.sha256(JSON.writeValueAsString(values));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
