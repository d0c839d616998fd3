package normsweep.report.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;

/**
 * One of the sweeps that are compared.
 *
 * @param letter its short name, from A
 * @param folder its folder as the user named it
 */
record ComparedSweep(String letter, Path folder, SweepConfig config, SweepResults results) {
  private static final int DIGITS = 12;

  static ComparedSweep read(String letter, Path folder) {
    SweepFolder sweep = SweepFolder.open(folder);
    return new ComparedSweep(letter, folder, sweep.readConfig(), sweep.readResults());
  }

  /** A trial's cell: the trial without its seed. */
  static Trial cell(Trial trial) {
    return new Trial(trial.norm(), trial.placement(), trial.clip(), 0, trial.settings());
  }

  List<TrialResult> completed() {
    return results.trials().stream().filter(TrialResult::completed).toList();
  }

  /** Cells with a completed trial, in the order of the sweep. */
  List<Trial> cells() {
    return completed().stream().map(row -> cell(row.trial())).distinct().toList();
  }

  /** A score of the completed trials of a cell, by seed. */
  Map<Long, Double> values(Trial cell, Score score) {
    return completed().stream()
        .filter(row -> cell(row.trial()).equals(cell))
        .collect(Collectors.toMap(TrialResult::seed, score::of));
  }

  /** Settings, weights, images, versions and machine, by name, as texts to compare. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    settings("", Records.json().valueToTree(config), facts);
    facts.remove("name");
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
