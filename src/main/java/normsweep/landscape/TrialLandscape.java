package normsweep.landscape;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Optional;
import normsweep.record.Trial;
import normsweep.record.TrialResult;

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
 * @param surface losses along two filter-normalised random directions
 * @param measures the surface's shape
 * @param spectrum ends of the spectrum of the Hessian of the head's loss by the head's parameters
 * @param path the optimiser's path; null if too few epochs were kept
 */
@JsonPropertyOrder({
  "schema",
  "trial",
  "label",
  "key",
  "settings",
  "images",
  "trialLoss",
  "centreLoss",
  "measures",
  "spectrum",
  "surface",
  "path"
})
public record TrialLandscape(
    int schema,
    String trial,
    String label,
    String key,
    LandscapeSettings settings,
    int images,
    double trialLoss,
    double centreLoss,
    LossSurface surface,
    SurfaceMeasures measures,
    Spectrum spectrum,
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
  @JsonPropertyOrder({"varianceShares", "points", "surface"})
  public record Path(
      double[] varianceShares, List<TrajectoryPlane.PathPoint> points, LossSurface surface) {
    /** Copies the points. */
    public Path {
      points = List.copyOf(points);
    }
  }

  /** Returns what is invalid about this file, if anything. */
  Optional<String> fault(String id) {
    if (schema != SCHEMA) {
      return Optional.of("it is of schema " + schema + ", not " + SCHEMA);
    }
    if (!id.equals(trial)) {
      return Optional.of("it belongs to another trial");
    }
    return label == null
            || key == null
            || settings == null
            || surface == null
            || measures == null
            || spectrum == null
        ? Optional.of("it has no label, key, settings, surface, measures or spectrum")
        : Optional.empty();
  }

  /** A short name for legends that distinguishes this trial from the others. */
  static String label(TrialResult result) {
    Trial trial = result.trial();
    return trial.label() + ", seed " + trial.seed();
  }
}
