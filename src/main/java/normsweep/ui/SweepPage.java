package normsweep.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import normsweep.base.NormSweepException;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;
import normsweep.report.document.HtmlReport;
import normsweep.ui.state.CurveKind;
import normsweep.ui.state.SweepCells;
import normsweep.ui.state.SweepCurves;
import normsweep.ui.state.SweepOverview;
import normsweep.ui.state.SweepOverview.TrialRow;
import normsweep.ui.state.SweepTable;
import normsweep.ui.state.TrialAxis;
import normsweep.ui.state.TrialRecords;

/**
 * The page of a sweep, or of its tuning: progress, the grid of cells, curves of all trials, a
 * table, and what else the folder holds. It is read from the folder at every request, and complete
 * before any script runs, but for the curves.
 */
final class SweepPage {
  private static final String FILES = "/files/";
  private static final long LONGEST_CONFIG = 1 << 16;

  private static final ObjectWriter COMPACT =
      Records.json().writer().without(SerializationFeature.INDENT_OUTPUT);

  private final WatchedSweep sweep;
  private final WatchedSweep other;
  private final SweepFolder folder;
  private final TrialRecords records;
  private final SweepFiles files;

  private SweepPage(WatchedSweep sweep, WatchedSweep other) {
    this.sweep = sweep;
    this.other = other;
    this.folder = sweep.folder();
    this.records = sweep.records();
    this.files = new SweepFiles(folder);
  }

  /**
   * Adds the routes of a sweep's page, and those of its tuning.
   *
   * @param sweeps both
   * @return the sweep's page
   */
  static SweepPage mount(Router router, List<WatchedSweep> sweeps) {
    for (String path : List.of("/", "/train")) {
      TrainingPages.get(
          router,
          path,
          context ->
              context
                  .response()
                  .setStatusCode(302)
                  .putHeader("Location", WatchedSweep.SWEEP)
                  .end());
    }
    new SweepPage(sweeps.get(1), sweeps.get(0)).mount(router);
    SweepPage page = new SweepPage(sweeps.get(0), sweeps.get(1));
    page.mount(router);
    return page;
  }

  private void mount(Router router) {
    String path = sweep.path();
    TrainingPages.get(
        router,
        path,
        context ->
            context.response().putHeader("Content-Type", "text/html; charset=utf-8").end(html()));
    TrainingPages.get(router, path + "/results", context -> json(context, sweep.overview()));
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
            files.serve(context, context.request().path().substring((path + FILES).length())));
  }

  private SweepCurves curves(CurveKind kind) {
    List<TrialResult> results = sweep.overview().trials().stream().map(TrialRow::result).toList();
    return SweepCurves.of(kind, results, records);
  }

  private static void json(RoutingContext context, Object value) {
    context.response().putHeader("Content-Type", "application/json").end(json(value));
  }

  private static String json(Object value) {
    try {
      return COMPACT.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Loads and parses what the page and its curves need, before someone waits for it. */
  void prepare() {
    html();
    for (CurveKind kind : CurveKind.values()) {
      json(curves(kind));
    }
  }

  /** The page as it is now. */
  String html() {
    try {
      return HtmlReport.page("sweep.ftlh", values(sweep.overview()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Object> values(SweepOverview overview) {
    List<TrialRow> rows = overview.trials();
    List<TrialAxis> axes = TrialAxis.of(rows.stream().map(TrialRow::result).toList());
    SweepTable table = new SweepTable(axes, records);
    SweepCells cells = SweepCells.of(rows);
    Map<String, Object> values = new HashMap<>();
    values.put("path", sweep.path());
    values.put("sweep", overview.sweep());
    values.put("problem", overview.problem() != null);
    values.put("summary", overview.summary());
    values.put("progress", Double.toString(overview.progress()));
    values.put("progressText", overview.progressText());
    values.put("other", other());
    values.put("statuses", SweepOverview.STATUSES);
    values.put(
        "kinds",
        Stream.of(CurveKind.values())
            .map(kind -> Map.of("id", kind.id(), "label", kind.label(), "live", kind.live()))
            .toList());
    values.put("axes", table.axes(rows));
    values.put("seeds", axes.stream().anyMatch(TrialAxis::isSeed));
    values.put("columns", cells.columns());
    values.put("cells", cells.rows());
    values.put("trials", rows.stream().map(table::row).toList());
    values.put("best", overview.best());
    values.put("epochsVersion", version(rows, records::epochsVersion));
    values.put("stepsVersion", version(rows, records::stepsVersion));
    values.put("config", config());
    values.put("facts", facts());
    values.put("files", files.linked());
    values.put("figures", files.figures());
    return values;
  }

  /** A text that differs once there is more to draw. */
  private static String version(List<TrialRow> rows, UnaryOperator<String> ofTrial) {
    return Integer.toHexString(
        rows.stream().map(row -> ofTrial.apply(row.result().id())).toList().hashCode());
  }

  /** From the sweep to its tuning, and back; empty if there is no tuning. */
  private Map<String, String> other() {
    if (!sweep.tunes() && !Files.exists(other.folder().results())) {
      return Map.of();
    }
    String text =
        sweep.tunes()
            ? "To the sweep that these trials tune"
            : "Tuning: " + other.overview().summary();
    return Map.of("href", other.path(), "text", text);
  }

  /** The resolved config as it stands in the folder. */
  private String config() {
    try {
      return Files.size(folder.config()) <= LONGEST_CONFIG ? Files.readString(folder.config()) : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** Weights, images and machine, as far as they are known. */
  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    try {
      SweepResults results = folder.readResults();
      if (results.weights() != null) {
        facts.put("weights", results.weights().name());
        facts.put("pretrained on", results.weights().pretrainedOn());
      }
      if (results.data() != null) {
        facts.put("images", results.data().source());
      }
      facts.putAll(results.environment());
    } catch (NormSweepException e) {
      return Map.of(); // the page says why
    }
    return facts;
  }
}
