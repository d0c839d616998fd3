package normsweep.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads one mapping of a sweep file key by key, and turns everything that does not fit into one
 * sentence: the file, the key, what came, what is allowed.
 */
final class YamlSection {
  private final String file;
  private final String path;
  private final ObjectNode node;
  private final Set<String> known = new LinkedHashSet<>();

  YamlSection(String file, String path, ObjectNode node) {
    this.file = file;
    this.path = path;
    this.node = node;
  }

  YamlSection section(String key) {
    JsonNode value = take(key);
    if (value == null) {
      return new YamlSection(file, path(key), node.objectNode());
    }
    if (!(value instanceof ObjectNode mapping)) {
      throw wrong(key, value, "a mapping of keys to values");
    }
    return new YamlSection(file, path(key), mapping);
  }

  int integer(String key, int fallback, int least, int most) {
    return (int) longInteger(key, fallback, least, most);
  }

  long longInteger(String key, long fallback, long least, long most) {
    JsonNode value = take(key);
    return value == null ? fallback : longInteger(key, value, least, most);
  }

  private long longInteger(String key, JsonNode value, long least, long most) {
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.asLong() < least
        || value.asLong() > most) {
      throw wrong(key, value, "a whole number from " + least + " to " + most);
    }
    return value.asLong();
  }

  double number(String key, double fallback, double least, double most) {
    JsonNode value = take(key);
    if (value == null) {
      return fallback;
    }
    double number = value.asDouble();
    if (!value.isNumber() || !(number >= least && number <= most)) {
      throw wrong(key, value, "a number from " + least + " to " + most);
    }
    return number;
  }

  boolean flag(String key, boolean fallback) {
    JsonNode value = take(key);
    if (value == null) {
      return fallback;
    }
    if (!value.isBoolean()) {
      throw wrong(key, value, "true or false");
    }
    return value.asBoolean();
  }

  String text(String key, String fallback, String pattern, String allowed) {
    JsonNode value = take(key);
    if (value == null) {
      return fallback;
    }
    if (!value.isValueNode() || !value.asText().matches(pattern)) {
      throw wrong(key, value, allowed);
    }
    return value.asText();
  }

  List<Long> longs(String key, List<Long> fallback, long least, long most) {
    return list(key, fallback, item -> longInteger(key, item, least, most));
  }

  /** A non-empty list without repetitions; {@code parse} throws what is allowed. */
  <T> List<T> parsed(String key, List<T> fallback, Function<String, T> parse) {
    return list(
        key,
        fallback,
        item -> {
          try {
            if (!item.isValueNode()) {
              throw wrong(key, item, "a single value in each place");
            }
            return parse.apply(item.asText());
          } catch (IllegalArgumentException e) {
            throw wrong(key, item, e.getMessage());
          }
        });
  }

  private <T> List<T> list(String key, List<T> fallback, Function<JsonNode, T> parse) {
    JsonNode value = take(key);
    if (value == null) {
      return fallback;
    }
    Set<T> items = new LinkedHashSet<>();
    List<JsonNode> nodes = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(nodes::add);
    } else {
      nodes.add(value);
    }
    for (JsonNode item : nodes) {
      if (!items.add(parse.apply(item))) {
        throw wrong(key, item, "each value once");
      }
    }
    if (items.isEmpty()) {
      throw wrong(key, value, "at least one value");
    }
    return List.copyOf(items);
  }

  /** To be called when every key has been asked for. */
  void rejectUnknownKeys() {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw NormSweepException.usage(
                    file
                        + ": unknown key "
                        + path(Excerpt.of(name))
                        + "; allowed here: "
                        + String.join(", ", known)
                        + ".");
              }
            });
  }

  NormSweepException wrong(String key, JsonNode value, String allowed) {
    String came = value.toString();
    if (came.length() > 60) {
      came = came.substring(0, 57) + "...";
    }
    return NormSweepException.usage(
        file + ": " + path(key) + " is " + came + ", allowed is " + allowed + ".");
  }

  private JsonNode take(String key) {
    known.add(key);
    JsonNode value = node.get(key);
    if (value != null && value.isNull()) {
      throw wrong(key, value, "a value (leave the key out for its default)");
    }
    return value;
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
