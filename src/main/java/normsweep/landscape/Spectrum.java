package normsweep.landscape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealVector;

/**
 * The ends of a Hessian's spectrum.
 *
 * @param largest the largest eigenvalues, largest first
 * @param residuals ‖H·v − λ·v‖ of each of them: the distance to a true eigenvalue is no larger
 * @param smallest the smallest (most negative) eigenvalue found
 * @param products Hessian-vector products spent
 */
public record Spectrum(double[] largest, double[] residuals, double smallest, int products) {
  private static final double TOLERANCE = 1e-3;
  private static final int CHECK_EVERY = 5;

  /**
   * Lanczos' method with full reorthogonalisation: an orthonormal basis of the Krylov space of a
   * random vector, in which H is tridiagonal; the ends of the tridiagonal matrix's spectrum
   * approach those of H. Stops when each of the {@code count} largest eigenvalues has a residual
   * below a thousandth of itself, or after {@code maxProducts} products.
   *
   * @param hessian gives the product of H, which is symmetric, with a vector
   * @param length length of the vectors
   * @param count how many of the largest eigenvalues are wanted
   * @param maxProducts limit of Hessian-vector products, each of which keeps one vector in memory
   * @param seed seed of the first vector
   */
  public static Spectrum of(
      UnaryOperator<double[]> hessian, int length, int count, int maxProducts, long seed) {
    int limit = Math.min(maxProducts, length);
    List<RealVector> basis = new ArrayList<>();
    double[] diagonal = new double[limit];
    double[] coupling = new double[limit];
    RealVector next = start(length, seed);
    for (int step = 0; ; step++) {
      basis.add(next);
      RealVector product = new ArrayRealVector(hessian.apply(next.toArray()), false);
      diagonal[step] = next.dotProduct(product);
      double before = product.getNorm();
      // Twice is enough (Parlett 1980): the second pass removes what rounding left of the first.
      orthogonalise(product, basis);
      orthogonalise(product, basis);
      coupling[step] = product.getNorm();
      // What is left is rounding: the basis spans an invariant subspace, the values are exact.
      boolean exhausted = coupling[step] <= 1e-12 * before || step + 1 == limit;
      if (exhausted || (step + 1) % CHECK_EVERY == 0) {
        Spectrum spectrum = ritz(diagonal, coupling, step + 1, count);
        if (exhausted || spectrum.converged(count)) {
          return spectrum;
        }
      }
      next = product.mapMultiplyToSelf(1 / coupling[step]);
    }
  }

  private boolean converged(int count) {
    return largest.length == count
        && IntStream.range(0, count)
            .allMatch(i -> residuals[i] <= TOLERANCE * Math.abs(largest[i]));
  }

  private static Spectrum ritz(double[] diagonal, double[] coupling, int size, int count) {
    EigenDecomposition ritz =
        new EigenDecomposition(Arrays.copyOf(diagonal, size), Arrays.copyOf(coupling, size - 1));
    // Commons Math sorts the eigenvalues, largest first.
    double[] values = ritz.getRealEigenvalues();
    double[] residuals = new double[Math.min(count, size)];
    Arrays.setAll(
        residuals, i -> Math.abs(coupling[size - 1] * ritz.getEigenvector(i).getEntry(size - 1)));
    return new Spectrum(Arrays.copyOf(values, residuals.length), residuals, values[size - 1], size);
  }

  private static RealVector start(int length, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    RealVector vector = new ArrayRealVector(random.doubles(length, -1, 1).toArray(), false);
    return vector.mapMultiplyToSelf(1 / vector.getNorm());
  }

  private static void orthogonalise(RealVector vector, List<RealVector> basis) {
    for (RealVector other : basis) {
      vector.combineToSelf(1, -vector.dotProduct(other), other);
    }
  }
}
