package normsweep.landscape.head;

/** A symmetric linear map: the Hessian of a loss at one point, times a vector. */
@FunctionalInterface
public interface HessianVector {
  /** Writes H·{@code vector} to {@code product}; both have the parameter vector's length. */
  void multiply(double[] vector, double[] product);
}
