package normsweep.report.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import normsweep.record.DataSettings;
import normsweep.record.Records;
import normsweep.record.Settings;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;
import normsweep.sweep.Environment;

/**
 * One of the sweeps that are compared.
 *
 * @param letter its short name, from A
 * @param folder its folder as the user named it
 * @param byCell its completed trials by cell, in the order of the sweep; a cell is a trial without
 *     its seed, with its settings of all keys that any of the sweeps varies
 */
record ComparedSweep(
    String letter,
    Path folder,
    SweepConfig config,
    SweepResults results,
    Map<Trial, List<TrialResult>> byCell) {
  private static final int DIGITS = 12;

  static ComparedSweep read(String letter, Path folder) {
    SweepFolder sweep = SweepFolder.open(folder);
    return new ComparedSweep(letter, folder, sweep.readConfig(), sweep.readResults(), Map.of());
  }

  /** This sweep with cells that tell apart values of certain keys. */
  ComparedSweep by(Set<String> keys) {
    Map<Trial, List<TrialResult>> cells =
        completed().stream()
            .collect(
                Collectors.groupingBy(
                    row -> cell(row.trial(), keys), LinkedHashMap::new, Collectors.toList()));
    return new ComparedSweep(letter, folder, config, results, cells);
  }

  private Trial cell(Trial trial, Set<String> keys) {
    Map<String, Object> values = new LinkedHashMap<>(trial.settings().values());
    if (!values.keySet().containsAll(keys)) {
      JsonNode own = Records.json().valueToTree(config.of(trial));
      for (String key : keys) {
        String value = own.at("/" + key.replace('.', '/')).asText();
        values.putIfAbsent(key, Settings.axisValue(key, value));
      }
    }
    TrialSettings settings = new TrialSettings(values);
    return new Trial(trial.norm(), trial.placement(), trial.clip(), 0, settings);
  }

  List<TrialResult> completed() {
    return results.trials().stream().filter(TrialResult::completed).toList();
  }

  /** Cells with a completed trial, in the order of the sweep. */
  List<Trial> cells() {
    return List.copyOf(byCell.keySet());
  }

  /** A score of the completed trials of a cell, by seed. */
  Map<Long, Double> values(Trial cell, Score score) {
    return byCell.getOrDefault(cell, List.of()).stream()
        .collect(Collectors.toMap(TrialResult::seed, score::of));
  }

  /** The images of one of its cells. */
  DataSettings data(Trial cell) {
    return config.of(byCell.get(cell).get(0).trial()).data();
  }

  /** What stands for a fact that a sweep lacks; empty if it may just not have been recorded. */
  static Optional<String> missing(String fact) {
    return fact.matches("(grid|search|tune)\\..*") || fact.equals(Environment.EARLIER)
        ? Optional.of("none")
        : Optional.empty();
  }

  /** Settings, weights, images, versions and machine, by name, as texts to compare. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    settings("", Records.json().valueToTree(config), facts);
    facts.remove("name");
    config.varied().forEach(key -> facts.put(key, "varied"));
    config.tune().keys().keySet().forEach(key -> facts.put(key, "tuned"));
    if (results.weights() != null) {
      facts.put(
          "weights",
          digits(results.weights().sha256())
              + " "
              + results.weights().name()
              + ", "
              + results.weights().pretrainedOn());
    }
    if (results.data() != null) {
      facts.put("images (SHA-256)", digits(results.data().sha256()));
    }
    facts.putAll(results.environment());
    return facts;
  }

  private static void settings(String path, JsonNode node, Map<String, String> facts) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String key = path + field.getKey();
      if (field.getValue().isObject()) {
        settings(key + ".", field.getValue(), facts);
      } else {
        facts.put(key, text(field.getValue()));
      }
    }
  }

  private static String text(JsonNode value) {
    return value.isArray()
        ? StreamSupport.stream(value.spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(", ", "[", "]"))
        : value.asText();
  }

  private static String digits(String sha256) {
    return sha256.substring(0, Math.min(DIGITS, sha256.length()));
  }
}
