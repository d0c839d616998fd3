package normsweep.landscape;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import normsweep.landscape.head.HessianVector;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * The ends of a Hessian's spectrum.
 *
 * @param largest the largest eigenvalues, largest first
 * @param residuals ‖H·v − λ·v‖ of each of them: the distance to a true eigenvalue is no larger
 * @param smallest the smallest (most negative) eigenvalue found
 * @param products Hessian-vector products spent
 */
@JsonPropertyOrder({"largest", "residuals", "smallest", "products"})
public record Spectrum(double[] largest, double[] residuals, double smallest, int products) {
  private static final double TOLERANCE = 1e-3;
  private static final int CHECK_EVERY = 5;

  /**
   * Lanczos' method with full reorthogonalisation: an orthonormal basis of the Krylov space of a
   * random vector, in which H is tridiagonal; the ends of the tridiagonal matrix's spectrum
   * approach those of H. Stops when each of the {@code count} largest eigenvalues has a residual
   * below a thousandth of itself, or after {@code maxProducts} products.
   *
   * @param hessian the map
   * @param length length of the vectors
   * @param count how many of the largest eigenvalues are wanted
   * @param maxProducts limit of Hessian-vector products, each of which keeps one vector in memory
   * @param seed seed of the first vector
   */
  public static Spectrum of(
      HessianVector hessian, int length, int count, int maxProducts, long seed) {
    int limit = Math.min(maxProducts, length);
    double[][] basis = new double[limit][];
    double[] diagonal = new double[limit];
    double[] coupling = new double[limit];
    double[] next = start(length, seed);
    for (int step = 0; ; step++) {
      basis[step] = next;
      double[] product = new double[length];
      hessian.multiply(next, product);
      diagonal[step] = dot(next, product);
      double before = norm(product);
      // Twice is enough (Parlett 1980): the second pass removes what rounding left of the first.
      orthogonalise(product, basis, step);
      orthogonalise(product, basis, step);
      coupling[step] = norm(product);
      // What is left is rounding: the basis spans an invariant subspace, the values are exact.
      boolean exhausted = coupling[step] <= 1e-12 * before || step + 1 == limit;
      if (exhausted || (step + 1) % CHECK_EVERY == 0) {
        Spectrum spectrum = ritz(diagonal, coupling, step + 1, count);
        if (exhausted || spectrum.converged(count)) {
          return spectrum;
        }
      }
      next = scaled(product, 1 / coupling[step]);
    }
  }

  private boolean converged(int count) {
    return largest.length == count
        && IntStream.range(0, count)
            .allMatch(i -> residuals[i] <= TOLERANCE * Math.abs(largest[i]));
  }

  private static Spectrum ritz(double[] diagonal, double[] coupling, int size, int count) {
    double[] main = java.util.Arrays.copyOf(diagonal, size);
    double[] secondary = java.util.Arrays.copyOf(coupling, size - 1);
    EigenDecomposition ritz = new EigenDecomposition(main, secondary);
    double[] values = ritz.getRealEigenvalues();
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted((p, q) -> Double.compare(values[q], values[p]))
            .mapToInt(Integer::intValue)
            .toArray();
    int found = Math.min(count, size);
    double[] largest = new double[found];
    double[] residuals = new double[found];
    for (int i = 0; i < found; i++) {
      largest[i] = values[order[i]];
      residuals[i] =
          Math.abs(coupling[size - 1] * ritz.getEigenvector(order[i]).getEntry(size - 1));
    }
    return new Spectrum(largest, residuals, values[order[size - 1]], size);
  }

  private static double[] start(int length, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    double[] vector = random.doubles(length, -1, 1).toArray();
    return scaled(vector, 1 / norm(vector));
  }

  private static void orthogonalise(double[] vector, double[][] basis, int last) {
    for (int k = 0; k <= last; k++) {
      double[] other = basis[k];
      double share = dot(vector, other);
      for (int i = 0; i < vector.length; i++) {
        vector[i] -= share * other[i];
      }
    }
  }

  private static double[] scaled(double[] vector, double factor) {
    double[] result = new double[vector.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = vector[i] * factor;
    }
    return result;
  }

  private static double norm(double[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
