package normsweep.ui;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import normsweep.base.NormSweepException;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;

/**
 * The page at {@code /sweep}: every trial with its status, accuracies and validation curve, and a
 * link to its training pages. What it shows is read from {@code results.json} and {@code
 * metrics.csv} at every request.
 */
final class SweepPage {
  private final SweepFolder folder;
  private final Predicate<String> hasStatistics;

  /**
   * What the page's script requests.
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
   * @param label norm, clipping and settings of further axes in words
   * @param style norm and clipping alone, which determine how its curve is drawn
   * @param statistics whether it has training pages
   * @param valAccuracy validation accuracy after each epoch
   */
  record TrialRow(
      TrialResult result,
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
    context
        .response()
        .putHeader("Content-Type", "text/html; charset=utf-8")
        .end(Assets.read("normsweep/ui/sweep.html").orElseThrow());
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
      return new Overview(results.sweep(), results.trials().stream().map(this::row).toList(), null);
    } catch (NormSweepException e) {
      return new Overview(name, List.of(), e.getMessage());
    }
  }

  private TrialRow row(TrialResult result) {
    Trial trial = result.trial();
    return new TrialRow(
        result,
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
