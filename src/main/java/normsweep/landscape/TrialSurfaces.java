package normsweep.landscape;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.landscape.head.ParameterScope;
import normsweep.landscape.head.Sample;
import normsweep.landscape.head.TailHead;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrialResult;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealVector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Computes everything about one trial's loss surface. */
final class TrialSurfaces {
  private static final Logger log = LoggerFactory.getLogger(TrialSurfaces.class);

  /** How far the surface's centre may be from the trial's own loss. */
  static final double CENTRE_TOLERANCE = 1e-4;

  private static final String SURFACE = "surface";
  private static final String PATH = "path";

  private final TrialResult trial;
  private final TrialFolder folder;
  private final LandscapeSettings settings;
  private final String key;
  private final Tail tail;
  private final Sample sample;
  private final TailHead head;
  private final double trialLoss;

  TrialSurfaces(
      TrialResult trial,
      TrialFolder folder,
      LandscapeSettings settings,
      String key,
      Tail tail,
      Sample sample) {
    this.trial = trial;
    this.folder = folder;
    this.settings = settings;
    this.key = key;
    this.tail = tail;
    this.sample = sample;
    Sample.View view = sample.view(tail.graph());
    this.trialLoss = view.loss();
    this.head = TailHead.of(tail, view.pooled(), sample.labels());
  }

  /** Computes everything; {@code progress} counts {@link #steps}. */
  TrialLandscape compute(Progress progress) throws IOException {
    progress.note(trial.id());
    double centreLoss;
    LossSurface surface;
    try (PlaneLoss plane = plane()) {
      centreLoss = requireCentre(plane);
      surface = complete(SURFACE, settings.surfaceGrid(), plane, progress);
    }
    progress.note(trial.id() + ", path");
    Optional<TrialLandscape.Path> path = path(progress);
    if (path.isEmpty()) {
      progress.step(settings.grid());
    }
    return new TrialLandscape(
        TrialLandscape.SCHEMA,
        trial.id(),
        trial.trial().label() + ", seed " + trial.seed(),
        key,
        settings,
        sample.labels().length,
        trialLoss,
        centreLoss,
        SurfaceMeasures.of(surface, settings.radius()),
        surface,
        path.orElse(null));
  }

  /** The contribution of one trial to the progress: the rows of its two surfaces. */
  static int steps(LandscapeSettings settings) {
    return 2 * settings.grid();
  }

  /** Deletes the files from which an interrupted computation would resume. */
  void forgetPartial() throws IOException {
    Files.deleteIfExists(partial(SURFACE));
    Files.deleteIfExists(partial(PATH));
  }

  private Path partial(String what) {
    return folder
        .root()
        .resolve("landscape" + settings.over().suffix() + "-" + what + ".partial.json");
  }

  private LossSurface complete(String what, PlaneGrid grid, PlaneLoss plane, Progress progress)
      throws IOException {
    return PartialSurface.open(partial(what), key, grid).complete(plane, progress);
  }

  private double requireCentre(PlaneLoss plane) {
    double centre = plane.at(0, 0);
    if (!(Math.abs(centre - trialLoss) <= CENTRE_TOLERANCE)) {
      throw NormSweepException.failed(
          String.format(
              Locale.ROOT,
              "the centre of %s's loss surface is %.6f, but its own loss on the same images is"
                  + " %.6f: the two evaluations disagree; please report this.",
              trial.id(),
              centre,
              trialLoss));
    }
    return centre;
  }

  private PlaneLoss plane() {
    boolean overHead = settings.over() == Scope.HEAD;
    ParameterScope scope = overHead ? head.scope() : ParameterScope.tail(tail.parameters());
    double[] centre = scope.gather(tail.graph().params());
    double[] first = direction(scope.parameters(), centre, 0);
    double[] second = direction(scope.parameters(), centre, 1);
    return overHead
        ? new HeadPlane(head.loss(), centre, first, second)
        : new TailPlane(tail, sample, scope, first, second);
  }

  private double[] direction(List<TailParameter> parameters, double[] centre, int axis) {
    double[] raw = Directions.draw(parameters, centre.length, settings.seed(), axis);
    return Directions.normalise(parameters, raw, centre);
  }

  private Optional<TrialLandscape.Path> path(Progress progress) throws IOException {
    List<RealVector> trajectory = new HeadTrajectory(folder, tail, head).all();
    if (trajectory.size() < 3) {
      log.info("{}: no path, because {} saved epochs span no plane", trial.id(), trajectory.size());
      return Optional.empty();
    }
    TrajectoryPlane plane;
    try {
      plane = TrajectoryPlane.of(trajectory, new ArrayRealVector(head.centre(), false));
    } catch (IllegalArgumentException e) {
      log.warn("{}: no path, {}", trial.id(), e.getMessage());
      return Optional.empty();
    }
    PlaneLoss loss = new HeadPlane(head.loss(), head.centre(), plane.first(), plane.second());
    LossSurface surface = complete(PATH, plane.grid(settings.grid()), loss, progress);
    return Optional.of(new TrialLandscape.Path(plane.varianceShares(), plane.path(), surface));
  }
}
