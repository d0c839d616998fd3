package normsweep.landscape.head;

/**
 * What a head does between its two dense layers, in inference mode: norm, then activation. Values
 * lie unit by unit, {@code u[j * images + n]} for unit j and image n, so that loops run over
 * images.
 *
 * <p>Parameters are read from, and gradients added to, flat vectors of the whole head. The tangent
 * methods are the derivatives of the other two along a direction of parameter space (the R-operator
 * of Pearlmutter 1994, <i>Fast Exact Multiplication by the Hessian</i>), in which {@code v} moves
 * the parameters and {@code tu} the inputs. At a kink of the activation the inactive side counts.
 */
public interface HeadActivation {
  /** Writes the activations of inputs {@code u} to {@code y}. */
  void forward(double[] parameters, double[] u, double[] y, int images);

  /** Given the loss's gradient {@code dy}, writes {@code du} and adds to {@code gradient}. */
  void backward(
      double[] parameters, double[] u, double[] dy, double[] du, double[] gradient, int images);

  /** Writes the derivative of {@link #forward}'s result to {@code ty}. */
  void forwardTangent(
      double[] parameters, double[] v, double[] u, double[] tu, double[] ty, int images);

  /** Writes and adds the derivatives of {@link #backward}'s results to {@code tdu}, {@code tg}. */
  void backwardTangent(
      double[] parameters,
      double[] v,
      double[] u,
      double[] tu,
      double[] dy,
      double[] tdy,
      double[] tdu,
      double[] tg,
      int images);
}
