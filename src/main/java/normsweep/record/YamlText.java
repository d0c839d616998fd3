package normsweep.record;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.SpecVersion;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;
import org.snakeyaml.engine.v2.schema.Schema;

/**
 * One document of YAML 1.2 (core schema). Features whose meaning is not visible in the text are
 * refused with their line number: anchors, tags, merge keys, a second document, another version of
 * YAML.
 */
final class YamlText {
  private static final CoreSchema CORE = new CoreSchema();
  private static final Tag PLAIN = new Tag("!plain");

  /** Leaves the type of plain text open: the setting decides, and no key is a merge key. */
  private static final Schema UNRESOLVED =
      new FailsafeSchema() {
        @Override
        public ScalarResolver getScalarResolver() {
          return (text, plain) -> plain ? PLAIN : Tag.STR;
        }
      };

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
            .setSchema(UNRESOLVED)
            .setAllowNonScalarKeys(true)
            .setVersionFunction(YamlText::version)
            .build();
    try {
      Node root =
          new Compose(settings)
              .composeString(text)
              .orElseGet(() -> new Compose(settings).composeString("---").orElseThrow());
      refuseWhatIsHidden(root);
      return root;
    } catch (NormSweepException e) {
      throw e;
    } catch (MarkedYamlEngineException e) {
      throw invalid(file, e.getProblemMark(), String.valueOf(e.getProblem()));
    } catch (RuntimeException e) {
      // The library gives no line for characters that are not allowed in a document.
      throw invalid(file, Optional.empty(), String.valueOf(e.getMessage()));
    } catch (StackOverflowError e) {
      throw invalid(file, Optional.empty(), "its values are nested too deep");
    }
  }

  private static SpecVersion version(SpecVersion declared) {
    if (declared.getMajor() != 1 || declared.getMinor() != 2) {
      throw new YamlEngineException("%YAML declares another version than 1.2");
    }
    return declared;
  }

  private static NormSweepException invalid(String file, Optional<Mark> mark, String problem) {
    Optional<Mark> place = mark.filter(m -> !file.startsWith(OPTION));
    String line = place.map(m -> " line " + (m.getLine() + 1)).orElse("");
    String what = MessageText.of(problem.lines().findFirst().orElse("")).replaceFirst("\\.$", "");
    String known =
        problem.contains("TAB")
            ? "a tab is used where only spaces are allowed; indent with spaces"
            : problem.contains("another document")
                ? "a second document starts; put each sweep in its own file"
                : problem.contains("undefined alias")
                    ? what.replaceFirst(".* ", "*") + " is an alias; write its value out"
                    : problem.startsWith("%YAML") ? what + "; delete that line" : "";
    return NormSweepException.usage(
        known.isEmpty()
            ? file
                + " is not valid YAML"
                + (line.isEmpty() ? "" : " at" + line)
                + place.map(m -> ", column " + (m.getColumn() + 1)).orElse("")
                + ": "
                + what
                + "; correct it or restore an intact copy."
            : file + (line.isEmpty() ? "" : "," + line) + ": " + known + ".");
  }

  private static void refuseWhatIsHidden(Node node) {
    node.getAnchor()
        .ifPresent(
            anchor -> {
              throw error(
                  node,
                  "&" + anchor + " is an anchor; delete it and write the value out each time");
            });
    Tag tag =
        node instanceof ScalarNode scalar
            ? scalar.isPlain() ? PLAIN : Tag.STR
            : node instanceof SequenceNode ? Tag.SEQ : Tag.MAP;
    if (!node.getTag().equals(tag)) {
      String name = node.getTag().getValue().replace(Tag.PREFIX, "!!");
      throw error(node, MessageText.of(name) + " is a tag; delete it");
    }
    children(node).forEach(YamlText::refuseWhatIsHidden);
  }

  private static List<Node> children(Node node) {
    return node instanceof SequenceNode list
        ? list.getValue()
        : node instanceof MappingNode mapping
            ? mapping.getValue().stream()
                .flatMap(entry -> List.of(entry.getKeyNode(), entry.getValueNode()).stream())
                .toList()
            : List.of();
  }

  /** The text of a key. */
  static String key(NodeTuple entry) {
    if (!(entry.getKeyNode() instanceof ScalarNode key)) {
      throw error(entry.getKeyNode(), "a key is a list or a mapping; give it a name");
    }
    if (key.isPlain() && key.getValue().equals("<<")) {
      throw error(key, "<< is a merge key; write the keys out");
    }
    return key.getValue();
  }

  /** Whether the value is empty or null in YAML. */
  static boolean empty(Node node) {
    return tag(node).equals(Tag.NULL);
  }

  private static Tag tag(Node node) {
    return node instanceof ScalarNode scalar
        ? CORE.getScalarResolver().resolve(scalar.getValue(), scalar.isPlain())
        : node.getTag();
  }

  /** The number or truth value that a node represents, or null. */
  static Object value(Node node) {
    ConstructNode construct = CORE.getSchemaTagConstructors().get(tag(node));
    return construct == null ? null : construct.construct(node);
  }

  /** One sentence about a node. */
  static NormSweepException error(Node node, String sentence) {
    Mark mark = node.getStartMark().orElseThrow();
    String name = mark.getName();
    return NormSweepException.usage(
        name
            + (name.startsWith(OPTION) ? "" : ", line " + (mark.getLine() + 1))
            + ": "
            + sentence
            + ".");
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
    return tag(node).equals(Tag.STR) ? '"' + text + '"' : text.isEmpty() ? "empty" : text;
  }
}
