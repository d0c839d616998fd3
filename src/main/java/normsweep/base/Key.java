package normsweep.base;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The values that a cached file depends on. The digest covers exactly the names and values given
 * here: renaming a class, a record component or an enum constant changes no key. Raise the version
 * whenever equal values lead to a different result.
 */
public final class Key {
  private final ObjectNode values = JsonNodeFactory.instance.objectNode();

  private Key() {}

  /** A key without values but the kind of file and the version of the computation. */
  public static Key of(String kind, int version) {
    return new Key().with("key", kind).with("version", version);
  }

  /** Adds a value. */
  public Key with(String name, String value) {
    if (values.has(name)) {
      throw new IllegalArgumentException("two values of " + name);
    }
    values.put(name, value);
    return this;
  }

  public Key with(String name, long value) {
    return with(name, Long.toString(value));
  }

  /** Adds a number by its bits, because its decimal form differs between Java versions. */
  public Key with(String name, double value) {
    return with(name, Double.toHexString(value));
  }

  public Key with(String name, boolean value) {
    return with(name, Boolean.toString(value));
  }

  /** SHA-256 of the names and values, written as a JSON object in their order. */
  public String sha256() {
    return Hashes.sha256(values.toString());
  }
}
