package normsweep.ui;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.report.document.HtmlReport;
import normsweep.ui.CurveKind.Curve;
import normsweep.ui.SweepOverview.TrialRow;

/**
 * The page of a sweep, or of its tuning: progress, the grid of cells, curves of all trials, a table,
 * and what else the folder holds. It is read from the folder at every request, and complete before
 * any script runs, but for the curves.
 */
final class SweepPage {
  private static final String FILES = "/files/";

  private final String path;
  private final SweepFolder folder;
  private final SweepFolder locked;
  private final Predicate<String> statistics;
  private final TrialRecords records;
  private final SweepFiles files;

  /**
   * What the script draws.
   *
   * @param x what points belong to
   * @param share whether values are shares of a whole
   * @param perPoint how many steps are averaged to one point
   * @param thresholds of clipping, where they are on the same scale
   */
  record Curves(
      String label,
      String x,
      boolean share,
      int perPoint,
      List<Double> thresholds,
      List<TrialCurve> trials) {}

  /**
   * One trial's curve.
   *
   * @param cell what trials share that differ in the seed alone, by axis
   */
  record TrialCurve(String id, String name, Map<String, String> cell, Curve curve) {}

  private SweepPage(
      String path, SweepFolder folder, SweepFolder locked, Predicate<String> statistics) {
    this.path = path;
    this.folder = folder;
    this.locked = locked;
    this.statistics = statistics;
    this.records = new TrialRecords(folder);
    this.files = new SweepFiles(folder);
  }

  /**
   * Adds the routes of a sweep's page, and those of its tuning.
   *
   * @param statistics whether a trial has training pages
   */
  static void mount(Router router, SweepFolder folder, Predicate<String> statistics) {
    for (String path : List.of("/", "/train")) {
      TrainingPages.get(
          router,
          path,
          context -> context.response().setStatusCode(302).putHeader("Location", "/sweep").end());
    }
    new SweepPage("/sweep", folder, folder, statistics).mount(router);
    new SweepPage("/tuning", folder.tuning(), folder, trial -> false).mount(router);
  }

  private void mount(Router router) {
    TrainingPages.get(router, path, this::page);
    TrainingPages.get(router, path + "/results", context -> json(context, overview()));
    TrainingPages.get(
        router,
        path + "/curves/:kind",
        context ->
            CurveKind.of(context.pathParam("kind"))
                .ifPresentOrElse(kind -> json(context, curves(kind)), context::next));
    TrainingPages.get(
        router,
        path + FILES + "*",
        context ->
            files.serve(
                context, context.request().path().substring((path + FILES).length())));
  }

  private SweepOverview overview() {
    return SweepOverview.read(folder, locked, records, statistics, Instant.now());
  }

  private static void json(RoutingContext context, Object value) {
    context
        .response()
        .putHeader("Content-Type", "application/json")
        .end(Records.json().valueToTree(value).toString());
  }

  private Curves curves(CurveKind kind) {
    List<TrialResult> results = overview().trials().stream().map(TrialRow::result).toList();
    List<Trial> trials = results.stream().map(TrialResult::trial).toList();
    List<TrialAxis> axes = TrialAxis.of(results);
    int perPoint = kind.stepsPerPoint(records, trials);
    List<Double> thresholds =
        trials.stream()
            .map(Trial::clip)
            .filter(clip -> kind.hasThreshold() && clip.mode() == Clip.Mode.GLOBAL_NORM)
            .map(Clip::threshold)
            .distinct()
            .toList();
    return new Curves(
        kind.label(),
        kind.bySteps() ? "step" : "epoch",
        kind.share(),
        perPoint,
        thresholds,
        results.stream()
            .map(
                result ->
                    new TrialCurve(
                        result.id(),
                        TrialAxis.name(axes, result),
                        TrialAxis.cell(axes, result),
                        kind.of(result.trial(), records, perPoint)))
            .filter(trial -> trial.curve().x().length > 0)
            .toList());
  }

  private void page(RoutingContext context) {
    try {
      String page = HtmlReport.page("sweep.ftlh", values(overview()));
      context.response().putHeader("Content-Type", "text/html; charset=utf-8").end(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Object> values(SweepOverview overview) {
    List<TrialRow> rows = overview.trials();
    List<TrialAxis> axes = TrialAxis.of(rows.stream().map(TrialRow::result).toList());
    Map<String, Object> values = new HashMap<>();
    values.put("path", path);
    values.put("sweep", overview.sweep());
    values.put("problem", overview.problem() != null);
    values.put("summary", overview.problem() != null ? overview.problem() : overview.summary());
    values.put("progress", Double.toString(overview.progress()));
    values.put("progressText", progress(overview));
    values.put("other", other());
    values.put(
        "kinds",
        Stream.of(CurveKind.values())
            .map(kind -> Map.of("id", kind.id(), "label", kind.label()))
            .toList());
    values.put("axes", axes.stream().map(axis -> values(axis, rows)).toList());
    values.put("seeds", axes.stream().anyMatch(axis -> axis.key().equals("seed")));
    SweepCells cells = SweepCells.of(rows);
    values.put("columns", cells.columns());
    values.put("cells", cells.rows());
    double best = overview.best();
    values.put("trials", rows.stream().map(row -> values(row, axes, best)).toList());
    values.put(
        "version",
        Integer.toHexString(
            rows.stream().map(row -> records.version(row.result().id())).toList().hashCode()));
    values.put("config", config());
    values.put("facts", facts());
    values.put("files", files.linked());
    values.put("figures", files.figures());
    return values;
  }

  private static String progress(SweepOverview overview) {
    String done = text("%.0f %% of all epochs", 100 * overview.progress());
    if (overview.trials().stream().allMatch(row -> row.result().ended())) {
      return done;
    }
    return overview.secondsLeft() == null
        ? done
        : done + ", about " + TimeLeft.words(overview.secondsLeft()) + " of training left";
  }

  /** From the sweep to its tuning, and back; empty if there is no tuning. */
  private Map<String, String> other() {
    if (!folder.equals(locked)) {
      return Map.of("href", "/sweep", "text", "These are the trials that tune the sweep. To the sweep");
    }
    SweepFolder tuning = folder.tuning();
    if (!Files.exists(tuning.results())) {
      return Map.of();
    }
    SweepOverview overview =
        SweepOverview.read(
            tuning, folder, new TrialRecords(tuning), trial -> false, Instant.now());
    return Map.of("href", "/tuning", "text", "Tuning: " + (overview.problem() == null ? overview.summary() : overview.problem()));
  }

  private static Map<String, Object> values(TrialAxis axis, List<TrialRow> rows) {
    return Map.of(
        "key",
        axis.key(),
        "label",
        axis.label(),
        "values",
        rows.stream().map(row -> axis.text(row.result())).distinct().toList());
  }

  private Map<String, Object> values(TrialRow row, List<TrialAxis> axes, double best) {
    TrialResult result = row.result();
    // Where the trial stands so far: the epoch that would be saved.
    Optional<EpochMetrics> sofar =
        records.metrics(result.id()).stream().min(Comparator.comparingDouble(EpochMetrics::valLoss));
    Double accuracy =
        result.valAccuracy() == null
            ? sofar.map(EpochMetrics::valAccuracy).orElse(null)
            : result.valAccuracy();
    Integer bestEpoch =
        result.bestEpoch() == null
            ? sofar.map(EpochMetrics::epoch).orElse(null)
            : result.bestEpoch();
    Double seconds =
        result.trainSeconds() == null
            ? sofar
                .map(
                    any ->
                        records.metrics(result.id()).stream()
                            .mapToDouble(EpochMetrics::seconds)
                            .sum())
                .orElse(null)
            : result.trainSeconds();
    Map<String, Object> values = new HashMap<>();
    values.put("id", result.id());
    values.put("name", TrialAxis.name(axes, result));
    values.put("best", result.completed() && result.valAccuracy() == best);
    values.put("status", row.status());
    values.put("reason", result.reason());
    values.put("linked", folder.equals(locked));
    values.put("progress", Double.toString(row.progress()));
    values.put(
        "left",
        row.secondsLeft() == null || row.result().ended()
            ? ""
            : TimeLeft.words(row.secondsLeft()) + " left");
    values.put(
        "settings",
        axes.stream()
            .map(
                axis ->
                    Map.of(
                        "key",
                        axis.key(),
                        "text",
                        axis.text(result),
                        "order",
                        axis.order(result),
                        "number",
                        axis.value().apply(result) instanceof Number))
            .toList());
    values.put(
        "numbers",
        Stream.of(
                number(
                    row.epochsDone(),
                    row.epochs() == null
                        ? text("%d", row.epochsDone())
                        : row.epochsDone() + "/" + row.epochs()),
                number(bestEpoch, text("%d", bestEpoch)),
                number(accuracy, percent(accuracy)),
                number(result.testAccuracy(), percent(result.testAccuracy())),
                number(result.clippedFraction(), percent(result.clippedFraction())),
                number(seconds, text("%.1f", seconds)))
            .toList());
    return values;
  }

  private static Map<String, String> number(Object order, String text) {
    return Map.of("order", order == null ? "" : order.toString(), "text", text);
  }

  static String percent(Double share) {
    return text("%.2f\u00a0%%", share == null ? null : 100 * share);
  }

  private static String text(String format, Object value) {
    return value == null ? "–" : String.format(Locale.ROOT, format, value);
  }

  /** The resolved config as it stands in the folder. */
  private String config() {
    try {
      return Files.exists(folder.config()) ? Files.readString(folder.config()) : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** Weights, images and machine, as far as they are known. */
  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    if (Files.exists(folder.results())) {
      try {
        var results = folder.readResults();
        if (results.weights() != null) {
          facts.put("weights", results.weights().name() + ", pretrained on " + results.weights().pretrainedOn());
        }
        if (results.data() != null) {
          facts.put("images", results.data().source());
        }
        facts.putAll(results.environment());
      } catch (normsweep.base.NormSweepException e) {
        return Map.of();
      }
    }
    return facts;
  }
}
