package normsweep.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A config and all that differ from it in one value, for tests of keys. */
public final class KeyCases {
  private static final Map<String, String> CHOICES =
      Map.of(
          "blockBatchNorm", "frozen",
          "schedule", "linear",
          "optimizer", "sgd",
          "classWeights", "balanced");

  /** Sections that decide which trials there are. */
  private static final List<String> NOT_TRAINING = List.of("grid", "search", "tune", "prune");

  private KeyCases() {}

  /** A config that says every value that keys depend on, whatever the defaults. */
  public static SweepConfig config() {
    return SweepYaml.parse(
        "t",
        "t",
        """
        data: {train: 2000, validation: 500, test: 1000, splitSeed: 1, views: 2, padding: 4, flip: true}
        model: {unfreezeFrom: Conv_1, hiddenUnits: 256, dropout: 0.5, blockBatchNorm: train}
        training: {epochs: 10, batchSize: 64, learningRate: 0.001, warmupEpochs: 1, schedule: cosine,
          optimizer: adam, momentum: 0.9, weightDecay: 0, labelSmoothing: 0, patience: 0}
        tracking: {dynamicsEvery: 80}
        landscape: {grid: 51, range: 1, images: 1000, seed: 1}
        """,
        List.of());
  }

  /** Every value of the config by its key, with a config where it alone is another. */
  public static Map<String, SweepConfig> changed() {
    Map<String, SweepConfig> changed = new LinkedHashMap<>();
    JsonNode whole = Records.json().valueToTree(config());
    for (Map.Entry<String, JsonNode> part : whole.properties()) {
      for (Map.Entry<String, JsonNode> value : part.getValue().properties()) {
        if (!NOT_TRAINING.contains(part.getKey())) {
          changed.put(part.getKey() + "." + value.getKey(), with(part.getKey(), value.getKey()));
        }
      }
    }
    return changed;
  }

  private static SweepConfig with(String part, String name) {
    ObjectNode whole = Records.json().valueToTree(config());
    ObjectNode parent = (ObjectNode) whole.get(part);
    JsonNode value = parent.get(name);
    if (value.isBoolean()) {
      parent.put(name, !value.asBoolean());
    } else if (value.isIntegralNumber()) {
      parent.put(name, value.asLong() + 1);
    } else if (value.isNumber()) {
      parent.put(name, value.asDouble() / 2 + 0.001);
    } else if (CHOICES.containsKey(name)) {
      parent.put(name, CHOICES.get(name));
    } else {
      parent.put(name, value.asText() + "2");
    }
    try {
      return Records.json().treeToValue(whole, SweepConfig.class);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
