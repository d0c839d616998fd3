package normsweep.ui;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.Records;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.report.document.HtmlReport;
import normsweep.ui.state.ParsedFiles;
import normsweep.ui.state.SweepOverview;
import normsweep.ui.state.SweepOverview.TrialRow;
import normsweep.ui.state.SweepTable;
import normsweep.ui.state.TimeLeft;

/**
 * The page of a trial at {@code /trial/ID}, of the sweep or of its tuning: what clipping did to its
 * gradients, their histograms, the size of its steps and its activations. All but the activations
 * is recorded by every run; they and Deeplearning4j's pages, to which this one links, need {@code
 * --ui}.
 */
final class TrialPage {
  private static final String TRIAL = "trial";

  private final List<WatchedSweep> sweeps;
  private final TrainingPages statistics;

  /** What is known of a trial. */
  private record Found(WatchedSweep sweep, SweepOverview overview, TrialRow row) {
    TrialResult result() {
      return row.result();
    }

    int newestStep() {
      return sweep.records().newestStep(result().id());
    }

    TrialFolder files() {
      return sweep.folder().trial(result().id());
    }
  }

  TrialPage(List<WatchedSweep> sweeps, TrainingPages statistics) {
    this.sweeps = sweeps;
    this.statistics = statistics;
  }

  void mount(Router router) {
    route(router, "", this::page);
    route(router, "/data", this::data);
    route(router, "/version", this::version);
  }

  private void route(Router router, String end, BiConsumer<RoutingContext, Found> answer) {
    TrainingPages.get(
        router,
        "/trial/:" + TRIAL + end,
        context ->
            find(context.pathParam(TRIAL))
                .ifPresentOrElse(found -> answer.accept(context, found), context::next));
  }

  // Only trials of the sweeps have a page: an address names no other folder.
  private Optional<Found> find(String trial) {
    for (WatchedSweep sweep : sweeps) {
      SweepOverview overview = sweep.overview();
      for (TrialRow row : overview.trials()) {
        if (row.result().id().equals(trial)) {
          return Optional.of(new Found(sweep, overview, row));
        }
      }
    }
    return Optional.empty();
  }

  private void page(RoutingContext context, Found found) {
    Trial trial = found.result().trial();
    Optional<String> problem = statistics.problem(found.result().id());
    Map<String, Object> values = new HashMap<>();
    values.put("sweep", found.overview.sweep());
    values.put("sweepPath", found.sweep.path());
    values.put("tuning", found.sweep.tunes());
    values.put("id", found.result().id());
    values.put("name", trial.label() + ", seed " + trial.seed());
    values.put("status", found.row.status());
    values.put("summary", summary(found));
    values.put("version", versionOf(found));
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

  private static String summary(Found found) {
    TrialRow row = found.row;
    TrialResult result = row.result();
    List<String> parts = new ArrayList<>();
    parts.add(
        row.epochs() == null
            ? row.epochsDone() + " epochs"
            : row.epochsDone() + " of " + row.epochs() + " epochs");
    if (!result.ended() && found.newestStep() > 0) {
      parts.add("step " + found.newestStep());
    }
    if (result.valAccuracy() != null) {
      parts.add("validation accuracy " + SweepTable.percent(result.valAccuracy()));
    }
    if (result.testAccuracy() != null) {
      parts.add("test accuracy " + SweepTable.percent(result.testAccuracy()));
    }
    if (result.testBalancedAccuracy() != null) {
      parts.add("balanced " + SweepTable.percent(result.testBalancedAccuracy()));
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

  private void data(RoutingContext context, Found found) {
    TrialResult result = found.result();
    Clip clip = result.clip();
    ObjectNode data =
        Records.json()
            .valueToTree(
                TrialCurves.of(
                    found.files(),
                    found.sweep.records().metrics(result.id()),
                    statistics.statistics(result.id())));
    data.put("clip", clip.id());
    if (clip.mode() == Clip.Mode.GLOBAL_NORM) {
      data.put("threshold", clip.threshold());
    }
    context.response().putHeader("Content-Type", "application/json").end(data.toString());
  }

  private void version(RoutingContext context, Found found) {
    context.response().end(versionOf(found));
  }

  /** A text that differs once there is more to show. */
  private static String versionOf(Found found) {
    TrialFolder files = found.files();
    int state =
        Stream.of(files.metrics(), files.gradients(), StatsJournal.beside(files.stats()))
            .map(ParsedFiles::version)
            .toList()
            .hashCode();
    return found.row.status() + found.row.epochsDone() + "-" + Integer.toHexString(state);
  }
}
