package normsweep.train;

/**
 * Clipping by global norm: with n the 2-norm of all gradients together and c the threshold, every
 * gradient is multiplied by min(1, c / (n + 1e-6)), as PyTorch's {@code clip_grad_norm_} does
 * (Pascanu et al. 2013, "On the difficulty of training recurrent neural networks"). The direction
 * of the step is preserved.
 *
 * @param threshold c, in units of the mini-batch mean gradient
 */
record GlobalNormClipping(double threshold) implements GradientClipping {
  @Override
  public double[] clip(TrainableGradients gradients, double[] norms) {
    double factor = GradientClipping.factor(threshold, TrainableGradients.total(norms));
    if (!(factor < 1)) { // also for NaN: a diverged gradient is left unchanged
      return norms;
    }
    double[] after = norms.clone();
    for (int i = 0; i < after.length; i++) {
      gradients.scale(i, factor);
      after[i] *= factor;
    }
    return after;
  }
}
