package normsweep.train;

/**
 * Clipping by value: every element is limited to [-c, c].
 *
 * @param threshold c, in units of the mini-batch mean gradient
 */
record ValueClipping(double threshold) implements GradientClipping {
  @Override
  public double[] clip(TrainableGradients gradients, double[] norms) {
    double[] after = norms.clone();
    for (int i = 0; i < after.length; i++) {
      after[i] = gradients.clamp(i, threshold).orElse(after[i]);
    }
    return after;
  }
}
