package normsweep.cli;

import java.util.List;
import java.util.Optional;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.Trial;
import normsweep.ui.SweepStats;
import normsweep.ui.SweepUi;
import org.deeplearning4j.optimize.api.TrainingListener;

/** Records each trial's statistics while it trains, and shows them if the UI runs. */
final class LiveStats implements AutoCloseable {
  private final SweepConfig config;
  private final Optional<SweepUi> ui;
  private Optional<SweepStats> current = Optional.empty();
  private String currentTrial = "";

  LiveStats(SweepConfig config, Optional<SweepUi> ui) {
    this.config = config;
    this.ui = ui;
  }

  /**
   * The listener of a trial that has completed {@code iterations} steps; the previous one is
   * closed.
   */
  List<TrainingListener> listen(Trial trial, TrialFolder folder, int iterations) {
    endTrial();
    SweepStats stats =
        SweepStats.open(folder.stats(), trial.id(), config.tracking().statsEvery(), iterations);
    current = Optional.of(stats);
    currentTrial = trial.id();
    ui.ifPresent(server -> server.attach(trial.id(), stats));
    return List.of(stats.listener());
  }

  /** Closes the statistics of the current trial, if there is one. */
  void endTrial() {
    current.ifPresent(
        stats -> {
          ui.ifPresent(server -> server.detach(currentTrial));
          stats.close();
        });
    current = Optional.empty();
  }

  @Override
  public void close() {
    endTrial();
    ui.ifPresent(SweepUi::close);
  }
}
