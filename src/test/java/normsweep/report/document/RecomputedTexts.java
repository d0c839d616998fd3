package normsweep.report.document;

import static normsweep.report.document.ByHand.mean;
import static normsweep.report.document.ByHand.median;
import static normsweep.report.document.ByHand.number;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import normsweep.report.document.RecordedSweep.RecordedTrial;

/**
 * The numbers in tables of words and in captions, in their order, from the files of a sweep.
 *
 * @param whole all trials
 * @param sweep those of the setting shown
 */
record RecomputedTexts(
    Path root, RecordedSweep whole, RecordedSweep sweep, RecomputedContrasts contrasts) {

  /** The tables by class; each row is its first cell and the numbers of the others. */
  Map<String, List<List<String>>> tables() throws IOException {
    return Map.of(
        "formulas",
        rows(
            "Batch norm[Ioffe 2015]",
            List.of(),
            "Layer norm[Ba 2016]",
            List.of(),
            "Filter response norm[Singh 2020]",
            List.of("1", "1")),
        "setup choices",
        choices(),
        "setup explanations",
        explanations(),
        "setup",
        provenance());
  }

  @SuppressWarnings("unchecked")
  private static List<List<String>> rows(Object... subjectsAndNumbers) {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < subjectsAndNumbers.length; i += 2) {
      List<String> row = new ArrayList<>(List.of((String) subjectsAndNumbers[i]));
      row.addAll((List<String>) subjectsAndNumbers[i + 1]);
      rows.add(row);
    }
    return rows;
  }

  private List<String> settings(String... keys) {
    return Arrays.stream(keys).map(sweep::setting).map(RecomputedTexts::plain).toList();
  }

  private static String plain(String number) {
    return new BigDecimal(number).stripTrailingZeros().toPlainString();
  }

  private static List<String> joined(List<String> first, List<String> then) {
    return Stream.of(first, then).flatMap(List::stream).toList();
  }

  private JsonNode results() throws IOException {
    return new JsonMapper().readTree(root.resolve("results.json").toFile());
  }

  private List<List<String>> choices() throws IOException {
    String views = sweep.setting("data.views");
    boolean momentum = sweep.setting("training.optimizer").equals("sgd");
    String validation = sweep.setting("data.validation");
    double step = 100 / Double.parseDouble(validation);
    int epochs = Integer.parseInt(sweep.setting("training.epochs"));
    List<List<String>> rows =
        rows(
            "Backbone",
            ReportPage.numbers(List.of(results().get("weights").get("name").asText())),
            "Trainable block",
            List.of(),
            "Head",
            joined(
                settings("model.hiddenUnits", "model.dropout"),
                joined(List.of("10"), settings("data.train"))),
            "Images",
            joined(
                settings("data.train", "data.validation", "data.test"),
                List.of("32", "32", "224", "224", "224", "224")),
            "Augmentation",
            List.of(views, sweep.setting("data.padding"), views, views),
            "Norms",
            List.of(),
            "Gradient clipping",
            joined(List.of("1.0"), unclippedNorms()),
            sweep.seeds().size() == 1 ? "Seed" : "Seeds",
            List.of(sweep.setting("grid.seed").split(", ")),
            "Further axes",
            further(),
            "Optimizer",
            momentum
                ? settings("training.momentum", "training.learningRate")
                : settings("training.learningRate"),
            "Schedule",
            settings("training.warmupEpochs"),
            "Batch",
            List.of(
                sweep.setting("training.batchSize"), Integer.toString(sweep.iterationsPerEpoch())),
            "Epochs",
            joined(
                List.of(
                    Integer.toString(epochs),
                    Integer.toString(epochs * sweep.iterationsPerEpoch())),
                unfinished()),
            "Saved model",
            List.of(validation, plain(new BigDecimal(step).round(new MathContext(2)).toString())),
            "Tuning",
            joined(settings("tune.candidates"), List.of(sweep.setting("tune.seeds").split(", "))));
    boolean tuned = !sweep.setting("tune.candidates").equals("0");
    return rows.stream()
        .filter(row -> !row.get(0).equals("Further axes") || row.size() > 1)
        .filter(row -> !row.get(0).equals("Tuning") || tuned)
        .toList();
  }

  private List<String> further() {
    return whole.rows().stream()
        .map(row -> row.path("settings").path("training.learningRate"))
        .filter(rate -> !rate.isMissingNode())
        .map(JsonNode::asText)
        .distinct()
        .toList();
  }

  // Smallest and largest median norm of trials without clipping.
  private List<String> unclippedNorms() {
    DoubleSummaryStatistics norms =
        sweep.trials().stream()
            .filter(trial -> trial.clip().equals("none"))
            .mapToDouble(trial -> median(trial.gradients().column("normBefore")))
            .summaryStatistics();
    return List.of(digits(norms.getMin()), digits(norms.getMax()));
  }

  // Three, but at most four decimals.
  private static String digits(double value) {
    int decimals = 2 - (int) Math.floor(Math.log10(value));
    return number(Math.min(4, decimals), value);
  }

  // Trials whose lowest validation loss is that of the last epoch, of all.
  private List<String> unfinished() {
    long late =
        sweep.trials().stream()
            .map(trial -> trial.epochs("valLoss"))
            .filter(losses -> lowest(losses) == losses[losses.length - 1])
            .count();
    return late == 0
        ? List.of()
        : List.of(Long.toString(late), Integer.toString(sweep.trials().size()));
  }

  private static double lowest(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  private List<List<String>> explanations() {
    List<List<String>> rows = new ArrayList<>(rows("Norm", norms()));
    List<String> clipping = clipping();
    if (!clipping.isEmpty()) {
      rows.addAll(rows("Clipping", clipping));
    }
    long rising =
        sweep.trials().stream()
            .map(trial -> trial.epochs("valLoss"))
            .filter(losses -> losses[losses.length - 1] > 1.02 * lowest(losses))
            .count();
    if (rising > 0) {
      String all = Integer.toString(sweep.trials().size());
      rows.addAll(rows("Overfitting", List.of(Long.toString(rising), all, "2")));
    }
    rows.addAll(rows("Flatness", flatness()));
    return rows;
  }

  private List<String> norms() {
    List<List<String>> different = contrasts.different();
    if (different.isEmpty()) {
      return List.of(number(1, 100 * contrasts.widest()));
    }
    int norms = sweep.norms().size();
    List<String> numbers = new ArrayList<>();
    numbers.add(Integer.toString(norms * (norms - 1) / 2));
    numbers.add(Integer.toString(different.size()));
    if (different.stream().flatMap(List::stream).anyMatch("filter-response-norm"::equals)) {
      numbers.addAll(List.of("1", "1"));
    }
    numbers.addAll(List.of("7", "7"));
    return numbers;
  }

  // Median factors, how much longer steps are if by a twentieth, and the accuracy of one seed.
  private List<String> clipping() {
    List<RecordedTrial> clipped =
        sweep.trials().stream().filter(trial -> !trial.clip().equals("none")).toList();
    DoubleSummaryStatistics factors =
        clipped.stream()
            .mapToDouble(trial -> median(TrialNumbers.factors(trial.gradients())))
            .summaryStatistics();
    List<String> numbers = new ArrayList<>();
    numbers.add(number(2, factors.getMin()));
    numbers.add(number(2, factors.getMax()));
    RecomputedTables tables = new RecomputedTables(sweep);
    double longer = mean(clipped.stream().mapToDouble(tables::stepLength).toArray());
    if (longer > 1.05) {
      numbers.add(number(1, longer));
    }
    if (sweep.seeds().size() == 1) {
      numbers.add(number(1, 100 * contrasts.largestEffect()));
    }
    return numbers;
  }

  // Of the flattest norm over what all norms have; of the sharpest over what both have.
  private List<String> flatness() {
    TreeMap<Double, String> order = new TreeMap<>();
    sweep.norms().forEach(norm -> order.put(sharpness(norm, sweep.norms()), norm));
    String flattest = order.firstEntry().getValue();
    double sharpest =
        sweep.norms().stream()
            .filter(norm -> !norm.equals(flattest))
            .mapToDouble(norm -> sharpness(norm, List.of(norm, flattest)))
            .max()
            .orElseThrow();
    return List.of(digits(order.firstKey()), digits(sharpest));
  }

  // A seed counts once, with its mean over the clipping choices that all these norms have.
  private double sharpness(String norm, List<String> norms) {
    List<Double> seeds = new ArrayList<>();
    for (long seed : sweep.seeds()) {
      double[] own =
          sweep.trials().stream()
              .filter(trial -> trial.norm().equals(norm) && trial.seed() == seed)
              .filter(trial -> norms.stream().allMatch(other -> hasLike(trial, other)))
              .map(trial -> trial.file("landscape.json").get("measures").get("sharpness"))
              .mapToDouble(JsonNode::asDouble)
              .toArray();
      seeds.add(mean(own));
    }
    return mean(seeds.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private boolean hasLike(RecordedTrial trial, String norm) {
    return sweep.cell(norm, trial.clip()).stream().anyMatch(one -> one.seed() == trial.seed());
  }

  private List<List<String>> provenance() throws IOException {
    JsonNode weights = results().get("weights");
    JsonNode data = results().get("data");
    List<String> machine = new ArrayList<>();
    results().get("environment").forEach(fact -> machine.add(fact.asText()));
    double seconds =
        whole.trials().stream().mapToDouble(trial -> trial.result("trainSeconds")).sum();
    return rows(
        "Weights",
        ReportPage.numbers(List.of(weights.get("source").asText(), weights.get("sha256").asText())),
        "Images",
        joined(
            ReportPage.numbers(List.of(data.get("source").asText(), data.get("sha256").asText())),
            settings("data.splitSeed")),
        "Time",
        List.of(number(0, seconds)),
        "Recorded",
        settings("tracking.histogramEvery", "tracking.dynamicsEvery"),
        "Versions, machine",
        ReportPage.numbers(machine));
  }

  /** The numbers of each caption that has any, by the id of its table. */
  Map<String, List<String>> captions() {
    RecordedTrial any = sweep.trials().get(0);
    JsonNode sections = any.file("sections.json");
    JsonNode pairs = sections.get("onTraining").get("pairs");
    JsonNode curvature = any.file("geometry.json").get("curvature");
    Map<String, List<String>> all = new LinkedHashMap<>();
    if (sweep.seeds().size() > 1) {
      all.put("table-contrasts", List.of(Integer.toString(contrasts.family())));
      all.put("table-predictions-3", List.of("0"));
    }
    all.put("table-gradients", List.of("20"));
    all.put("table-dynamics", List.of("95"));
    all.put(
        "table-hessians",
        List.of(
            curvature.get(0).get("count").asText(),
            "2022",
            curvature.get(1).get("count").asText()));
    all.put(
        "table-sections-1",
        List.of(
            Integer.toString(pairs.size()),
            "95",
            pairs.get(0).get("measures").get("radius").asText(),
            "0.1"));
    all.put("table-sections-2", List.of(sections.get("fit").get("images").asText()));
    all.put("table-sections-3", List.of("0"));
    all.put("table-predictions-1", List.of(sweep.setting("data.test"), "95", "15", "5"));
    all.put("table-predictions-2", List.of("95"));
    return all;
  }
}
