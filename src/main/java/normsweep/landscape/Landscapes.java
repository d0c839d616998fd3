package normsweep.landscape;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import normsweep.base.Hashes;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.landscape.head.Sample;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrialResult;
import normsweep.sweep.SweepLock;
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

  /** The file with the {@link TrialGeometry} of one trial. */
  public static Path geometryFile(SweepFolder folder, String trial) {
    return folder.trial(trial).root().resolve("geometry.json");
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
    for (TrialResult trial : SweepLock.readResults(folder).trials()) {
      Optional<String> reason = whyNot(folder, trial);
      if (reason.isPresent()) {
        missing.put(trial.id(), reason.get());
        log.warn("{}: no loss surface, {}", trial.id(), reason.get());
      } else {
        trained.add(trial);
      }
    }
    List<TrialLandscape> done = new ArrayList<>();
    int steps = trained.stream().mapToInt(trial -> steps(settings, trial)).sum();
    try (Progress progress = Progress.of("Loss surfaces", steps, "steps")) {
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
    return found.measuredAgain();
  }

  /**
   * One trial's geometry.
   *
   * @throws NormSweepException exit code 3 if the file is missing, damaged or belongs to another
   *     trial
   */
  public static TrialGeometry readGeometry(Path file, String trial) {
    TrialGeometry found = Records.readJson(file, TrialGeometry.class);
    Optional<String> fault = found.fault(trial);
    if (fault.isPresent()) {
      throw Records.damaged(file, fault.get(), null);
    }
    return found;
  }

  /** The surface of an earlier run, if it depends on the same values. */
  static Optional<TrialLandscape> kept(Path file, String trial, String key) {
    return kept(file, key, TrialLandscape::key, found -> read(found, trial));
  }

  private static <T> Optional<T> kept(
      Path file, String key, Function<T, String> keyOf, Function<Path, T> read) {
    if (Files.exists(file)) {
      try {
        T found = read.apply(file);
        if (keyOf.apply(found).equals(key)) {
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
    Path geometry = geometryFile(folder, trial.id());
    String key =
        settings.key(trial.id(), tails.featuresKey().apply(trial), Hashes.sha256(own.model()));
    Optional<TrialLandscape> kept = kept(file, trial.id(), key);
    String geometryKey = GeometryProbe.key(key);
    boolean probed =
        settings.over() == Scope.TAIL
            || kept(geometry, geometryKey, TrialGeometry::key, f -> readGeometry(f, trial.id()))
                .isPresent();
    if (kept.isPresent() && probed) {
      progress.step(steps(settings, trial));
      return kept.get();
    }
    Tail tail = tails.load().apply(trial);
    Sample sample = Sample.of(tail, tails.validation().apply(trial), settings.images());
    TrialLandscape landscape;
    if (kept.isPresent()) {
      landscape = kept.get();
      progress.step(TrialSurfaces.steps(settings));
    } else {
      TrialSurfaces surfaces = new TrialSurfaces(trial, own, settings, key, tail, sample);
      landscape = surfaces.compute(progress);
      Records.writeJson(file, landscape);
      surfaces.forgetPartial();
    }
    if (!probed) {
      GeometryProbe probe =
          new GeometryProbe(
              trial,
              own,
              settings,
              tail,
              Sample.of(
                  tail,
                  tails.validation().apply(trial),
                  Math.min(settings.images(), GeometryProbe.MOST_VALIDATION)),
              Sample.of(
                  tail,
                  tails.training().apply(trial),
                  Math.min(settings.images(), GeometryProbe.MOST_TRAINING)),
              tails.batchSize().applyAsInt(trial));
      Records.writeJson(geometry, probe.compute(geometryKey, progress));
    }
    return landscape;
  }

  private static int steps(LandscapeSettings settings, TrialResult trial) {
    return TrialSurfaces.steps(settings)
        + (settings.over() == Scope.TAIL ? 0 : GeometryProbe.steps(trial));
  }
}
