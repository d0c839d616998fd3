package normsweep.landscape;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code trials/ID/landscape.json}: everything computed about one trial's loss surface.
 *
 * @param schema version of this format, {@value #SCHEMA}
 * @param trial the trial's id
 * @param label a short name for legends
 * @param key digest of everything the figures depend on: model, features, settings
 * @param settings the requested settings
 * @param images number of validation images that the loss is averaged over
 * @param trialLoss mean cross-entropy of the saved model on those images, by the tail's graph
 * @param centreLoss the same by the surface's own evaluation, at (0, 0)
 * @param measures the surface's shape
 * @param surface losses along two filter-normalised random directions
 * @param path the optimiser's path; null if too few epochs were kept
 */
public record TrialLandscape(
    int schema,
    String trial,
    String label,
    String key,
    LandscapeSettings settings,
    int images,
    double trialLoss,
    double centreLoss,
    SurfaceMeasures measures,
    LossSurface surface,
    Path path) {
  /** The version of the format that this program writes. */
  public static final int SCHEMA = 1;

  /**
   * The optimiser's path through the head's parameters, and the loss around it. The trainable block
   * and the batch-norm statistics are those of the saved model throughout, so the loss at a point
   * of the path is not the loss of that epoch.
   *
   * @param varianceShares share of the trajectory's variance along each of the two directions
   * @param points the path, from before training to the last epoch
   * @param surface the loss in the plane; the saved model is at (0, 0)
   */
  public record Path(
      double[] varianceShares, List<TrajectoryPlane.PathPoint> points, LossSurface surface) {
    /** Copies the points. */
    public Path {
      points = List.copyOf(points);
    }
  }

  /** The same with measures as this program defines them; an earlier one knew other roughness. */
  TrialLandscape measuredAgain() {
    return new TrialLandscape(
        schema,
        trial,
        label,
        key,
        settings,
        images,
        trialLoss,
        centreLoss,
        SurfaceMeasures.of(surface, measures.radius()),
        surface,
        path);
  }

  /** What is invalid about this file, if anything. */
  Optional<String> fault(String id) {
    if (schema != SCHEMA) {
      return Optional.of("it is of schema " + schema + ", not " + SCHEMA);
    }
    if (!id.equals(trial)) {
      return Optional.of("it belongs to another trial");
    }
    return Stream.of(label, key, settings, surface, measures).allMatch(Objects::nonNull)
        ? Optional.empty()
        : Optional.of("it has no label, key, settings, surface or measures");
  }
}
