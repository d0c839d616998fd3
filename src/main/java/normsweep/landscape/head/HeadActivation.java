package normsweep.landscape.head;

/**
 * What a head does between its two dense layers, in inference mode: norm, then activation. Values
 * lie unit by unit, {@code u[j * images + n]} for unit j and image n, so that loops run over
 * images; the parameters {@code p} are the flat vector of the whole head.
 *
 * <p>Tangents are derivatives along a direction in which {@code v} moves the parameters and {@code
 * tu} the inputs (the R-operator of Pearlmutter 1994, <i>Fast Exact Multiplication by the
 * Hessian</i>). At a kink of the activation the inactive side counts.
 */
interface HeadActivation {
  /** The activations of inputs {@code u}. */
  double[] forward(double[] p, double[] u);

  /** The tangent of the activations. */
  double[] forwardTangent(double[] p, double[] v, double[] u, double[] tu);

  /**
   * The tangent of the loss's gradient by the inputs.
   *
   * @param dy the loss's gradient by the activations, and {@code tdy} its tangent
   * @param tg to which the tangent of the loss's gradient by the parameters is added
   */
  double[] backwardTangent(
      double[] p, double[] v, double[] u, double[] tu, double[] dy, double[] tdy, double[] tg);
}
