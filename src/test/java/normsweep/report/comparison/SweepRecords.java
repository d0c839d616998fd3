package normsweep.report.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import normsweep.base.AtomicFiles;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;

/** Sweep folders with records only: 100 validation and 100 test images, scores as given. */
final class SweepRecords {
  private final List<TrialResult> rows = new ArrayList<>();
  private final List<String> settings = new ArrayList<>();
  private final Map<String, String> environment =
      new TreeMap<>(Map.of("cores", "2", "normsweep", "0.1.0"));
  private TrialSettings own = TrialSettings.NONE;
  private String weights = "0a".repeat(32);

  static SweepRecords of(String... settings) {
    SweepRecords records = new SweepRecords();
    records.settings.addAll(List.of("data.train=200", "data.validation=100", "data.test=100"));
    records.settings.addAll(List.of(settings));
    return records;
  }

  SweepRecords weights(String sha256) {
    weights = sha256;
    return this;
  }

  /** Adds a fact of the environment. */
  SweepRecords environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Sets what further axes set for the trials that are added next. */
  SweepRecords at(Map<String, Object> values) {
    own = new TrialSettings(values);
    return this;
  }

  /** A completed trial with dense placement. */
  SweepRecords trial(
      Norm norm, Clip clip, long seed, double valAcc, double valLoss, double testAcc, double loss) {
    Trial trial = new Trial(norm, FrnPlacement.DENSE, clip, seed, own);
    rows.add(
        new TrialResult(
            trial.id(),
            norm,
            FrnPlacement.DENSE,
            clip,
            seed,
            own,
            TrialSettings.NONE,
            TrialResult.Status.COMPLETED,
            2,
            2,
            valAcc,
            valLoss,
            testAcc,
            loss,
            2,
            0.5,
            1.0,
            1000.0,
            "trials/" + trial.id() + "/model.zip",
            null));
    return this;
  }

  /** A trial that has not started. */
  SweepRecords pending(Norm norm, Clip clip, long seed) {
    rows.add(TrialResult.pending(new Trial(norm, FrnPlacement.DENSE, clip, seed)));
    return this;
  }

  Path write(Path root) throws IOException {
    SweepConfig config = SweepYaml.parse("records", root.getFileName().toString(), "", settings);
    SweepFolder folder = new SweepFolder(root);
    AtomicFiles.writeString(folder.config(), SweepYaml.write(config));
    Records.writeJson(
        folder.results(),
        new SweepResults(
            SweepResults.SCHEMA,
            config.name(),
            new SweepResults.WeightsOrigin("mobilenet", "a file", weights, "COCO", "", ""),
            new SweepResults.DataOrigin("a file", "cd".repeat(32), 200, 100, 100),
            environment,
            rows));
    return root;
  }
}
