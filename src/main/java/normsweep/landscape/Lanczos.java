package normsweep.landscape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * Lanczos' method with full reorthogonalisation (Lanczos 1950; Parlett 1980): an orthonormal basis
 * of the Krylov space of a vector, in which a symmetric matrix is tridiagonal. Eigenvalues of the
 * tridiagonal matrix (Ritz values) approach those of the matrix, the outer ones first.
 */
final class Lanczos {
  private static final int CHUNK = 1 << 13;

  private final UnaryOperator<double[]> matrix;
  private final List<double[]> basis = new ArrayList<>();
  private final List<Double> diagonal = new ArrayList<>();
  private final List<Double> coupling = new ArrayList<>();
  private double[] next;

  /**
   * A basis that begins with {@code start}, which need not have unit length.
   *
   * @param matrix gives the product with a vector
   */
  Lanczos(UnaryOperator<double[]> matrix, double[] start) {
    this.matrix = matrix;
    this.next = scaled(start, 1 / norm(start));
  }

  /** Adds a vector to the basis; false if the basis then spans an invariant space. */
  boolean advance() {
    basis.add(next);
    double[] product = matrix.apply(next);
    diagonal.add(dot(next, product));
    double before = norm(product);
    // Twice is enough (Parlett 1980): the second pass removes what rounding left of the first.
    orthogonalise(product);
    orthogonalise(product);
    double left = norm(product);
    coupling.add(left);
    // What is left is rounding: the Ritz values are eigenvalues.
    if (left <= 1e-12 * before || basis.size() == product.length) {
      return false;
    }
    next = scaled(product, 1 / left);
    return true;
  }

  /** Vectors in the basis, which is also the number of products spent. */
  int size() {
    return basis.size();
  }

  /** Ritz values, largest first, with their vectors in the basis. */
  EigenDecomposition ritz() {
    double[] main = diagonal.stream().mapToDouble(Double::doubleValue).toArray();
    double[] beside = coupling.stream().limit(size() - 1L).mapToDouble(c -> c).toArray();
    return new EigenDecomposition(main, beside);
  }

  /** ‖A·v − θ·v‖ of Ritz pair {@code i}: the distance from θ to an eigenvalue is no larger. */
  double residual(EigenDecomposition ritz, int i) {
    return Math.abs(coupling.get(size() - 1) * ritz.getEigenvector(i).getEntry(size() - 1));
  }

  /** The approximate eigenvector of Ritz pair {@code i}, of unit length. */
  double[] vector(EigenDecomposition ritz, int i) {
    double[] weights = ritz.getEigenvector(i).toArray();
    double[] vector = new double[next.length];
    addBasis(weights, vector);
    return vector;
  }

  private void orthogonalise(double[] vector) {
    addBasis(basis.parallelStream().mapToDouble(q -> -dot(q, vector)).toArray(), vector);
  }

  // In pieces that stay in the cache while the whole basis passes.
  private void addBasis(double[] weights, double[] vector) {
    IntStream.range(0, (vector.length + CHUNK - 1) / CHUNK)
        .parallel()
        .forEach(
            chunk -> {
              int to = Math.min(vector.length, (chunk + 1) * CHUNK);
              for (int k = 0; k < weights.length; k++) {
                double[] q = basis.get(k);
                double weight = weights[k];
                for (int i = chunk * CHUNK; i < to; i++) {
                  vector[i] += weight * q[i];
                }
              }
            });
  }

  // Four sums side by side: a single one would wait for each addition.
  private static double dot(double[] x, double[] y) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int whole = x.length - x.length % 4;
    for (int i = 0; i < whole; i += 4) {
      a += x[i] * y[i];
      b += x[i + 1] * y[i + 1];
      c += x[i + 2] * y[i + 2];
      d += x[i + 3] * y[i + 3];
    }
    for (int i = whole; i < x.length; i++) {
      a += x[i] * y[i];
    }
    return a + b + c + d;
  }

  private static double norm(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  private static double[] scaled(double[] x, double factor) {
    return Arrays.stream(x).map(value -> factor * value).toArray();
  }
}
