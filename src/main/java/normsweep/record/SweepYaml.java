package normsweep.record;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import normsweep.record.SweepConfig.Setting;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Sweep files: YAML to {@link SweepConfig} and back. A file contains only what differs from the
 * defaults; everything in it is checked before anything runs.
 */
public final class SweepYaml {
  private static final long MAX_BYTES = 1 << 20;

  /** Sections that take any setting of a trial by its dotted key. */
  private static final String GRID = "grid.";

  private static final String SPACE = "search.space.";

  private static final String TUNED = "tune.keys.";

  /** Ends every resolved file; keys that are added later go before it. */
  private static final String LAST_KEY = "landscape.seed";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final DumpSettings BLOCKS =
      DumpSettings.builder()
          .setDefaultFlowStyle(FlowStyle.BLOCK)
          .setSchema(new CoreSchema())
          .build();

  private static final List<String> NO_TRIAL = List.of("grid", "search", "tune", "prune");

  private final String file;
  private final Map<String, Node> given = new LinkedHashMap<>();

  private SweepYaml(String file, String text) {
    this.file = file;
    Node root = YamlText.read(file, text);
    if (root instanceof MappingNode) {
      add("", root);
    } else if (!YamlText.empty(root)) {
      throw refused(
          file,
          " contains no mapping of keys to values; a sweep file starts with keys such as data:.");
    }
  }

  /**
   * Reads a sweep file and applies overrides.
   *
   * @param file the YAML file; its name without extension is the default name of the sweep
   * @param overrides settings of the form {@code a.b=c}, applied in order
   * @throws NormSweepException exit code 2 if the file cannot be read or contains an error
   */
  public static SweepConfig read(Path file, List<String> overrides) {
    String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    return parse(file.toString(), name, text(file), overrides);
  }

  /** Reads the text of a sweep file; {@code file} is what errors name. */
  public static SweepConfig parse(
      String file, String defaultName, String text, List<String> overrides) {
    SweepYaml yaml = new SweepYaml(file, text);
    overrides.forEach(yaml::override);
    if (!yaml.given.containsKey("name")) {
      if (!defaultName.matches(SweepConfig.NAME)) {
        throw refused(
            file, " gives the sweep the name '%s'; add a key name: to the file.", defaultName);
      }
      yaml.given.put("name", YamlText.read(file, "'" + defaultName + "'"));
    }
    return yaml.config();
  }

  /**
   * Reads a resolved config. A key that it lacks is one that the program did not know when it wrote
   * the file; its default stands for what the program did then. Without its first or last key,
   * however, the file was cut.
   *
   * @throws NormSweepException exit code 2 if the file cannot be read or is incomplete
   */
  static SweepConfig readResolved(Path file) {
    String text = text(file);
    SweepYaml yaml = new SweepYaml(file.toString(), text);
    String incomplete =
        ", so the config is incomplete; restore an intact copy, or start over with --fresh.";
    for (String key : List.of("name", LAST_KEY)) {
      if (!yaml.given.containsKey(key)) {
        throw refused(file, " lacks the key %s%s", key, incomplete);
      }
    }
    if (!text.endsWith("\n")) {
      throw refused(file, " ends in the middle of a line%s", incomplete);
    }
    return yaml.config();
  }

  /** {@link SweepConfig#of}. */
  static SweepConfig of(SweepConfig config, Trial trial) {
    SweepConfig own = config.withoutAxes();
    TrialSettings settings = trial.settings().plus(trial.tuned());
    for (Map.Entry<String, Object> setting : settings.values().entrySet()) {
      String key = setting.getKey();
      own = replaced(own, key, Settings.typed(key, setting.getValue()));
    }
    if (!settings.isEmpty()) {
      SweepRules.checkTrial(trial.id(), own, List.of(trial.norm()), config.prune());
    }
    return own;
  }

  /** A record in which one setting has another value. */
  private static <T> T replaced(T section, String key, Object value) {
    int dot = key.indexOf('.');
    RecordComponent[] components = section.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      String name = components[i].getName();
      try {
        Object old = components[i].getAccessor().invoke(section);
        values[i] =
            name.equals(key)
                ? value
                : key.startsWith(name + ".") ? replaced(old, key.substring(dot + 1), value) : old;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    @SuppressWarnings("unchecked") // the class of a T
    Class<T> type = (Class<T>) section.getClass();
    return construct(type, values);
  }

  /** The resolved config as YAML that {@link #parse} reads back to an equal one. */
  public static String write(SweepConfig config) {
    return new Dump(BLOCKS).dumpToString(MAPPER.convertValue(tree(config), LinkedHashMap.class));
  }

  /** The resolved config as JSON, which leaves the same keys out. */
  public static JsonNode tree(SweepConfig config) {
    ObjectNode tree = Records.json().valueToTree(config);
    Settings.quietDefaults()
        .forEach(
            (key, value) -> {
              ObjectNode section = (ObjectNode) tree.get(key.substring(0, key.indexOf('.')));
              String name = key.substring(key.indexOf('.') + 1);
              if (section.path(name).asText().equals(value.toString())) {
                section.remove(name);
              }
            });
    return tree;
  }

  /** The differences between two configs, one line {@code key: a -> b} each; empty if equal. */
  public static List<String> differences(SweepConfig before, SweepConfig after) {
    List<String> lines = new ArrayList<>();
    compare("", values(before), values(after), lines);
    return List.copyOf(lines);
  }

  private static void compare(String path, Map<?, ?> before, Map<?, ?> after, List<String> lines) {
    Set<Object> keys = new LinkedHashSet<>(before.keySet());
    keys.addAll(after.keySet());
    for (Object key : keys) {
      Object value = before.get(key);
      Object other = after.get(key);
      if (value instanceof Map<?, ?> section && other instanceof Map<?, ?> others) {
        compare(path + key + ".", section, others, lines);
      } else if (!Objects.equals(value, other)) {
        lines.add(path + key + ": " + shown(value) + " -> " + shown(other));
      }
    }
  }

  private static Object shown(Object value) {
    return value == null ? "none" : value;
  }

  /** The config as nested maps of texts, numbers, truth values and lists. */
  private static Map<?, ?> values(SweepConfig config) {
    return MAPPER.convertValue(config, LinkedHashMap.class);
  }

  private static String text(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw refused(file, " is a folder; a sweep file (YAML) is needed.");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw refused(
            file,
            " has %s bytes, but a sweep file has at most %s; name a sweep file such as sweeps/quick.yaml.",
            Files.size(file),
            MAX_BYTES);
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw refused(file, " does not exist; name a sweep file such as sweeps/quick.yaml.");
    } catch (MalformedInputException e) {
      throw refused(file, " is not UTF-8 text; a sweep file (YAML) is needed.");
    } catch (IOException e) {
      throw refused(file, " cannot be read: %s.", Reason.of(e));
    }
  }

  private static NormSweepException refused(Object file, String format, Object... arguments) {
    return NormSweepException.usage(file + String.format(Locale.ROOT, format, arguments));
  }

  private void override(String override) {
    String option = "--set " + MessageText.of(override);
    int equals = override.indexOf('=');
    if (equals < 1 || !override.substring(0, equals).matches("[A-Za-z]+(\\.[A-Za-z]+)*")) {
      throw refused(option, ": a setting has the form key=value, such as training.epochs=5.");
    }
    Node value = YamlText.read(option, override.substring(equals + 1));
    put(override.substring(0, equals), value, value);
  }

  /** Adds the keys of a mapping; {@code section} is empty or ends in a dot. */
  private void add(String section, Node node) {
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
  private void put(String key, Node place, Node value) {
    RecordComponent component = Settings.KEYS.get(key);
    for (String section : List.of(GRID, SPACE, TUNED)) {
      if (component == null && key.startsWith(section)) {
        putAxis(section, key.substring(section.length()), place, value);
        return;
      }
    }
    if (SPACE.equals(key + ".") || TUNED.equals(key + ".")) {
      add(key + ".", value);
      return;
    }
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

  private void putAxis(String section, String setting, Node place, Node value) {
    RecordComponent component = Settings.KEYS.get(setting);
    if (Settings.canBeAxis(setting)) {
      given.put(section + setting, value);
    } else if (component == null) {
      String own = section.equals(GRID) ? siblings(GRID) + ", and " : "";
      throw YamlText.error(
          place,
          "unknown key "
              + MessageText.of(section + setting)
              + "; allowed here: "
              + own
              + "any other setting of a trial, such as training.learningRate");
    } else if (Settings.isSection(component) && !NO_TRIAL.contains(setting)) {
      add(section + setting + ".", value);
    } else {
      String first = setting.replaceFirst("\\..*", "");
      throw YamlText.error(place, setting + " cannot be varied" + reason(first));
    }
  }

  private static String reason(String section) {
    return !NO_TRIAL.contains(section) && !section.equals("data")
        ? ": it changes no trial's results"
        : section.equals("grid")
            ? " here: its values belong directly into grid"
            : ": it belongs to the whole sweep, not to a trial";
  }

  private static String siblings(String key) {
    String section = key.substring(0, key.lastIndexOf('.') + 1);
    String known =
        Settings.KEYS.keySet().stream()
            .filter(other -> other.startsWith(section))
            .map(other -> other.substring(section.length()))
            .filter(name -> !name.contains("."))
            .collect(joining(", "));
    String varied = section.equals("search.") ? ", space" : section.equals("tune.") ? ", keys" : "";
    return known.isEmpty() ? siblings("") : known + varied;
  }

  /** The config: the given values, and defaults for the rest. */
  private SweepConfig config() {
    SweepConfig config = section("", SweepConfig.class);
    SweepRules.check(file, config);
    return config;
  }

  private static boolean isVaried(String key) {
    return (key.startsWith(GRID) && !Settings.KEYS.containsKey(key))
        || key.startsWith(SPACE)
        || key.startsWith(TUNED);
  }

  private <T> T section(String path, Class<T> type) {
    return construct(
        type,
        Arrays.stream(type.getRecordComponents())
            .map(component -> value(path + component.getName(), component))
            .toArray());
  }

  private static <T> T construct(Class<T> type, Object[] values) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object value(String key, RecordComponent component) {
    if (Settings.isSection(component)) {
      return section(key + ".", component.getType());
    }
    if (SPACE.equals(key + ".") || TUNED.equals(key + ".")) {
      return varied(key + ".", (setting, node) -> Settings.range(key + ".", setting, node));
    }
    if (!Settings.isKey(component)) {
      return varied(GRID, Settings::axis);
    }
    Node node = given.get(key);
    String value = component.getAnnotation(Setting.class).defaultValue();
    return Settings.value(key, component, node == null ? YamlText.read(key, value) : node);
  }

  /** The settings that are varied in a section, each with what {@code reader} makes of it. */
  private <T> Map<String, T> varied(String section, BiFunction<String, Node, T> reader) {
    Map<String, T> varied = new LinkedHashMap<>();
    given.forEach(
        (key, value) -> {
          if (key.startsWith(section) && isVaried(key)) {
            String setting = key.substring(section.length());
            varied.put(setting, reader.apply(setting, value));
          }
        });
    return varied;
  }
}
