package normsweep.landscape;

import java.util.List;
import java.util.Optional;
import normsweep.landscape.hessian.Curvature;

/**
 * {@code trials/ID/geometry.json}: what was computed about the loss of one trial's head besides its
 * surface.
 *
 * @param schema version of this format, {@value #SCHEMA}
 * @param trial the trial's id
 * @param key digest of everything the figures depend on
 * @param curvature Hessians: of the saved model on validation images, then on training images of
 *     the saved model and of heads of other epochs, in the order of epochs
 */
public record TrialGeometry(int schema, String trial, String key, List<Curvature> curvature) {
  /** The version of the format that this program writes. */
  public static final int SCHEMA = 1;

  /** Copies the lists. */
  public TrialGeometry {
    curvature = List.copyOf(curvature);
  }

  /** The saved model's Hessian on validation images. */
  public Curvature savedModel() {
    return curvature.get(0);
  }

  /** What is invalid about this file, if anything. */
  Optional<String> fault(String id) {
    if (schema != SCHEMA) {
      return Optional.of("it is of schema " + schema + ", not " + SCHEMA);
    }
    if (!id.equals(trial) || key == null) {
      return Optional.of("it belongs to another trial");
    }
    return !curvature.isEmpty() && curvature.stream().allMatch(Curvature::whole)
        ? Optional.empty()
        : Optional.of("it lacks a Hessian or part of one");
  }
}
