package normsweep.landscape;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.model.Tail;
import normsweep.model.TailParameter;
import normsweep.record.NormSweepException;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrialResult;
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
    this.head = TailHead.of(tail, sample);
  }

  TrialLandscape compute() throws IOException {
    double trialLoss = sample.loss(tail.graph());
    PartialSurface partial = partial("surface", settings.surfaceGrid());
    LossSurface surface;
    double centreLoss;
    if (settings.over() == Scope.HEAD) {
      PlaneLoss plane = headPlane();
      centreLoss = requireCentre(plane, trialLoss);
      surface = partial.complete(settings.surfaceGrid(), plane, trial.id());
    } else {
      try (TailPlane plane = tailPlane()) {
        centreLoss = requireCentre(plane, trialLoss);
        surface = partial.complete(settings.surfaceGrid(), plane, trial.id());
      }
    }
    partial.save();
    Optional<TrialLandscape.Path> path = path();
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

  /** Removes what an interrupted computation would have gone on with. */
  void forgetPartial() throws IOException {
    partial("surface", settings.surfaceGrid()).remove();
    partial("path", settings.surfaceGrid()).remove();
  }

  private PartialSurface partial(String what, Grid grid) {
    Path file =
        folder
            .root()
            .resolve("landscape%s-%s.partial.json".formatted(settings.over().suffix(), what));
    return PartialSurface.open(file, key, grid);
  }

  private double requireCentre(PlaneLoss plane, double trialLoss) {
    double centre = plane.at(0, 0);
    if (!(Math.abs(centre - trialLoss) <= CENTRE_TOLERANCE)) {
      throw NormSweepException.failed(
          String.format(
              Locale.ROOT,
              "the centre of %s's loss surface is %.6f, its own loss on the same images %.6f: the"
                  + " two evaluations disagree, please report this.",
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

  private Optional<TrialLandscape.Path> path() throws IOException {
    List<float[]> trajectory = trajectory();
    if (trajectory.size() < 3) {
      log.info("{}: no path, {} kept epochs span no plane", trial.id(), trajectory.size());
      return Optional.empty();
    }
    TrajectoryPlane plane;
    try {
      plane = TrajectoryPlane.of(trajectory, head.centre());
    } catch (IllegalArgumentException e) {
      log.warn("{}: no path, {}", trial.id(), e.getMessage());
      return Optional.empty();
    }
    Grid grid = plane.grid(settings.grid());
    PartialSurface partial = partial("path", grid);
    LossSurface surface =
        partial.complete(
            grid,
            new HeadPlane(head.loss(), head.centre(), plane.first(), plane.second()),
            trial.id() + " path");
    partial.save();
    return Optional.of(new TrialLandscape.Path(plane.varianceShares(), plane.path(), surface));
  }

  /** Parameters after epochs 0, 1, … as far as they were kept without a gap. */
  private List<float[]> trajectory() throws IOException {
    List<float[]> points = new ArrayList<>();
    for (int epoch = 0; Files.exists(folder.trajectory(epoch)); epoch++) {
      Path file = folder.trajectory(epoch);
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length != Float.BYTES * head.centre().length) {
        throw NormSweepException.failed(
            "%s has %d bytes, %d parameters of the head need %d; remove the folder %s to go on without the path."
                .formatted(
                    file,
                    bytes.length,
                    head.centre().length,
                    Float.BYTES * head.centre().length,
                    file.getParent()));
      }
      float[] point = new float[head.centre().length];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(point);
      points.add(held(point));
    }
    return points;
  }

  // What the head's loss does not depend on would only blur the plane.
  private float[] held(float[] point) {
    for (TailParameter parameter : head.scope().parameters()) {
      if (!head.moves(parameter, tail.spec())) {
        int start = Math.toIntExact(parameter.offset());
        for (int i = start; i < start + parameter.length(); i++) {
          point[i] = (float) head.centre()[i];
        }
      }
    }
    return point;
  }
}
