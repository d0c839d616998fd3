package normsweep.train;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import normsweep.record.Clip;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Gradient clipping, applied between the backward pass and the updater. DL4J itself clips only by
 * layer, by parameter type or by element, and scales the running statistics of batch norm along
 * with the gradients; these implementations see trainable parameters alone. Thresholds are in units
 * of the mini-batch mean gradient.
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
      case GLOBAL_NORM -> new GlobalNorm(clip.threshold());
      case PER_LAYER -> new PerLayer(clip.threshold());
      case VALUE -> new Value(clip.threshold());
    };
  }

  /**
   * With n the 2-norm of all gradients together and c the threshold, every gradient is multiplied
   * by min(1, c / (n + {@value #EPSILON})), as PyTorch's {@code clip_grad_norm_} does (Pascanu et
   * al. 2013, "On the difficulty of training recurrent neural networks"). The direction of the step
   * is preserved.
   */
  record GlobalNorm(double threshold) implements GradientClipping {
    @Override
    public double[] clip(TrainableGradients gradients, double[] norms) {
      return clipGroups(gradients, norms, threshold, i -> "all");
    }
  }

  /** As {@link GlobalNorm}, but for each layer's gradients apart. */
  record PerLayer(double threshold) implements GradientClipping {
    @Override
    public double[] clip(TrainableGradients gradients, double[] norms) {
      return clipGroups(gradients, norms, threshold, gradients::layer);
    }
  }

  /** Limits every element to [-threshold, threshold]. */
  record Value(double threshold) implements GradientClipping {
    @Override
    public double[] clip(TrainableGradients gradients, double[] norms) {
      double[] after = norms.clone();
      double limit = threshold * gradients.batchSize();
      for (int i = 0; i < norms.length; i++) {
        INDArray sum = gradients.sums().get(i);
        if (!(sum.amaxNumber().doubleValue() <= limit)) {
          Transforms.max(sum, -limit, false);
          Transforms.min(sum, limit, false);
          after[i] = sum.norm2Number().doubleValue() / gradients.batchSize();
        }
      }
      return after;
    }
  }

  private static double[] clipGroups(
      TrainableGradients gradients, double[] norms, double threshold, IntFunction<String> group) {
    Map<String, Double> squares = new HashMap<>();
    for (int i = 0; i < norms.length; i++) {
      squares.merge(group.apply(i), norms[i] * norms[i], Double::sum);
    }
    double[] after = norms.clone();
    for (int i = 0; i < norms.length; i++) {
      double factor = threshold / (Math.sqrt(squares.get(group.apply(i))) + EPSILON);
      if (factor < 1) { // never for NaN: a diverged gradient is left unchanged
        gradients.sums().get(i).muli(factor);
        after[i] *= factor;
      }
    }
    return after;
  }
}
