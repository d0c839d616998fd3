package normsweep.report.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every table of data of a report, from the files of its sweep alone. Where a sweep has several
 * settings of further axes, results are those of all, and the rest those of the best.
 */
record RecomputedReport(Path root, RecordedSweep sweep) {

  static RecomputedReport of(Path root) throws IOException {
    return new RecomputedReport(root, new RecordedSweep(root));
  }

  /** Tables of data by id. A cell that starts with “≈” is random: only its size is known. */
  Map<String, List<List<String>>> tables() throws IOException {
    RecordedSweep best = sweep.best();
    RecomputedTables means = new RecomputedTables(best);
    Map<String, List<List<String>>> all = new LinkedHashMap<>();
    all.put("table-results", new RecomputedTables(sweep).accuracy());
    all.put("table-contrasts", contrasts().table());
    all.put("table-convergence", means.convergence());
    if (Files.exists(root.resolve("tuning.json"))) {
      all.put("table-tuning", tuning());
    }
    all.put("table-gradients", means.gradients());
    List<List<String>> clipping = new ArrayList<>();
    sweep.bestByOptimizer().forEach(part -> clipping.addAll(new RecomputedTables(part).clipping()));
    all.put("table-clipping", clipping);
    all.put("table-dynamics", means.dynamics());
    RecomputedLandscapes landscapes = new RecomputedLandscapes(best);
    all.put("table-landscapes", landscapes.brief());
    all.put("table-surfaces", landscapes.surfaces());
    all.put("table-hessians", landscapes.hessians());
    RecomputedSections sections = new RecomputedSections(best);
    all.put("table-sections-1", sections.directions());
    all.put("table-sections-2", sections.fit());
    all.put("table-sections-3", sections.lines());
    RecomputedPredictions predictions = predictions(best);
    int number = 1;
    for (List<List<String>> table :
        List.of(
            predictions.calibration(),
            predictions.paired(),
            predictions.variance(),
            predictions.recall(),
            predictions.confused())) {
      if (!table.isEmpty()) {
        all.put("table-predictions-" + number++, table);
      }
    }
    all.put("table-trials", trials());
    return all;
  }

  RecomputedContrasts contrasts() {
    int test = Integer.parseInt(sweep.setting("data.test"));
    int validation = Integer.parseInt(sweep.setting("data.validation"));
    return new RecomputedContrasts(sweep.best(), test, validation);
  }

  /** The numbers of the other tables and of captions. */
  RecomputedTexts texts() {
    return new RecomputedTexts(root, sweep, sweep.best(), contrasts());
  }

  private static RecomputedPredictions predictions(RecordedSweep sweep) {
    Map<List<String>, TreeMap<Long, RecordedNetwork>> cells = new LinkedHashMap<>();
    sweep
        .cells()
        .forEach(
            cell -> {
              TreeMap<Long, RecordedNetwork> bySeed = new TreeMap<>();
              cell.trials().stream()
                  .filter(trial -> trial.test() != null)
                  .forEach(trial -> bySeed.put(trial.seed(), trial.test()));
              if (!bySeed.isEmpty()) {
                cells.put(List.of(cell.norm(), cell.clip()), bySeed);
              }
            });
    return new RecomputedPredictions(cells);
  }

  private List<List<String>> trials() {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode row : sweep.rows()) {
      boolean completed = row.get("status").asText().equals("completed");
      rows.add(
          List.of(
              RecordedSweep.label(row),
              row.get("seed").asText(),
              row.get("status").asText(),
              number(1, 100, row.get("testAccuracy")),
              number(3, 1, row.get("testLoss")),
              number(1, 100, row.get("valAccuracy")),
              number(3, 1, row.get("valLoss")),
              number(0, 1, row.get("bestEpoch")),
              number(1, 100, row.get("clippedFraction")),
              completed ? number(1, 1, row.get("trainSeconds")) : "–"));
    }
    return rows;
  }

  private static String number(int decimals, double factor, JsonNode value) {
    return value == null || value.isNull()
        ? "–"
        : ByHand.number(decimals, factor * value.asDouble());
  }

  private List<List<String>> tuning() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode choice :
        new JsonMapper().readTree(root.resolve("tuning.json").toFile()).get("choices")) {
      JsonNode rate = choice.get("tuned").get("training.learningRate");
      rows.add(
          List.of(
              RecordedSweep.label(choice.get("norm").asText(), choice.get("clip").asText()),
              rate == null ? "none: no candidate was completed" : "learning rate " + rate.asText(),
              rate == null ? "–" : ByHand.number(3, choice.get("valLoss").asDouble()),
              rate == null ? "–" : ByHand.number(1, 100 * choice.get("valAccuracy").asDouble()),
              choice.get("seeds").asText(),
              choice.get("completed").asText() + " of " + choice.get("candidates").asText()));
    }
    return rows;
  }
}
