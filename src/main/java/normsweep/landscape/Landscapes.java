package normsweep.landscape;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import normsweep.base.Hashes;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.landscape.head.Sample;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrialResult;
import normsweep.tail.Tail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loss surfaces of a sweep: computed, measured, kept in its folder. */
public final class Landscapes {
  private static final Logger log = LoggerFactory.getLogger(Landscapes.class);

  private Landscapes() {}

  /** The file with one trial's surface. */
  public static Path file(SweepFolder folder, String trial, Scope over) {
    return folder.trial(trial).root().resolve("landscape" + over.suffix() + ".json");
  }

  /** The file with everything that the surfaces of a sweep share. */
  public static Path file(SweepFolder folder, Scope over) {
    return folder.root().resolve("landscape" + over.suffix() + ".json");
  }

  /**
   * Computes the surfaces of all completed trials. An existing surface that depends on the same
   * model, images and settings is kept, a damaged one is logged and computed again, and an
   * interrupted one is resumed.
   *
   * @return what the surfaces share, as written to the sweep's {@code landscape.json}
   * @throws NormSweepException exit code 1 if no trial is completed
   */
  public static SweepLandscape compute(
      SweepFolder folder, LandscapeSettings settings, TrainedTails tails) throws IOException {
    requireTrained(folder);
    Map<String, String> missing = new TreeMap<>();
    List<TrialResult> trained = new ArrayList<>();
    for (TrialResult trial : folder.readResults().trials()) {
      Optional<String> reason = whyNot(folder, trial);
      if (reason.isPresent()) {
        missing.put(trial.id(), reason.get());
        log.warn("{}: no loss surface, {}", trial.id(), reason.get());
      } else {
        trained.add(trial);
      }
    }
    List<TrialLandscape> done = new ArrayList<>();
    int steps = TrialSurfaces.steps(settings);
    try (Progress progress = Progress.of("Loss surfaces", (long) steps * trained.size(), "rows")) {
      for (TrialResult trial : trained) {
        done.add(compute(folder, trial, settings, tails, progress));
      }
    }
    SweepLandscape shared =
        new SweepLandscape(
            TrialLandscape.SCHEMA,
            settings,
            done.get(0).images(),
            List.of(settings.seed() + "/0", settings.seed() + "/1"),
            done.stream().mapToDouble(trial -> trial.surface().min()).min().orElseThrow(),
            done.stream().mapToDouble(trial -> trial.surface().max()).max().orElseThrow(),
            done.stream().map(TrialLandscape::trial).toList(),
            missing);
    Records.writeJson(file(folder, settings.over()), shared);
    return shared;
  }

  /** All surfaces that a sweep's {@code landscape.json} lists. */
  public static List<TrialLandscape> read(SweepFolder folder, SweepLandscape shared) {
    return shared.trials().stream()
        .map(id -> read(file(folder, id, shared.settings().over()), id))
        .toList();
  }

  /**
   * One trial's surface.
   *
   * @throws NormSweepException exit code 3 if the file is missing, damaged or belongs to another
   *     trial
   */
  public static TrialLandscape read(Path file, String trial) {
    TrialLandscape found = Records.readJson(file, TrialLandscape.class);
    Optional<String> fault = found.fault(trial);
    if (fault.isPresent()) {
      throw Records.damaged(file, fault.get(), null);
    }
    return found;
  }

  /** The result of an earlier run, if it depends on the same values. */
  static Optional<TrialLandscape> kept(Path file, String trial, String key) {
    if (Files.exists(file)) {
      try {
        TrialLandscape found = read(file, trial);
        if (found.key().equals(key)) {
          return Optional.of(found);
        }
        log.warn("{} belongs to a different model or settings and is computed again.", file);
      } catch (NormSweepException e) {
        log.warn("{} It is computed again.", e.getMessage());
      }
    }
    return Optional.empty();
  }

  /**
   * Rejects a folder without trained models before any long computation.
   *
   * @throws NormSweepException exit code 1 if no trial is completed and saved
   */
  public static void requireTrained(SweepFolder folder) {
    if (folder.readResults().trials().stream()
        .allMatch(trial -> whyNot(folder, trial).isPresent())) {
      throw NormSweepException.failed(
          folder.root()
              + " has no completed trial with a saved model; finish it with `run` first.");
    }
  }

  private static Optional<String> whyNot(SweepFolder folder, TrialResult trial) {
    if (!trial.completed()) {
      String why = trial.reason() == null ? "" : ": " + trial.reason();
      return Optional.of("it is " + trial.status().id() + why);
    }
    return Files.exists(folder.trial(trial.id()).model())
        ? Optional.empty()
        : Optional.of("its model.zip is missing");
  }

  private static TrialLandscape compute(
      SweepFolder folder,
      TrialResult trial,
      LandscapeSettings settings,
      TrainedTails tails,
      Progress progress)
      throws IOException {
    TrialFolder own = folder.trial(trial.id());
    Path file = file(folder, trial.id(), settings.over());
    String key =
        settings.key(trial.id(), tails.featuresKey().apply(trial), Hashes.sha256(own.model()));
    Optional<TrialLandscape> kept = kept(file, trial.id(), key);
    if (kept.isPresent()) {
      progress.step(TrialSurfaces.steps(settings));
      return kept.get();
    }
    Tail tail = tails.load().apply(trial);
    Sample sample = Sample.of(tail, tails.validation().apply(trial), settings.images());
    TrialSurfaces surfaces = new TrialSurfaces(trial, own, settings, key, tail, sample);
    TrialLandscape landscape = surfaces.compute(progress);
    Records.writeJson(file, landscape);
    surfaces.forgetPartial();
    return landscape;
  }
}
