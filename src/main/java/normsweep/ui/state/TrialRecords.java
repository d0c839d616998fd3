package normsweep.ui.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import normsweep.base.NormSweepException;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientNorm;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.TrainingDynamics.Update;
import normsweep.record.Trial;
import normsweep.record.TrialSettings;
import normsweep.report.analysis.GradientSeries;

/**
 * What the trials of a sweep have recorded so far, and the settings of each. A file that is missing
 * or cannot be read is taken for one without rows.
 */
public final class TrialRecords {
  private final SweepFolder folder;
  private final ParsedFiles<List<EpochMetrics>> metrics =
      new ParsedFiles<>(file -> Records.readCsv(file, EpochMetrics.class), List.of());
  private final ParsedFiles<TotalNorms> norms =
      ParsedFiles.growing(TotalNorms::read, TotalNorms.NONE);
  private final ParsedFiles<List<Update>> updates =
      new ParsedFiles<>(TrialRecords::totalUpdates, List.of());
  private final ParsedFiles<Map<String, String>> workers =
      new ParsedFiles<>(file -> new SweepFolder(file.getParent()).readWorkers(), Map.of());
  private final ParsedFiles<List<Step>> steps =
      new ParsedFiles<>(file -> Records.readCsv(file, Step.class), List.of());
  private final ParsedFiles<Optional<Configs>> config =
      new ParsedFiles<>(
          file -> Optional.of(Configs.of(new SweepFolder(file.getParent()).readConfig())),
          Optional.empty());

  /** The sweep's config, and those of its trials by what they set. */
  private record Configs(SweepConfig sweep, Map<List<TrialSettings>, Optional<SweepConfig>> own) {
    static Configs of(SweepConfig sweep) {
      return new Configs(sweep, new ConcurrentHashMap<>());
    }

    Optional<SweepConfig> of(Trial trial) {
      return own.computeIfAbsent(
          List.of(trial.settings(), trial.tuned()), settings -> read(sweep, trial));
    }

    private static Optional<SweepConfig> read(SweepConfig sweep, Trial trial) {
      try {
        return Optional.of(sweep.of(trial));
      } catch (NormSweepException e) {
        return Optional.empty(); // results of another config
      }
    }
  }

  /** Reads the trials of this sweep. */
  public TrialRecords(SweepFolder folder) {
    this.folder = folder;
  }

  /** The sweep's resolved config; empty if it is missing or damaged. */
  public Optional<SweepConfig> config() {
    return config.get(folder.config()).map(Configs::sweep);
  }

  /** The config of one trial. */
  public Optional<SweepConfig> config(Trial trial) {
    return config.get(folder.config()).flatMap(configs -> configs.of(trial));
  }

  /** Which executor of a cluster trained or trains a trial last; empty without a cluster. */
  Optional<String> worker(String trial) {
    return Optional.ofNullable(workers.get(folder.workers()).get(trial));
  }

  /** A trial's complete epochs. */
  public List<EpochMetrics> metrics(String trial) {
    return metrics.get(files(trial).metrics());
  }

  /** When the newest epoch was recorded. */
  Optional<Instant> newestEpoch(String trial) {
    try {
      return Optional.of(Files.getLastModifiedTime(files(trial).metrics()).toInstant());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Norms of the complete gradient. */
  GradientSeries norms(String trial) {
    return norms.get(files(trial).gradients()).series();
  }

  /** Sizes of the complete update, at the measured steps. */
  List<Update> updates(String trial) {
    return updates.get(files(trial).updates());
  }

  /** The measured steps. */
  List<Step> steps(String trial) {
    return steps.get(files(trial).dynamics());
  }

  /** The newest recorded step; 0 if there is none. */
  public int newestStep(String trial) {
    int[] steps = norms(trial).iterations();
    return steps.length == 0 ? 0 : steps[steps.length - 1];
  }

  /** A text that differs once a trial has recorded another epoch. */
  public String epochsVersion(String trial) {
    return ParsedFiles.version(files(trial).metrics());
  }

  /** A text that differs once a trial has recorded more steps. */
  public String stepsVersion(String trial) {
    return ParsedFiles.version(files(trial).gradients());
  }

  private TrialFolder files(String trial) {
    return folder.trial(trial);
  }

  private static List<Update> totalUpdates(Path file) {
    return Records.readCsv(file, Update.class).stream()
        .filter(row -> row.parameter().equals(GradientNorm.TOTAL))
        .toList();
  }
}
