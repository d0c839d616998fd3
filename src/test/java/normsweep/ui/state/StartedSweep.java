package normsweep.ui.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.sweep.TrialGrid;

/** The folder of a sweep none of whose trials has started, to which tests add. */
public final class StartedSweep {
  /** When the newest epochs were recorded. */
  static final Instant RECORDED = Instant.parse("2026-11-26T12:00:00Z");

  /** Four epochs of two steps each, in eight trials. */
  public static final String YAML =
      """
      data: {train: 32, validation: 16, test: 16, views: 1}
      training: {epochs: 4, batchSize: 16}
      grid: {norm: [layer-norm, batch-norm], clip: [none, 1.0], seed: [1, 2]}
      """;

  private final SweepFolder folder;
  private final List<Trial> trials;

  private StartedSweep(SweepFolder folder, List<Trial> trials) {
    this.folder = folder;
    this.trials = trials;
  }

  /** Creates the folder. */
  public static StartedSweep in(SweepFolder folder, String yaml) throws IOException {
    SweepConfig config = SweepYaml.parse("tiny", "tiny", yaml, List.of());
    Files.createDirectories(folder.root());
    Files.writeString(folder.config(), SweepYaml.write(config));
    StartedSweep sweep = new StartedSweep(folder, TrialGrid.of(config));
    sweep.write(sweep.trials.stream().map(TrialResult::pending).toList());
    return sweep;
  }

  /** Its trials. */
  public List<Trial> trials() {
    return trials;
  }

  private void write(List<TrialResult> rows) throws IOException {
    Records.writeJson(
        folder.results(),
        new SweepResults(SweepResults.SCHEMA, "tiny", null, null, Map.of(), rows));
  }

  /** Replaces a trial's row. */
  public void put(TrialResult row) throws IOException {
    write(
        folder.readResults().trials().stream()
            .map(old -> old.id().equals(row.id()) ? row : old)
            .toList());
  }

  /** Lets a trial run, with epochs of so many seconds, whose validation losses are 1, 1/2, 1/3… */
  public void train(Trial trial, double... seconds) throws IOException {
    put(TrialResult.running(trial, seconds.length));
    List<EpochMetrics> rows = new ArrayList<>();
    for (int i = 0; i < seconds.length; i++) {
      rows.add(new EpochMetrics(i + 1, 2, 0.25, 1.0 / (i + 1), 0.5, 1e-3, seconds[i]));
    }
    Path metrics = folder.trial(trial.id()).metrics();
    Records.writeCsv(metrics, EpochMetrics.class, rows);
    Files.setLastModifiedTime(metrics, FileTime.from(RECORDED));
  }
}
