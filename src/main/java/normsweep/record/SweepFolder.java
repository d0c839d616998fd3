package normsweep.record;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import normsweep.base.NormSweepException;

/**
 * Paths of everything in a sweep's folder.
 *
 * @param root the folder, {@code output/NAME}
 */
public record SweepFolder(Path root) {

  /** An existing sweep folder; exit code 2 if it is not one. */
  public static SweepFolder open(Path root) {
    SweepFolder folder = new SweepFolder(root);
    if (isElsewhere(root.toString())) {
      throw NormSweepException.usage(
          root
              + " is not on this machine; copy the sweep here first, for example with `hadoop fs"
              + " -get`, and name the copy.");
    }
    if (folder.isTuning()) {
      throw NormSweepException.usage(
          root + " holds the tuning of a sweep; name the folder of the sweep, which is above it.");
    }
    if (!Files.isRegularFile(folder.results())) {
      throw NormSweepException.usage(
          root + " is not a sweep folder (it has no results.json); name one created by `run`.");
    }
    return folder;
  }

  /** Whether this is an address on another file system, such as {@code hdfs://HOST/PATH}. */
  public static boolean isElsewhere(String place) {
    return place.matches("[a-z][a-z0-9+.-]+:/.*") && !Files.exists(Path.of(place));
  }

  /** The folder's own name, which need not be that of its sweep file. */
  public String name() {
    Path name = root.toAbsolutePath().normalize().getFileName();
    return name == null ? root.toString() : name.toString();
  }

  /** The resolved config. */
  public Path config() {
    return root.resolve("sweep.yaml");
  }

  /** The resolved config, read; exit code 2 if it is missing, damaged or incomplete. */
  public SweepConfig readConfig() {
    return SweepYaml.readResolved(config());
  }

  /** One row per trial, and provenance. */
  public Path results() {
    return root.resolve("results.json");
  }

  /** The results, read; exit code 3 if they are missing or damaged. */
  public SweepResults readResults() {
    SweepResults results = Records.readJson(results(), SweepResults.class);
    Optional<String> fault = results.fault().or(() -> untested(results));
    if (fault.isPresent()) {
      throw Records.damaged(results(), fault.get(), null);
    }
    return results;
  }

  private Optional<String> untested(SweepResults results) {
    return results.trials().stream()
        .filter(row -> row.completed() && row.testLoss() == null && !isTuning())
        .map(row -> "trial " + row.id() + " is completed without its figures")
        .findFirst();
  }

  /** The sweep that tunes this one: a folder of the same form, without test figures and models. */
  public SweepFolder tuning() {
    return new SweepFolder(root.resolve("tuning"));
  }

  private boolean isTuning() {
    return root.endsWith("tuning") && Files.exists(above().config());
  }

  private SweepFolder above() {
    return new SweepFolder(root.toAbsolutePath().normalize().resolveSibling("."));
  }

  /** What tuning chose: {@link TuningChoice.All}. */
  public Path choices() {
    return root.resolve("tuning.json");
  }

  /** What tuning chose; nothing if there was none. */
  public List<TuningChoice> readChoices() {
    return Files.exists(choices())
        ? Records.readJson(choices(), TuningChoice.All.class).choices()
        : List.of();
  }

  /** The same rows as a table. */
  public Path resultsCsv() {
    return root.resolve("results.csv");
  }

  /** Which executor of a cluster trained each trial last: a JSON object of texts by trial. */
  public Path workers() {
    return root.resolve("workers.json");
  }

  /** {@link #workers}, read; empty if the sweep was not on a cluster. */
  public Map<String, String> readWorkers() {
    Map<String, String> found = new TreeMap<>();
    if (Files.exists(workers())) {
      Records.readJson(workers(), JsonNode.class)
          .properties()
          .forEach(worker -> found.put(worker.getKey(), worker.getValue().asText()));
    }
    return found;
  }

  /** Pictures. */
  public Path figures() {
    return root.resolve("figures");
  }

  /** Event files for TensorBoard. */
  public Path tensorBoard() {
    return root.resolve("tensorboard");
  }

  /** All measurements as one table. */
  public Path measurements() {
    return root.resolve("measurements.csv");
  }

  /** The lock a running sweep holds, while it is tuned as well. */
  public Path lock() {
    return (isTuning() ? above() : this).root.resolve(".lock");
  }

  /** The folder of one trial. */
  public TrialFolder trial(String id) {
    return new TrialFolder(root.resolve("trials").resolve(id));
  }

  /**
   * Paths of everything in a trial's folder.
   *
   * @param root the folder, {@code output/NAME/trials/ID}
   */
  public record TrialFolder(Path root) {
    /** Rows of {@link EpochMetrics}. */
    public Path metrics() {
      return root.resolve("metrics.csv");
    }

    /** Rows of {@link GradientNorm}. */
    public Path gradients() {
      return root.resolve("gradients.csv");
    }

    /** {@link GradientHistograms}. */
    public Path histograms() {
      return root.resolve("histograms.json");
    }

    /** Rows of {@link TrainingDynamics.Update}. */
    public Path updates() {
      return root.resolve("updates.csv");
    }

    /** Rows of {@link TrainingDynamics.Step}. */
    public Path dynamics() {
      return root.resolve("dynamics.csv");
    }

    /** Data for the DL4J UI. */
    public Path stats() {
      return root.resolve("stats.db");
    }

    /** The saved network. */
    public Path model() {
      return root.resolve("model.zip");
    }

    /** {@link normsweep.record.prediction.Predictions} of the saved network. */
    public Path predictions() {
      return root.resolve("predictions.npz");
    }

    /** The state for resuming. */
    public Path checkpoint() {
      return root.resolve("checkpoint");
    }

    /**
     * Trained parameters of the head after an epoch (0: before training): little-endian 32-bit
     * floats, parameters in the order of their canonical names, each row-major.
     */
    public Path trajectory(int epoch) {
      return root.resolve("trajectory")
          .resolve(String.format(Locale.ROOT, "epoch-%04d.f32", epoch));
    }
  }
}
