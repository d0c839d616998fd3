package normsweep.record;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import normsweep.record.SearchRange.Draw;
import normsweep.record.SweepConfig.Setting;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads, checks and lists the keys of a sweep file, as defined by the {@link Setting} on each
 * component of {@link SweepConfig}. A component without one is a section of further keys. A value
 * may be a number, a truth value, a text, anything that a static {@code of(String)} converts from
 * text, or a list of these.
 */
public final class Settings {
  private static final int LONGEST = 60;

  /** Sections that cannot change the results of a trial. */
  private static final List<String> NO_AXES =
      List.of(
          "grid.",
          "search.",
          "tune.",
          "prune.",
          "tracking.",
          "landscape.",
          "data.source",
          "data.skipUnreadable");

  /** Every section and setting by its dotted key, in the order of a sweep file. */
  static final Map<String, RecordComponent> KEYS = new LinkedHashMap<>();

  static {
    list("", SweepConfig.class);
  }

  /** A dotted key, its default, the values that are accepted, in words, and what it is for. */
  public record Row(String key, String defaultValue, String allowed, String meaning) {
    private static Row of(String key, RecordComponent component) {
      Setting setting = component.getAnnotation(Setting.class);
      return new Row(
          key,
          setting.defaultValue(),
          Settings.allowed(type(component), setting),
          setting.meaning());
    }
  }

  private Settings() {}

  private static void list(String path, Class<?> section) {
    for (RecordComponent component : section.getRecordComponents()) {
      if (isKey(component)) {
        KEYS.put(path + component.getName(), component);
      }
      if (isSection(component)) {
        list(path + component.getName() + ".", component.getType());
      }
    }
  }

  /** The defaults of the keys that resolved files leave out while they have them. */
  static Map<String, Object> quietDefaults() {
    Map<String, Object> defaults = new LinkedHashMap<>();
    KEYS.forEach(
        (key, component) -> {
          Setting setting = component.getAnnotation(Setting.class);
          if (setting != null && setting.quiet()) {
            defaults.put(key, plain(typed(key, setting.defaultValue())));
          }
        });
    return defaults;
  }

  static boolean isSection(RecordComponent component) {
    return component.getType().isRecord();
  }

  /** Whether a component holds a setting or a section of settings. */
  static boolean isKey(RecordComponent component) {
    return isSection(component) || component.isAnnotationPresent(Setting.class);
  }

  /** Every setting, in the order of a sweep file. */
  public static List<Row> reference() {
    return KEYS.entrySet().stream()
        .filter(entry -> !isSection(entry.getValue()))
        .map(entry -> Row.of(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** The reference for a terminal, two lines per key. */
  public static String text() {
    return reference().stream()
        .map(
            row ->
                String.format(
                    Locale.ROOT,
                    "%-24s %s%n%-24s default: %s; allowed: %s",
                    row.key,
                    row.meaning,
                    "",
                    row.defaultValue,
                    row.allowed))
        .collect(joining(System.lineSeparator()));
  }

  /** Checks a value given by an option instead of a setting; exit code 2 if it is not allowed. */
  public static void check(String option, String key, Object value) {
    value(key, KEYS.get(key), YamlText.read(option + " " + value, String.valueOf(value)));
  }

  /** The value of a setting; exit code 2 if it is not allowed. */
  static Object value(String key, RecordComponent component, Node node) {
    Setting setting = component.getAnnotation(Setting.class);
    if (YamlText.empty(node)) {
      throw wrong(key, node, "a value (leave the key out for its default)");
    }
    return component.getType() == List.class
        ? list(key, component, node)
        : single(key, type(component), setting, node);
  }

  private static List<Object> list(String key, RecordComponent component, Node node) {
    Setting setting = component.getAnnotation(Setting.class);
    Set<Object> items = new LinkedHashSet<>();
    for (Node item : node instanceof SequenceNode list ? list.getValue() : List.of(node)) {
      if (!(item instanceof ScalarNode)) {
        throw wrong(key, item, "a single value in each place");
      }
      if (!items.add(single(key, type(component), setting, item))) {
        throw wrong(key, item, "each value once");
      }
    }
    if (items.isEmpty() && !setting.defaultValue().equals("[]")) {
      throw wrong(key, node, "at least one value");
    }
    return List.copyOf(items);
  }

  /**
   * The values of a setting that is an axis of the grid, as {@link TrialSettings} holds them.
   *
   * @param node one value or a list of values
   */
  static List<Object> axis(String key, Node node) {
    return list("grid." + key, KEYS.get(key), node).stream().map(Settings::plain).toList();
  }

  /**
   * What a search draws a setting from; exit code 2 if it is empty or inverted.
   *
   * @param section the section that varies the setting, ending in a dot
   * @param node a list of values, or a mapping of {@code log}, {@code uniform} or {@code integer}
   *     to the two ends of a range
   */
  static SearchRange range(String section, String key, Node node) {
    String place = section + key;
    if (!(node instanceof MappingNode mapping)) {
      return new SearchRange(
          Draw.LIST, list(place, KEYS.get(key), node).stream().map(Settings::plain).toList());
    }
    boolean whole = isWhole(key);
    if (!whole && type(KEYS.get(key)) != double.class) {
      throw wrong(place, node, "a list of values");
    }
    List<Draw> kinds =
        whole ? List.of(Draw.LOG, Draw.UNIFORM, Draw.INTEGER) : List.of(Draw.LOG, Draw.UNIFORM);
    for (Draw kind : kinds) {
      if (mapping.getValue().size() == 1
          && YamlText.key(mapping.getValue().get(0)).equals(kind.key())
          && mapping.getValue().get(0).getValueNode() instanceof SequenceNode ends) {
        return ends(place + "." + kind.key(), kind, KEYS.get(key), ends);
      }
    }
    throw wrong(
        place,
        node,
        "a list of values, or one of "
            + kinds.stream()
                .map(kind -> "{" + kind.key() + ": [LOW, HIGH]}")
                .collect(joining(", ")));
  }

  private static SearchRange ends(
      String place, Draw kind, RecordComponent component, SequenceNode node) {
    Setting setting = component.getAnnotation(Setting.class);
    List<Object> ends =
        node.getValue().stream().map(end -> single(place, type(component), setting, end)).toList();
    if (ends.size() != 2
        || ((Number) ends.get(0)).doubleValue() >= ((Number) ends.get(1)).doubleValue()) {
      throw wrong(place, node, "two numbers, the smaller one first");
    }
    if (kind == Draw.LOG && ((Number) ends.get(0)).doubleValue() <= 0) {
      throw wrong(place, node, "two numbers above 0 (a logarithmic scale has no 0)");
    }
    return new SearchRange(kind, ends);
  }

  /** Whether the values of a key are whole numbers. */
  public static boolean isWhole(String key) {
    Class<?> type = type(KEYS.get(key));
    return type == int.class || type == long.class;
  }

  /** One value of an axis, which a file holds as a number, truth value or text. */
  public static Object axisValue(String key, Object value) {
    if (!canBeAxis(key)) {
      throw new IllegalArgumentException(MessageText.of(key) + " is no setting of a trial");
    }
    return plain(typed(key, value));
  }

  /** The value that a component of the config has for a value of an axis. */
  static Object typed(String key, Object value) {
    RecordComponent component = KEYS.get(key);
    Node node = YamlText.read("--set " + key, String.valueOf(value));
    return single(key, type(component), component.getAnnotation(Setting.class), node);
  }

  // What has a name in files is kept by that name.
  private static Object plain(Object value) {
    return value instanceof Number || value instanceof Boolean
        ? value
        : Records.json().convertValue(value, String.class);
  }

  /** Whether a key is that of a single value that can change the results of a trial. */
  static boolean canBeAxis(String key) {
    RecordComponent component = KEYS.get(key);
    return component != null
        && !isSection(component)
        && component.getType() != List.class
        && !key.equals("name")
        && NO_AXES.stream().noneMatch(key::startsWith);
  }

  /** The name of a key in trial ids. */
  static String shortName(String key) {
    String given = KEYS.get(key).getAnnotation(Setting.class).shortName();
    return given.isEmpty() ? key.substring(key.lastIndexOf('.') + 1) : given;
  }

  /** One sentence that rejects a value. */
  static NormSweepException wrong(String key, Node node, String allowed) {
    String came = YamlText.show(node);
    if (came.length() > LONGEST) {
      came = came.substring(0, LONGEST - 3) + "...";
    }
    return YamlText.error(node, key + " is " + MessageText.of(came) + ", allowed is " + allowed);
  }

  /** The type of a setting's value, or of each value in its list. */
  private static Class<?> type(RecordComponent component) {
    Type type = component.getGenericType();
    return (Class<?>)
        (type instanceof ParameterizedType list ? list.getActualTypeArguments()[0] : type);
  }

  private static boolean isText(Class<?> type) {
    return !type.isPrimitive() && type != Long.class && type != Integer.class;
  }

  private static Object single(String key, Class<?> type, Setting setting, Node node) {
    if (isText(type)) {
      try {
        return of(type, setting, node instanceof ScalarNode scalar ? scalar.getValue() : "");
      } catch (IllegalArgumentException e) {
        throw wrong(key, node, e.getMessage());
      }
    }
    Object value = YamlText.value(node);
    if (type == boolean.class && value instanceof Boolean) {
      return value;
    }
    if (value instanceof Number number
        && number.doubleValue() >= setting.min()
        && number.doubleValue() <= setting.max()) {
      if (type == double.class) {
        return number.doubleValue();
      }
      // A number with a decimal point or exponent is not a whole number, whatever its value.
      if (type != boolean.class
          && !(number instanceof Double)
          && !(setting.odd() && number.longValue() % 2 == 0)) {
        return type == int.class || type == Integer.class
            ? (Object) number.intValue()
            : (Object) number.longValue();
      }
    }
    throw wrong(key, node, allowed(type, setting));
  }

  /** Completes a sentence that ends in {@code allowed is}. */
  private static String allowed(Class<?> type, Setting setting) {
    if (type == boolean.class) {
      return "true or false";
    }
    if (isText(type)) {
      try {
        throw new IllegalStateException(type + " takes any text: " + of(type, setting, ""));
      } catch (IllegalArgumentException e) {
        return e.getMessage();
      }
    }
    String kind = type == double.class ? "a" : setting.odd() ? "an odd" : "a whole";
    String why = setting.odd() ? " (so that there is a middle point)" : "";
    return kind + " number from " + plain(setting.min()) + " to " + plain(setting.max()) + why;
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
  }

  /** The value of a text; an exception lists what is allowed. The empty text is never allowed. */
  private static Object of(Class<?> type, Setting setting, String text) {
    if (type == String.class) {
      if (!text.matches(setting.pattern())) {
        throw new IllegalArgumentException(setting.allowed());
      }
      return text;
    }
    try {
      return type.getMethod("of", String.class).invoke(null, text);
    } catch (ReflectiveOperationException e) {
      throw e.getCause() instanceof IllegalArgumentException refused
          ? refused
          : new IllegalStateException(e);
    }
  }
}
