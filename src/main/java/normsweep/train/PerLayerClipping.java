package normsweep.train;

import java.util.HashMap;
import java.util.Map;

/**
 * Clipping per layer: each layer's gradients are multiplied by min(1, c / (n + 1e-6)), with n the
 * 2-norm of that layer's gradients together and c the threshold.
 *
 * @param threshold c, in units of the mini-batch mean gradient
 */
record PerLayerClipping(double threshold) implements GradientClipping {
  @Override
  public double[] clip(TrainableGradients gradients, double[] norms) {
    Map<String, Double> squares = new HashMap<>();
    for (int i = 0; i < norms.length; i++) {
      squares.merge(gradients.layer(i), norms[i] * norms[i], Double::sum);
    }
    double[] after = norms.clone();
    for (int i = 0; i < after.length; i++) {
      double layerNorm = Math.sqrt(squares.get(gradients.layer(i)));
      double factor = GradientClipping.factor(threshold, layerNorm);
      if (factor < 1) {
        gradients.scale(i, factor);
        after[i] *= factor;
      }
    }
    return after;
  }
}
