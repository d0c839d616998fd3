package normsweep.record;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import normsweep.base.MessageText;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/**
 * Collects the keys of a sweep file and of options, by their dotted names, and builds the config.
 */
final class SettingsReader {
  private final Map<String, Node> given = new LinkedHashMap<>();

  /** Adds the keys of a mapping; {@code section} is empty or ends in a dot. */
  void add(String section, Node node) {
    if (!(node instanceof MappingNode mapping)) {
      throw Settings.wrong(section.replaceFirst("\\.$", ""), node, "a mapping of keys to values");
    }
    Set<String> seen = new HashSet<>();
    for (NodeTuple entry : mapping.getValue()) {
      String name = YamlText.key(entry);
      if (!seen.add(name)) {
        throw YamlText.error(
            entry.getKeyNode(),
            "the key " + MessageText.of(name) + " appears twice; keep one of them");
      }
      put(section + name, entry.getKeyNode(), entry.getValueNode());
    }
  }

  /** Adds the value of a dotted key; errors name {@code place}. */
  void put(String key, Node place, Node value) {
    RecordComponent component = Settings.KEYS.get(key);
    if (component == null) {
      throw YamlText.error(
          place, "unknown key " + MessageText.of(key) + "; allowed here: " + siblings(key));
    }
    if (Settings.isSection(component)) {
      add(key + ".", value);
    } else {
      given.put(key, value);
    }
  }

  private static String siblings(String key) {
    String section = key.substring(0, key.lastIndexOf('.') + 1);
    String known =
        Settings.KEYS.keySet().stream()
            .filter(other -> other.startsWith(section))
            .map(other -> other.substring(section.length()))
            .filter(name -> !name.contains("."))
            .collect(joining(", "));
    return known.isEmpty() ? siblings("") : known;
  }

  boolean has(String key) {
    return given.containsKey(key);
  }

  /** The config: the given values, and defaults for the rest. */
  SweepConfig config() {
    return record("", SweepConfig.class);
  }

  private <T> T record(String path, Class<T> section) {
    RecordComponent[] components = section.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values = Arrays.stream(components).map(c -> value(path + c.getName(), c)).toArray();
    try {
      return section.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object value(String key, RecordComponent component) {
    if (Settings.isSection(component)) {
      return record(key + ".", component.getType());
    }
    String preset = component.getAnnotation(Setting.class).preset();
    return Settings.value(key, component, has(key) ? given.get(key) : YamlText.read(key, preset));
  }
}
