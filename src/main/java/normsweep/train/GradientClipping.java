package normsweep.train;

import normsweep.record.Clip;

/**
 * Gradient clipping, applied between the backward pass and the updater. DL4J itself clips only by
 * layer, by parameter type or by element, and scales the running statistics of batch norm along
 * with the gradients; these implementations see trainable parameters alone.
 */
@FunctionalInterface
interface GradientClipping {
  /** Avoids division by a norm of zero, as in PyTorch's {@code clip_grad_norm_}. */
  double EPSILON = 1e-6;

  /**
   * Clips in place.
   *
   * @param gradients the step's gradients
   * @param norms their norms, from {@link TrainableGradients#norms}
   * @return the norms after clipping, by parameter; equal to {@code norms} if nothing changed
   */
  double[] clip(TrainableGradients gradients, double[] norms);

  /** The implementation of a choice. */
  static GradientClipping of(Clip clip) {
    return switch (clip.mode()) {
      case NONE -> (gradients, norms) -> norms;
      case GLOBAL_NORM -> new GlobalNormClipping(clip.threshold());
      case PER_LAYER -> new PerLayerClipping(clip.threshold());
      case VALUE -> new ValueClipping(clip.threshold());
    };
  }

  /** min(1, threshold / (norm + {@value #EPSILON})). */
  static double factor(double threshold, double norm) {
    return Math.min(1, threshold / (norm + EPSILON));
  }
}
