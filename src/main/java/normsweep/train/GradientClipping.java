package normsweep.train;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
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

  /** The implementation of a choice; thresholds are in units of the mini-batch mean gradient. */
  static GradientClipping of(Clip clip) {
    double threshold = clip.threshold();
    return switch (clip.mode()) {
      case NONE -> (gradients, norms) -> norms;
      case GLOBAL_NORM -> (gradients, norms) -> byNorm(threshold, gradients, norms, i -> "all");
      case PER_LAYER -> (gradients, norms) -> byNorm(threshold, gradients, norms, gradients::layer);
      case VALUE -> (gradients, norms) -> byValue(threshold, gradients, norms);
    };
  }

  /**
   * Multiplies the gradients of each group by min(1, c / (n + {@value #EPSILON})), with n the
   * 2-norm of the group and c the threshold. With all gradients in one group, that is clipping by
   * global norm, which preserves the direction of the step (Pascanu et al. 2013, "On the difficulty
   * of training recurrent neural networks").
   *
   * @param group the name of the group that a parameter belongs to
   */
  private static double[] byNorm(
      double threshold, TrainableGradients gradients, double[] norms, IntFunction<String> group) {
    Map<String, Double> squares = new HashMap<>();
    for (int i = 0; i < norms.length; i++) {
      squares.merge(group.apply(i), norms[i] * norms[i], Double::sum);
    }
    double[] after = norms.clone();
    for (int i = 0; i < norms.length; i++) {
      double factor = threshold / (Math.sqrt(squares.get(group.apply(i))) + EPSILON);
      if (factor < 1) { // never for NaN: a diverged gradient is left unchanged
        gradients.scale(i, factor);
        after[i] *= factor;
      }
    }
    return after;
  }

  /** Limits every element to [-threshold, threshold]. */
  private static double[] byValue(double threshold, TrainableGradients gradients, double[] norms) {
    double[] after = norms.clone();
    for (int i = 0; i < after.length; i++) {
      after[i] = gradients.clamp(i, threshold).orElse(after[i]);
    }
    return after;
  }
}
