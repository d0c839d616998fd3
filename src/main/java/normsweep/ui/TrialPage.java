package normsweep.ui;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.report.document.HtmlReport;
import normsweep.ui.state.ParsedFiles;
import normsweep.ui.state.SweepOverview;
import normsweep.ui.state.SweepOverview.TrialRow;
import normsweep.ui.state.SweepTable;
import normsweep.ui.state.TimeLeft;
import normsweep.ui.state.TrialRecords;

/**
 * The page of a trial at {@code /trial/ID}: what clipping did to its gradients, their histograms,
 * the size of its steps and its activations. All but the activations is recorded by every run; they
 * and Deeplearning4j's pages, to which this one links, need {@code --ui}.
 */
final class TrialPage {
  private static final String TRIAL = "trial";

  private final SweepFolder folder;
  private final TrialRecords records;
  private final TrainingPages statistics;

  TrialPage(SweepFolder folder, TrainingPages statistics) {
    this.folder = folder;
    this.records = new TrialRecords(folder);
    this.statistics = statistics;
  }

  void mount(Router router) {
    route(router, "", this::page);
    route(router, "/data", this::data);
    route(router, "/version", this::version);
  }

  // Only trials of the sweep have a page: an address names no other folder.
  private void route(Router router, String end, BiConsumer<RoutingContext, TrialRow> answer) {
    TrainingPages.get(
        router,
        "/trial/:" + TRIAL + end,
        context ->
            SweepOverview.read(folder, folder, records, statistics::shows, Instant.now())
                .trials()
                .stream()
                .filter(row -> row.result().id().equals(context.pathParam(TRIAL)))
                .findFirst()
                .ifPresentOrElse(row -> answer.accept(context, row), context::next));
  }

  private void page(RoutingContext context, TrialRow row) {
    TrialResult result = row.result();
    Trial trial = result.trial();
    Optional<String> problem = statistics.problem(result.id());
    Map<String, Object> values = new HashMap<>();
    values.put("sweep", folder.name());
    values.put("id", result.id());
    values.put("name", trial.label() + ", seed " + trial.seed());
    values.put("status", row.status());
    values.put("summary", summary(row));
    values.put("version", versionOf(row));
    values.put("clipped", trial.clip().active());
    values.put("statistics", problem.isEmpty());
    values.put("noStatistics", problem.orElse(""));
    try {
      String page = HtmlReport.page("trial.ftlh", values);
      context.response().putHeader("Content-Type", "text/html; charset=utf-8").end(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String summary(TrialRow row) {
    TrialResult result = row.result();
    List<String> parts = new ArrayList<>();
    parts.add(
        row.epochs() == null
            ? row.epochsDone() + " epochs"
            : row.epochsDone() + " of " + row.epochs() + " epochs");
    if (result.valAccuracy() != null) {
      parts.add("validation accuracy " + SweepTable.percent(result.valAccuracy()));
    }
    if (result.testAccuracy() != null) {
      parts.add("test accuracy " + SweepTable.percent(result.testAccuracy()));
    }
    if (result.clippedFraction() != null) {
      parts.add(SweepTable.percent(result.clippedFraction()) + " of the steps clipped");
    }
    if (row.secondsLeft() != null && !result.ended()) {
      parts.add("about " + TimeLeft.words(row.secondsLeft()) + " left");
    }
    if (result.reason() != null) {
      parts.add(result.reason());
    }
    return String.join(", ", parts);
  }

  private void data(RoutingContext context, TrialRow row) {
    TrialResult result = row.result();
    Clip clip = result.clip();
    ObjectNode data =
        Records.json()
            .valueToTree(
                TrialCurves.of(
                    folder.trial(result.id()),
                    records.metrics(result.id()),
                    statistics.statistics(result.id())));
    data.put("clip", clip.id());
    if (clip.mode() == Clip.Mode.GLOBAL_NORM) {
      data.put("threshold", clip.threshold());
    }
    context.response().putHeader("Content-Type", "application/json").end(data.toString());
  }

  private void version(RoutingContext context, TrialRow row) {
    context.response().end(versionOf(row));
  }

  /** A text that differs once there is more to show. */
  private String versionOf(TrialRow row) {
    TrialFolder files = folder.trial(row.result().id());
    int state =
        Stream.of(files.metrics(), files.gradients(), StatsJournal.beside(files.stats()))
            .map(ParsedFiles::version)
            .toList()
            .hashCode();
    return row.status() + row.epochsDone() + "-" + Integer.toHexString(state);
  }
}
