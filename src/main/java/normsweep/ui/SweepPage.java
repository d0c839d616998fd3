package normsweep.ui;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import normsweep.base.NormSweepException;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TrialResult.Status;
import normsweep.report.document.HtmlReport;
import normsweep.sweep.SweepLock;

/**
 * The page at {@code /sweep}: every trial with its status, accuracies and validation curve, and a
 * link to its training pages. What it shows is read from {@code results.json} and {@code
 * metrics.csv} at every request; the table is complete before any script runs.
 */
final class SweepPage {
  private static final String INTERRUPTED = "interrupted";
  private static final List<String> STATUSES =
      List.of("completed", "running", INTERRUPTED, "pending", "failed", "pruned");

  private final SweepFolder folder;
  private final Predicate<String> hasStatistics;

  /**
   * What the page shows; its script requests it for the curves.
   *
   * @param sweep the sweep's name
   * @param trials one row per trial
   * @param problem why there are no rows, null if there are
   */
  record Overview(String sweep, List<TrialRow> trials, String problem) {}

  /**
   * One trial.
   *
   * @param result its row of {@code results.json}
   * @param status its status there, or {@code interrupted} if it is running but no process writes
   *     to the sweep any more
   * @param label norm, clipping and settings of further axes in words
   * @param style norm and clipping alone, which determine how its curve is drawn
   * @param statistics whether it has training pages
   * @param valAccuracy validation accuracy after each epoch
   */
  record TrialRow(
      TrialResult result,
      String status,
      String label,
      String style,
      boolean statistics,
      List<Double> valAccuracy) {}

  SweepPage(SweepFolder folder, Predicate<String> hasStatistics) {
    this.folder = folder;
    this.hasStatistics = hasStatistics;
  }

  void mount(Router router) {
    for (String path : List.of("/", "/train")) {
      TrainingPages.get(
          router,
          path,
          context -> context.response().setStatusCode(302).putHeader("Location", "/sweep").end());
    }
    TrainingPages.get(router, "/sweep", this::page);
    TrainingPages.get(router, "/sweep/results", this::results);
  }

  private void page(RoutingContext context) {
    try {
      String page = HtmlReport.page("sweep.ftlh", values(overview()));
      context.response().putHeader("Content-Type", "text/html; charset=utf-8").end(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> values(Overview overview) {
    // Validation images choose; test images only confirm.
    double best =
        overview.trials().stream()
            .map(TrialRow::result)
            .filter(TrialResult::completed)
            .mapToDouble(TrialResult::valAccuracy)
            .max()
            .orElse(Double.NaN);
    boolean problem = overview.problem() != null;
    return Map.of(
        "sweep",
        overview.sweep(),
        "problem",
        problem,
        "summary",
        problem ? overview.problem() : summary(overview.trials()),
        "trials",
        overview.trials().stream().map(row -> values(row, best)).toList());
  }

  private static String summary(List<TrialRow> rows) {
    Map<String, Long> counts =
        rows.stream().collect(groupingBy(TrialRow::status, TreeMap::new, counting()));
    return STATUSES.stream()
        .filter(counts::containsKey)
        .map(status -> counts.get(status) + " " + status)
        .collect(joining(", ", "", " of " + rows.size() + " trials"));
  }

  private static Map<String, Object> values(TrialRow row, double best) {
    TrialResult result = row.result();
    Map<String, Object> values = new HashMap<>();
    values.put("id", result.id());
    values.put("name", row.label() + ", seed " + result.seed());
    values.put("wrapped", !row.label().equals(row.style()));
    values.put("best", result.completed() && result.valAccuracy() == best);
    values.put("status", row.status());
    values.put("reason", result.reason());
    values.put("statistics", row.statistics());
    values.put(
        "numbers",
        List.of(
            String.valueOf(Math.max(result.epochs(), row.valAccuracy().size())),
            text("%d", result.bestEpoch()),
            percent(result.valAccuracy()),
            percent(result.testAccuracy()),
            percent(result.clippedFraction()),
            text("%.1f", result.trainSeconds())));
    return values;
  }

  private static String percent(Double share) {
    return text("%.2f %%", share == null ? null : 100 * share);
  }

  private static String text(String format, Object value) {
    return value == null ? "–" : String.format(Locale.ROOT, format, value);
  }

  private void results(RoutingContext context) {
    context
        .response()
        .putHeader("Content-Type", "application/json")
        .end(Records.json().valueToTree(overview()).toString());
  }

  private Overview overview() {
    String name = String.valueOf(folder.root().toAbsolutePath().normalize().getFileName());
    if (!Files.exists(folder.results())) {
      return new Overview(name, List.of(), "The sweep has not started: there is no results.json.");
    }
    try {
      SweepResults results = folder.readResults();
      boolean runs = SweepLock.isHeld(folder);
      return new Overview(
          results.sweep(), results.trials().stream().map(trial -> row(trial, runs)).toList(), null);
    } catch (NormSweepException e) {
      return new Overview(name, List.of(), e.getMessage());
    }
  }

  private TrialRow row(TrialResult result, boolean runs) {
    Trial trial = result.trial();
    return new TrialRow(
        result,
        result.status() == Status.RUNNING && !runs ? INTERRUPTED : result.status().id(),
        trial.label(),
        new Trial(trial.norm(), trial.placement(), trial.clip(), trial.seed()).label(),
        hasStatistics.test(result.id()),
        valAccuracy(folder.trial(result.id()).metrics()));
  }

  /**
   * A trial whose metrics are missing or cannot be read has no curve; `run` and `report` say why.
   */
  private static List<Double> valAccuracy(Path metrics) {
    try {
      return Records.readCsv(metrics, EpochMetrics.class).stream()
          .map(EpochMetrics::valAccuracy)
          .toList();
    } catch (NormSweepException e) {
      return List.of();
    }
  }
}
