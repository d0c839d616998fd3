package normsweep.landscape.hessian;

import static normsweep.landscape.head.OrthonormalBasis.dot;
import static normsweep.landscape.head.OrthonormalBasis.norm;
import static normsweep.landscape.head.OrthonormalBasis.scaled;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import normsweep.landscape.head.OrthonormalBasis;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * Lanczos' method with full reorthogonalisation (Lanczos 1950; Parlett 1980): an orthonormal basis
 * of the Krylov space of a vector, in which a symmetric matrix is tridiagonal. Eigenvalues of the
 * tridiagonal matrix (Ritz values) approach those of the matrix, the outer ones first.
 */
final class Lanczos {
  private final UnaryOperator<double[]> matrix;
  private final OrthonormalBasis basis = new OrthonormalBasis();
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
    double[] product = matrix.apply(next);
    double before = norm(product);
    diagonal.add(dot(next, product));
    // What a symmetric matrix in exact arithmetic leaves along the basis; the rest is rounding.
    double[] expected = new double[size() + 1];
    expected[size()] = -diagonal.get(size());
    if (size() > 0) {
      expected[size() - 1] = -coupling.get(size() - 1);
    }
    basis.add(next);
    basis.addTo(product, expected);
    double left = basis.orthogonalise(product);
    coupling.add(left);
    // What is left is rounding: the Ritz values are eigenvalues.
    if (left <= 1e-12 * before || size() == product.length) {
      return false;
    }
    next = scaled(product, 1 / left);
    return true;
  }

  /** Vectors in the basis, which is also the number of products spent. */
  int size() {
    return basis.size();
  }

  /** The basis. */
  OrthonormalBasis basis() {
    return basis;
  }

  /** Trace of the matrix within the space that the basis spans. */
  double trace() {
    return diagonal.stream().mapToDouble(Double::doubleValue).sum();
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
    double[] vector = new double[next.length];
    basis.addTo(vector, ritz.getEigenvector(i).toArray());
    return vector;
  }
}
