package normsweep.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sweep files: YAML to {@link SweepConfig} and back. A file holds only what differs from the
 * defaults; everything in it is checked before anything runs.
 */
public final class SweepYaml {
  private static final long MAX_BYTES = 1 << 20;
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  private static final YAMLMapper MAPPER =
      new YAMLMapper(
          YAMLFactory.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .stringQuotingChecker(new QuotesAroundNumbers())
              .build());

  /** A sweep named 1e0 or 007 keeps its name: without quotes it would come back as a number. */
  private static final class QuotesAroundNumbers extends StringQuotingChecker.Default {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean needToQuoteValue(String value) {
      return super.needToQuoteValue(value) || !Character.isLetter(value.charAt(0));
    }
  }

  private SweepYaml() {}

  /**
   * Reads a sweep file and applies overrides.
   *
   * @param file the YAML file; its name without ending is the default name of the sweep
   * @param overrides settings of the form {@code a.b=c}, applied in order
   * @throws NormSweepException exit code 2 if the file cannot be read or anything in it is wrong
   */
  public static SweepConfig read(Path file, List<String> overrides) {
    String text;
    try {
      if (Files.isDirectory(file)) {
        throw NormSweepException.usage(file + " is a folder, a sweep file (YAML) is needed.");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw NormSweepException.usage(
            file
                + " has "
                + Files.size(file)
                + " bytes, a sweep file has at most "
                + MAX_BYTES
                + "; name a sweep file such as sweeps/quick.yaml.");
      }
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw NormSweepException.usage(
          file + " does not exist; name a sweep file such as sweeps/quick.yaml.");
    } catch (MalformedInputException e) {
      throw NormSweepException.usage(file + " is not UTF-8 text; a sweep file (YAML) is needed.");
    } catch (IOException e) {
      throw NormSweepException.usage(file + " cannot be read: " + Reason.of(e) + ".");
    }
    Path name = file.getFileName();
    return parse(file.toString(), name.toString().replaceFirst("\\.ya?ml$", ""), text, overrides);
  }

  /**
   * Reads a resolved config, which holds every key: one that is missing was cut off, and its
   * default must not take its place.
   *
   * @throws NormSweepException exit code 2 if the file cannot be read, lacks a key or ends in the
   *     middle of a line
   */
  static SweepConfig readResolved(Path file) {
    SweepConfig config = read(file, List.of());
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw NormSweepException.usage(file + " cannot be read: " + Reason.of(e) + ".");
    }
    Optional<String> missing = missing("", MAPPER.valueToTree(config), tree(file.toString(), text));
    if (missing.isPresent() || !text.endsWith("\n")) {
      throw NormSweepException.usage(
          file
              + missing.map(key -> " lacks the key " + key).orElse(" ends in the middle of a line")
              + ", so it is not the whole config of a sweep; restore a whole copy, or start over"
              + " with --fresh.");
    }
    return config;
  }

  private static Optional<String> missing(String path, JsonNode whole, JsonNode found) {
    for (Iterator<String> names = whole.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      String key = path.isEmpty() ? name : path + "." + name;
      Optional<String> missing =
          found.has(name) ? missing(key, whole.get(name), found.get(name)) : Optional.of(key);
      if (missing.isPresent()) {
        return missing;
      }
    }
    return Optional.empty();
  }

  /** Reads the text of a sweep file; {@code file} is what errors name. */
  public static SweepConfig parse(
      String file, String defaultName, String text, List<String> overrides) {
    ObjectNode root = tree(file, text);
    for (String override : overrides) {
      apply(root, override);
    }
    return resolve(file, new YamlSection(file, "", root), defaultName);
  }

  /** The resolved config as YAML that {@link #parse} reads back to an equal one. */
  public static String write(SweepConfig config) {
    try {
      return MAPPER.writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What differs between two configs, a line {@code key: a -> b} each; empty if equal. */
  public static List<String> differences(SweepConfig before, SweepConfig after) {
    List<String> lines = new ArrayList<>();
    compare("", MAPPER.valueToTree(before), MAPPER.valueToTree(after), lines);
    return List.copyOf(lines);
  }

  private static void compare(String path, JsonNode before, JsonNode after, List<String> lines) {
    if (before.isObject() && after.isObject()) {
      for (Iterator<String> names = before.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        compare(
            path.isEmpty() ? name : path + "." + name, before.get(name), after.path(name), lines);
      }
    } else if (!before.equals(after)) {
      lines.add(path + ": " + before + " -> " + after);
    }
  }

  private static ObjectNode tree(String file, String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      if (node == null || node.isMissingNode() || node.isNull()) {
        return MAPPER.createObjectNode();
      }
      if (node instanceof ObjectNode mapping) {
        return mapping;
      }
      throw NormSweepException.usage(
          file + " holds no mapping of keys to values; a sweep file starts with keys like data:.");
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      String what = e.getOriginalMessage().lines().findFirst().orElse("malformed");
      throw invalid(file, where, Excerpt.of(what));
    } catch (RuntimeException e) {
      if (e instanceof NormSweepException) {
        throw e;
      }
      // SnakeYAML throws its own unchecked exceptions for some malformed documents.
      String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("malformed");
      throw invalid(file, "", Excerpt.of(what));
    }
  }

  private static NormSweepException invalid(String file, String where, String what) {
    return NormSweepException.usage(
        file
            + " is not valid YAML"
            + where
            + ": "
            + what.replaceAll("\\p{C}", "?").replaceFirst("\\.$", "")
            + "; correct it or restore a whole copy.");
  }

  private static void apply(ObjectNode root, String override) {
    int equals = override.indexOf('=');
    if (equals < 1 || !override.substring(0, equals).matches("[A-Za-z]+(\\.[A-Za-z]+)*")) {
      throw NormSweepException.usage(
          "--set " + override + ": a setting has the form key=value, such as training.epochs=5.");
    }
    String key = override.substring(0, equals);
    String[] names = key.split("\\.", -1);
    ObjectNode parent = root;
    for (int i = 0; i < names.length - 1; i++) {
      JsonNode child = parent.get(names[i]);
      if (child != null && !child.isObject()) {
        throw NormSweepException.usage("--set " + override + ": " + names[i] + " has no keys.");
      }
      parent = child == null ? parent.putObject(names[i]) : (ObjectNode) child;
    }
    ObjectNode parsed = tree("--set " + override, "v: " + override.substring(equals + 1));
    if (parsed.size() != 1) {
      throw NormSweepException.usage("--set " + override + ": the value is not a single value.");
    }
    parent.set(names[names.length - 1], parsed.get("v"));
  }

  private static SweepConfig resolve(String file, YamlSection root, String defaultName) {
    String name =
        root.text("name", defaultName, NAME, "letters, digits, '.', '_' and '-', at most 64");
    if (!name.matches(NAME)) {
      throw NormSweepException.usage(
          file + " gives the sweep the name '" + name + "'; add a key name: to the file.");
    }
    SweepConfig config =
        new SweepConfig(
            name,
            data(root.section("data")),
            model(root.section("model")),
            training(root.section("training")),
            grid(root.section("grid")),
            tracking(root.section("tracking")),
            landscape(root.section("landscape")));
    root.rejectUnknownKeys();
    checkTogether(file, config);
    return config;
  }

  private static void checkTogether(String file, SweepConfig config) {
    Map<String, Integer> sizes =
        Map.of("data.train", config.data().train(), "data.validation", config.data().validation());
    int used = sizes.values().stream().mapToInt(Integer::intValue).sum();
    if (used > 50_000) {
      throw NormSweepException.usage(
          file
              + ": data.train + data.validation is "
              + used
              + ", allowed is at most 50000 (CIFAR-10's training images).");
    }
    if (config.training().batchSize() > config.data().train()) {
      throw NormSweepException.usage(
          file
              + ": training.batchSize is "
              + config.training().batchSize()
              + ", allowed is at most data.train ("
              + config.data().train()
              + ").");
    }
  }

  private static SweepConfig.Data data(YamlSection section) {
    SweepConfig.Data data =
        new SweepConfig.Data(
            section.integer("train", 2000, 10, 50_000),
            section.integer("validation", 500, 10, 50_000),
            section.integer("test", 1000, 10, 10_000),
            section.longInteger("splitSeed", 1, 0, Integer.MAX_VALUE),
            section.integer("views", 2, 1, 64),
            section.integer("padding", 4, 0, 16),
            section.flag("flip", true));
    section.rejectUnknownKeys();
    return data;
  }

  private static SweepConfig.Model model(YamlSection section) {
    SweepConfig.Model model =
        new SweepConfig.Model(
            section.text(
                "unfreezeFrom", "Conv_1", "[A-Za-z][A-Za-z0-9_]*", "the name of a backbone layer"),
            section.integer("hiddenUnits", 256, 1, 4096),
            section.number("dropout", 0.5, 0, 0.95));
    section.rejectUnknownKeys();
    return model;
  }

  private static SweepConfig.Training training(YamlSection section) {
    SweepConfig.Training training =
        new SweepConfig.Training(
            section.integer("epochs", 10, 1, 1000),
            section.integer("batchSize", 64, 2, 4096),
            section.number("learningRate", 1e-3, 1e-8, 10),
            section.number("warmupEpochs", 1, 0, 1000));
    section.rejectUnknownKeys();
    return training;
  }

  private static SweepConfig.Grid grid(YamlSection section) {
    SweepConfig.Grid grid =
        new SweepConfig.Grid(
            section.parsed("norm", List.of(Norm.values()), Norm::of),
            section.parsed("placement", List.of(FrnPlacement.DENSE), FrnPlacement::of),
            section.parsed("clip", List.of(Clip.NONE, Clip.globalNorm(1)), Clip::of),
            section.longs("seed", List.of(1L), 0, Integer.MAX_VALUE));
    section.rejectUnknownKeys();
    return grid;
  }

  private static SweepConfig.Tracking tracking(YamlSection section) {
    SweepConfig.Tracking tracking =
        new SweepConfig.Tracking(
            section.integer("histogramEvery", 50, 1, 1_000_000),
            section.integer("statsEvery", 50, 1, 1_000_000));
    section.rejectUnknownKeys();
    return tracking;
  }

  private static SweepConfig.Landscape landscape(YamlSection section) {
    SweepConfig.Landscape landscape =
        new SweepConfig.Landscape(
            section.integer("grid", 51, 3, 501),
            section.number("range", 1, 1e-3, 100),
            section.integer("images", 1000, 10, 50_000),
            section.longInteger("seed", 1, 0, Integer.MAX_VALUE));
    section.rejectUnknownKeys();
    if (landscape.grid() % 2 == 0) {
      throw section.wrong(
          "grid",
          IntNode.valueOf(landscape.grid()),
          "an odd number from 3 to 501 (the trained parameters lie in the middle)");
    }
    return landscape;
  }
}
