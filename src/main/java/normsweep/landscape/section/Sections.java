package normsweep.landscape.section;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import normsweep.base.Key;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.landscape.HeadPlane;
import normsweep.landscape.LandscapeSettings;
import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;
import normsweep.landscape.head.Sample;
import normsweep.landscape.head.TailHead;
import normsweep.landscape.section.TrialSections.Fit;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.tail.Tail;
import normsweep.train.Evaluation;
import normsweep.train.LabelledFeatures;
import normsweep.train.LastEpoch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@link TrialSections} of a sweep's trials: computed and kept in its folder. */
public final class Sections {
  /** Pairs of directions. */
  static final int PAIRS = 10;

  /** Grid points per side of the plane of a pair. */
  static final int PAIR_POINTS = 17;

  /** Images of each set for a pair. */
  static final int PAIR_IMAGES = 250;

  /** Training images for the surface, and its grid points per side at most. */
  static final int SURFACE_IMAGES = 500;

  static final int SURFACE_POINTS = 31;

  /** Training images for the fit. */
  static final int FIT_IMAGES = 2000;

  private static final Logger log = LoggerFactory.getLogger(Sections.class);
  private static final int KEY_VERSION = 1;

  private Sections() {}

  /** The file of one trial. */
  public static Path file(SweepFolder folder, String trial) {
    return folder.trial(trial).root().resolve("sections.json");
  }

  /**
   * One trial's sections.
   *
   * @throws NormSweepException exit code 3 if the file is missing, damaged or belongs to another
   *     trial
   */
  public static TrialSections read(Path file, String trial) {
    TrialSections found = Records.readJson(file, TrialSections.class);
    Optional<String> fault = found.fault(trial);
    if (fault.isPresent()) {
      throw Records.damaged(file, fault.get(), null);
    }
    return found;
  }

  /**
   * Computes the sections of trials with a surface over the head; those that depend on the same
   * surface are kept, damaged ones are logged and computed again.
   *
   * @param settings those of the surfaces
   * @param surfaces the key of each trial's surface
   */
  public static void compute(
      SweepFolder folder,
      LandscapeSettings settings,
      Map<TrialResult, String> surfaces,
      SectionInputs inputs)
      throws IOException {
    int steps = 1 + 2 * PAIRS + SURFACE_POINTS;
    try (Progress progress = Progress.of("Directions", (long) steps * surfaces.size(), "steps")) {
      for (TrialResult trial : surfaces.keySet()) {
        Path file = file(folder, trial.id());
        String key = key(surfaces.get(trial));
        progress.note(trial.id());
        if (!kept(file, trial.id(), key)) {
          Path checkpoints = folder.trial(trial.id()).checkpoint();
          Records.writeJson(file, compute(trial, settings, key, checkpoints, inputs, progress));
        } else {
          progress.step(steps);
        }
      }
    }
  }

  private static String key(String surface) {
    return Key.of("sections", KEY_VERSION)
        .with("surface", surface)
        .with("pairs", PAIRS)
        .with("pairPoints", PAIR_POINTS)
        .with("pairImages", PAIR_IMAGES)
        .with("surfaceImages", SURFACE_IMAGES)
        .with("surfacePoints", SURFACE_POINTS)
        .with("fitImages", FIT_IMAGES)
        .with("basin", DirectionPairs.BASIN)
        .sha256();
  }

  private static boolean kept(Path file, String trial, String key) {
    if (Files.exists(file)) {
      try {
        if (read(file, trial).key().equals(key)) {
          return true;
        }
        log.warn("{} belongs to a different model or settings and is computed again.", file);
      } catch (NormSweepException e) {
        log.warn("{} It is computed again.", e.getMessage());
      }
    }
    return false;
  }

  private static TrialSections compute(
      TrialResult trial,
      LandscapeSettings settings,
      String key,
      Path checkpoints,
      SectionInputs inputs,
      Progress progress)
      throws IOException {
    Tail tail = inputs.load().apply(trial);
    LabelledFeatures training = inputs.training().apply(trial, FIT_IMAGES);
    LabelledFeatures validation = inputs.validation().apply(trial);
    LossSurface surface = surface(head(tail, training, SURFACE_IMAGES), settings, progress);
    Runnable step = () -> progress.step(1);
    DirectionPairs onTraining =
        DirectionPairs.of(head(tail, training, PAIR_IMAGES), settings, PAIRS, PAIR_POINTS, step);
    DirectionPairs onValidation =
        DirectionPairs.of(head(tail, validation, PAIR_IMAGES), settings, PAIRS, PAIR_POINTS, step);
    // Last, because it may give the tail other parameters.
    Fit fit = fit(trial, tail, Sample.of(tail, training, FIT_IMAGES), checkpoints);
    progress.step(1);
    int middle = surface.grid().points() / 2;
    return new TrialSections(
        TrialSections.SCHEMA,
        trial.id(),
        key,
        Math.min(SURFACE_IMAGES, training.size()),
        surface.loss()[middle][middle],
        surface,
        onTraining,
        onValidation,
        fit);
  }

  private static TailHead head(Tail tail, LabelledFeatures set, int images) {
    Sample sample = Sample.of(tail, set, images);
    return TailHead.of(tail, sample.view(tail.graph()).pooled(), sample.labels());
  }

  private static LossSurface surface(TailHead head, LandscapeSettings settings, Progress progress) {
    int points = Math.min(settings.grid(), SURFACE_POINTS);
    try (HeadPlane plane =
        new HeadPlane(
            head.loss(),
            head.centre(),
            DirectionPairs.direction(head, settings.seed(), 0),
            DirectionPairs.direction(head, settings.seed(), 1))) {
      LossSurface surface = LossSurface.of(PlaneGrid.centred(points, settings.range()), plane);
      progress.step(SURFACE_POINTS);
      return surface;
    }
  }

  private static Fit fit(TrialResult trial, Tail tail, Sample training, Path checkpoints)
      throws IOException {
    Evaluation saved = training.evaluate(tail.graph());
    Evaluation last =
        LastEpoch.restore(tail, trial, checkpoints) ? training.evaluate(tail.graph()) : null;
    return new Fit(training.labels().length, saved, last);
  }
}
