package normsweep.landscape;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.landscape.head.FilterLayout;
import normsweep.landscape.head.ParameterScope;
import normsweep.landscape.head.Sample;
import normsweep.landscape.head.TailHead;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrialResult;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import normsweep.train.HeadSnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Computes everything about one trial's loss surface. */
final class TrialSurfaces {
  private static final Logger log = LoggerFactory.getLogger(TrialSurfaces.class);

  /** How far the surface's centre may be from the trial's own loss. */
  static final double CENTRE_TOLERANCE = 1e-4;

  private static final int MAX_PRODUCTS = 60;

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

  /**
   * Computes everything.
   *
   * @param progress counts {@link #steps}
   */
  TrialLandscape compute(Progress progress) throws IOException {
    progress.note(trial.id());
    PartialSurface partial = partial("surface", settings.surfaceGrid());
    LossSurface surface;
    double centreLoss;
    if (settings.over() == Scope.HEAD) {
      PlaneLoss plane = headPlane();
      centreLoss = requireCentre(plane);
      surface = partial.complete(settings.surfaceGrid(), plane, progress);
    } else {
      try (TailPlane plane = tailPlane()) {
        centreLoss = requireCentre(plane);
        surface = partial.complete(settings.surfaceGrid(), plane, progress);
      }
    }
    partial.save();
    progress.note(trial.id() + ", path");
    Optional<TrialLandscape.Path> path = path(progress);
    progress.note(trial.id() + ", eigenvalues");
    Spectrum spectrum = spectrum();
    return new TrialLandscape(
        TrialLandscape.SCHEMA,
        trial.id(),
        TrialLandscape.label(trial),
        key,
        settings,
        sample.size(),
        trialLoss,
        centreLoss,
        surface,
        SurfaceMeasures.of(surface, settings.radius()),
        spectrum,
        path.orElse(null));
  }

  /** The contribution of one trial to the progress: the rows of its two surfaces. */
  static int steps(LandscapeSettings settings) {
    return 2 * settings.grid();
  }

  /** Deletes the files from which an interrupted computation would resume. */
  void forgetPartial() throws IOException {
    partial("surface", settings.surfaceGrid()).remove();
    partial("path", settings.surfaceGrid()).remove();
  }

  private PartialSurface partial(String what, PlaneGrid grid) {
    Path file =
        folder
            .root()
            .resolve(
                String.format(
                    Locale.ROOT, "landscape%s-%s.partial.json", settings.over().suffix(), what));
    return PartialSurface.open(file, key, grid);
  }

  private double requireCentre(PlaneLoss plane) {
    double centre = plane.at(0, 0);
    if (!(Math.abs(centre - trialLoss) <= CENTRE_TOLERANCE)) {
      throw NormSweepException.failed(
          String.format(
              Locale.ROOT,
              "the centre of %s's loss surface is %.6f, but its own loss on the same images is %.6f: the"
                  + " two evaluations disagree; please report this.",
              trial.id(),
              centre,
              trialLoss));
    }
    return centre;
  }

  private PlaneLoss headPlane() {
    List<TailParameter> parameters = head.scope().parameters();
    return new HeadPlane(
        head.loss(),
        head.centre(),
        direction(parameters, head.centre(), 0),
        direction(parameters, head.centre(), 1));
  }

  private TailPlane tailPlane() {
    ParameterScope scope = ParameterScope.tail(tail.parameters());
    double[] centre = scope.gather(tail.graph().params());
    return new TailPlane(
        tail,
        sample,
        scope,
        direction(scope.parameters(), centre, 0),
        direction(scope.parameters(), centre, 1));
  }

  private double[] direction(List<TailParameter> parameters, double[] centre, int axis) {
    double[] raw = Directions.draw(parameters, centre.length, settings.seed(), axis);
    return Directions.normalise(parameters, raw, centre);
  }

  private Spectrum spectrum() {
    return Spectrum.of(
        head.loss().hessian(head.centre()),
        head.centre().length,
        settings.eigenvalues(),
        MAX_PRODUCTS,
        settings.seed());
  }

  private Optional<TrialLandscape.Path> path(Progress progress) throws IOException {
    List<float[]> trajectory = trajectory();
    if (trajectory.size() < 3) {
      log.info("{}: no path, because {} saved epochs span no plane", trial.id(), trajectory.size());
      progress.step(settings.grid());
      return Optional.empty();
    }
    TrajectoryPlane plane;
    try {
      plane = TrajectoryPlane.of(trajectory, head.centre());
    } catch (IllegalArgumentException e) {
      log.warn("{}: no path, {}", trial.id(), e.getMessage());
      progress.step(settings.grid());
      return Optional.empty();
    }
    PlaneGrid grid = plane.grid(settings.grid());
    PartialSurface partial = partial("path", grid);
    LossSurface surface =
        partial.complete(
            grid,
            new HeadPlane(head.loss(), head.centre(), plane.first(), plane.second()),
            progress);
    partial.save();
    return Optional.of(new TrialLandscape.Path(plane.varianceShares(), plane.path(), surface));
  }

  /** Parameters after epochs 0, 1, … as far as they were saved without a gap. */
  private List<float[]> trajectory() throws IOException {
    List<float[]> points = new ArrayList<>();
    for (int epoch = 0; Files.exists(folder.trajectory(epoch)); epoch++) {
      points.add(packed(HeadSnapshot.read(folder.trajectory(epoch), tail.parameters())));
    }
    return points;
  }

  // What the head's loss does not depend on stays at the centre; it would only blur the plane.
  private float[] packed(Map<String, float[]> snapshot) {
    float[] point = new float[head.centre().length];
    for (TailParameter parameter : head.scope().parameters()) {
      float[] values = snapshot.get(parameter.name());
      int[] positions = FilterLayout.positions(parameter);
      boolean moves = head.moves(parameter, tail.spec());
      for (int k = 0; k < positions.length; k++) {
        point[positions[k]] = moves ? values[k] : (float) head.centre()[positions[k]];
      }
    }
    return point;
  }
}
