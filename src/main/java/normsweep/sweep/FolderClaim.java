package normsweep.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import normsweep.base.AtomicFiles;
import normsweep.base.FileTree;
import normsweep.base.NormSweepException;
import normsweep.device.Engine;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TrialResult.Status;
import normsweep.record.TrialSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a sweep finds in its folder. An earlier run of the same sweep is continued, also with more
 * seeds, values or candidates, and with other settings where these cannot change the trials that
 * were started.
 */
final class FolderClaim {
  private static final Logger log = LoggerFactory.getLogger(FolderClaim.class);

  /** What commands write into a sweep's folder; the config is removed last. */
  private static final List<String> WRITTEN =
      List.of(
          "results.json",
          "results.csv",
          "trials",
          "tuning",
          "tuning.json",
          "figures",
          "landscape.json",
          "landscape-tail.json",
          "interpolation.json",
          "report.pdf",
          "appendix.pdf",
          "report.html",
          "contrasts.csv",
          "analysis.ipynb",
          "slides.pptx",
          "tensorboard",
          "measurements.csv",
          "workers.json",
          ".spark",
          "sweep.yaml");

  /** What cannot change a trial that was started. */
  private static final List<String> HARMLESS = List.of("tracking.", "landscape.");

  /** What decides which trials there are. */
  private static final List<String> TRIALS = List.of("grid.", "search.");

  /** What decides which trials compete where candidates are pruned. */
  private static final List<String> COMPETITION =
      List.of("grid.seed", "search.candidates", "search.seed", "search.space");

  private final SweepConfig config;
  private final SweepFolder folder;
  private final Engine engine;

  FolderClaim(SweepConfig config, SweepFolder folder, Engine engine) {
    this.config = config;
    this.folder = folder;
    this.engine = engine;
  }

  /** What {@code --fresh} would delete, as the end of a sentence; empty if there is nothing. */
  static Optional<String> earlierRun(SweepFolder folder) throws IOException {
    if (!Files.exists(folder.config()) && !Files.exists(folder.results())) {
      return Optional.empty();
    }
    List<Path> files = new ArrayList<>();
    for (String name : WRITTEN) {
      Path path = folder.root().resolve(name);
      if (Files.exists(path)) {
        try (Stream<Path> tree = Files.walk(path)) {
          tree.filter(Files::isRegularFile).forEach(files::add);
        }
      }
    }
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    String trials = "";
    if (Files.exists(folder.results())) {
      try {
        List<TrialResult> rows = folder.readResults().trials();
        long completed = rows.stream().filter(TrialResult::completed).count();
        trials = completed + " completed of " + rows.size() + " trials, ";
      } catch (NormSweepException e) {
        trials = "a damaged results.json, ";
      }
    }
    String size = bytes < 1 << 20 ? Math.max(1, bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
    return Optional.of(trials + files.size() + " files, " + size);
  }

  /** The trials of the sweep; candidates of a search that are on disk are not drawn again. */
  List<Trial> trials() {
    if (!Files.exists(folder.config()) || !Files.exists(folder.results())) {
      return TrialGrid.of(config);
    }
    SweepConfig before = folder.readConfig();
    if (config.search().space().isEmpty()
        || !before.search().space().equals(config.search().space())
        || before.search().seed() != config.search().seed()
        || before.search().candidates() != config.search().candidates()) {
      return TrialGrid.of(config);
    }
    Set<String> searched = config.search().space().keySet();
    List<TrialSettings> found =
        folder.readResults().trials().stream()
            .map(row -> row.settings().only(searched))
            .distinct()
            .toList();
    // A crash while the sweep was extended leaves rows of more candidates than its config has.
    return found.size() == config.search().candidates()
        ? TrialGrid.of(config, found)
        : TrialGrid.of(config);
  }

  /**
   * The rows of these trials: those on disk, and pending ones for trials that are new.
   *
   * @throws NormSweepException exit code 2 if what is on disk belongs to another sweep
   */
  SweepResults rows(List<Trial> trials) {
    List<TrialResult> pending = trials.stream().map(TrialResult::pending).toList();
    boolean configured = Files.exists(folder.config());
    if (!configured && Files.exists(folder.results())) {
      throw refused("results without their sweep.yaml; restore it");
    }
    if (!configured || !Files.exists(folder.results())) {
      if (configured) {
        requireSame(folder.readConfig(), List.of(), trials);
      }
      return new SweepResults(
          SweepResults.SCHEMA, config.name(), null, null, Environment.describe(engine), pending);
    }
    SweepConfig before = folder.readConfig();
    SweepResults found = folder.readResults();
    requireSame(before, found.trials(), trials);
    if (before.equals(config)
        && pending.stream().anyMatch(row -> found.trial(row.id()).isEmpty())) {
      throw Records.damaged(
          folder.results(), "its trials differ from those of its sweep.yaml", null);
    }
    return found.of(pending.stream().map(row -> found.trial(row.id()).orElse(row)).toList());
  }

  /** Refuses another config if it would leave out or change a trial that was started. */
  private void requireSame(SweepConfig before, List<TrialResult> rows, List<Trial> trials) {
    Set<String> ids = trials.stream().map(Trial::id).collect(Collectors.toSet());
    List<TrialResult> started =
        rows.stream().filter(row -> row.status() != Status.PENDING).toList();
    boolean lost = started.stream().anyMatch(row -> !ids.contains(row.id()));
    List<String> differences =
        SweepYaml.differences(before, config).stream()
            .filter(line -> HARMLESS.stream().noneMatch(line::startsWith))
            .filter(line -> lost || !addsTrials(line))
            .toList();
    if (lost && differences.isEmpty()) {
      differences = List.of("the order of further axes");
    }
    if (!differences.isEmpty() && (lost || changes(before, started))) {
      throw refused(
          "a sweep with a different config in its sweep.yaml ("
              + String.join("; ", differences)
              + ")");
    }
  }

  /** Whether a difference adds trials and leaves those that were started as they are. */
  private boolean addsTrials(String line) {
    return TRIALS.stream().anyMatch(line::startsWith)
        && !(config.prunes() && COMPETITION.stream().anyMatch(line::startsWith));
  }

  // A plain setting that an axis replaces in every trial may differ; the name may not.
  private boolean changes(SweepConfig before, List<TrialResult> started) {
    boolean decided =
        config.prunes()
            && (!before.grid().seed().equals(config.grid().seed())
                || before.search().candidates() != config.search().candidates()
                || before.search().seed() != config.search().seed()
                || !before.search().space().equals(config.search().space()));
    return (!started.isEmpty()
            && (decided
                || !before.tune().equals(config.tune())
                || !before.prune().equals(config.prune())))
        || !before.name().equals(config.name())
        || started.stream()
            .map(TrialResult::trial)
            .anyMatch(trial -> !same(before.of(trial), config.of(trial)));
  }

  private static boolean same(SweepConfig a, SweepConfig b) {
    return a.data().equals(b.data())
        && a.model().equals(b.model())
        && a.training().equals(b.training());
  }

  private NormSweepException refused(String found) {
    return NormSweepException.usage(
        folder.root()
            + " contains "
            + found
            + "; choose another folder with --out, or start over with --fresh.");
  }

  /**
   * Writes the config, if it is new or differs. The rows must be on disk if trials were started.
   */
  void writeConfig() throws IOException {
    if (Files.exists(folder.config())) {
      SweepConfig earlier = folder.readConfig();
      if (earlier.equals(config)) {
        return;
      }
      List<String> replaced =
          SweepYaml.differences(earlier, config).stream()
              .filter(line -> HARMLESS.stream().anyMatch(line::startsWith))
              .toList();
      if (!replaced.isEmpty()) {
        log.warn("{} had other settings: {}", folder.config(), String.join("; ", replaced));
      }
    }
    AtomicFiles.writeString(folder.config(), SweepYaml.write(config));
  }

  /**
   * Removes an earlier run, but only files that a sweep writes, and the config last.
   *
   * @return what it would remove
   */
  List<String> clean() throws IOException {
    if (Files.exists(folder.config()) || Files.exists(folder.results())) {
      for (String name : WRITTEN) {
        Path path = folder.root().resolve(name);
        if (Files.isSymbolicLink(path)) {
          throw NormSweepException.usage(path + " is a link; remove it by hand before --fresh.");
        }
        FileTree.delete(path);
      }
    }
    return WRITTEN;
  }
}
