package normsweep.record;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.SpecVersion;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * One document of YAML 1.2 (core schema). Features whose meaning is not visible in the text are
 * refused with their line number: anchors, tags, merge keys, a second document, another version of
 * YAML.
 */
final class YamlText {
  private static final CoreSchema CORE = new CoreSchema();
  private static final String OPTION = "--";

  private YamlText() {}

  /**
   * The content of a file, or the value of an option, for which errors give no line. No content
   * gives an empty plain text.
   */
  static Node read(String file, String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setSchema(CORE)
            .setAllowNonScalarKeys(true)
            .setVersionFunction(version -> require12(file, version))
            .build();
    Compose compose = new Compose(settings);
    try {
      for (Event event : new Parse(settings).parseString(text)) {
        Optional<String> hidden = hidden(event);
        if (hidden.isPresent()) {
          throw error(event.getStartMark().orElseThrow(), hidden.get());
        }
      }
      return compose.composeString(text).or(() -> compose.composeString("---")).orElseThrow();
    } catch (MarkedYamlEngineException e) {
      throw invalid(file, e.getProblemMark(), String.valueOf(e.getProblem()));
    } catch (NormSweepException e) {
      throw e;
    } catch (RuntimeException e) {
      // The library gives no line for characters that are not allowed in a document.
      throw invalid(file, Optional.empty(), String.valueOf(e.getMessage()));
    } catch (StackOverflowError e) {
      throw invalid(file, Optional.empty(), "its values are nested too deep");
    }
  }

  private static SpecVersion require12(String file, SpecVersion declared) {
    if (declared.getMajor() != 1 || declared.getMinor() != 2) {
      throw NormSweepException.usage(
          file + ": %YAML declares another version than 1.2; delete that line.");
    }
    return declared;
  }

  /** What an event means beyond its text, and how to write that instead. */
  private static Optional<String> hidden(Event event) {
    if (event instanceof AliasEvent alias) {
      return Optional.of("*" + alias.getAlias() + " is an alias; write its value out");
    }
    if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      String anchor = "&" + node.getAnchor().get();
      return Optional.of(anchor + " is an anchor; delete it and write the value out each time");
    }
    if (event instanceof ScalarEvent text && text.isPlain() && text.getValue().equals("<<")) {
      return Optional.of("<< is a merge key; write the keys out");
    }
    Optional<String> tag =
        event instanceof ScalarEvent scalar
            ? scalar.getTag()
            : event instanceof CollectionStartEvent start ? start.getTag() : Optional.empty();
    return tag.map(name -> MessageText.of(name.replace(Tag.PREFIX, "!!")) + " is a tag; delete it");
  }

  private static NormSweepException invalid(String file, Optional<Mark> mark, String problem) {
    if (mark.isPresent() && problem.contains("TAB")) {
      return error(mark.get(), "a tab is used where only spaces are allowed; indent with spaces");
    }
    if (mark.isPresent() && problem.contains("another document")) {
      return error(mark.get(), "a second document starts; put each sweep in its own file");
    }
    String at =
        mark.filter(m -> !file.startsWith(OPTION))
            .map(m -> " at line " + (m.getLine() + 1) + ", column " + (m.getColumn() + 1))
            .orElse("");
    String what = MessageText.of(problem.lines().findFirst().orElse("")).replaceFirst("\\.$", "");
    return NormSweepException.usage(
        String.format(
            Locale.ROOT,
            "%s is not valid YAML%s: %s; correct it or restore an intact copy.",
            file,
            at,
            what));
  }

  /** The text of a key. */
  static String key(NodeTuple entry) {
    if (entry.getKeyNode() instanceof ScalarNode key) {
      return key.getValue();
    }
    throw error(entry.getKeyNode(), "a key is a list or a mapping; give it a name");
  }

  /** Whether the value is empty or null in YAML. */
  static boolean empty(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  /** The number or truth value that a node represents, or null. */
  static Object value(Node node) {
    ConstructNode construct = CORE.getSchemaTagConstructors().get(node.getTag());
    return construct == null ? null : construct.construct(node);
  }

  /** One sentence about a node. */
  static NormSweepException error(Node node, String sentence) {
    return error(node.getStartMark().orElseThrow(), sentence);
  }

  private static NormSweepException error(Mark mark, String sentence) {
    String line = mark.getName().startsWith(OPTION) ? "" : ", line " + (mark.getLine() + 1);
    return NormSweepException.usage(mark.getName() + line + ": " + sentence + ".");
  }

  /** The node as it was written, on one line. */
  static String show(Node node) {
    if (node instanceof MappingNode mapping) {
      return mapping.getValue().stream()
          .map(entry -> key(entry) + ": " + show(entry.getValueNode()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (node instanceof SequenceNode list) {
      return list.getValue().stream()
          .map(YamlText::show)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    String text = ((ScalarNode) node).getValue();
    return node.getTag().equals(Tag.STR) ? '"' + text + '"' : text.isEmpty() ? "empty" : text;
  }
}
