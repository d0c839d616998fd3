package normsweep.landscape.hessian;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * The ends of a Hessian's spectrum. A residual is ‖H·v − λ·v‖: the distance from λ to an eigenvalue
 * is no larger.
 *
 * @param largest the largest eigenvalues, largest first
 * @param residuals residual of each of them
 * @param smallest the smallest (most negative) eigenvalue
 * @param smallestResidual its residual
 * @param shares share of each parameter in the eigenvector of the largest eigenvalue: the sum of
 *     its squared entries there; the shares add up to 1
 * @param products Hessian-vector products spent
 */
public record Spectrum(
    double[] largest,
    double[] residuals,
    double smallest,
    double smallestResidual,
    Map<String, Double> shares,
    int products) {
  // A residual this small beside the whole spectrum has converged, too: an end near zero has
  // nothing to show.
  private static final double NEGLIGIBLE = 1e-6;
  private static final int CHECK_EVERY = 10;

  /** Copies the shares. */
  public Spectrum {
    shares = java.util.Collections.unmodifiableMap(new TreeMap<>(shares));
  }

  /** Whether there is an eigenvalue and each has its residual. */
  boolean whole() {
    return largest != null
        && residuals != null
        && largest.length > 0
        && largest.length == residuals.length;
  }

  /**
   * Both ends, until the residuals of the {@code count} largest eigenvalues and of the smallest are
   * below a share of themselves, or {@code maxProducts} is reached. The eigenvalues are then closer
   * by far, as the error of an isolated one falls with the square of its residual.
   *
   * @param lanczos the method on H at its beginning, best from a random vector
   * @param count how many of the largest eigenvalues are wanted
   * @param tolerance the share
   * @param maxProducts limit of Hessian-vector products, each of which keeps one vector in memory
   * @param shares what {@link #shares} says of an eigenvector
   */
  static Spectrum of(
      Lanczos lanczos,
      int count,
      double tolerance,
      int maxProducts,
      Function<double[], Map<String, Double>> shares) {
    while (true) {
      boolean last = !lanczos.advance() || lanczos.size() >= maxProducts;
      if (last || lanczos.size() % CHECK_EVERY == 0) {
        EigenDecomposition ritz = lanczos.ritz();
        Spectrum found = ends(lanczos, ritz, count);
        if (last || found.converged(count, tolerance)) {
          return new Spectrum(
              found.largest,
              found.residuals,
              found.smallest,
              found.smallestResidual,
              shares.apply(lanczos.vector(ritz, 0)),
              found.products);
        }
      }
    }
  }

  private static Spectrum ends(Lanczos lanczos, EigenDecomposition ritz, int count) {
    double[] values = ritz.getRealEigenvalues();
    int last = values.length - 1;
    int wanted = Math.min(count, values.length);
    return new Spectrum(
        Arrays.copyOf(values, wanted),
        IntStream.range(0, wanted).mapToDouble(i -> lanczos.residual(ritz, i)).toArray(),
        values[last],
        lanczos.residual(ritz, last),
        Map.of(),
        values.length);
  }

  private boolean converged(int count, double tolerance) {
    return largest.length == count
        && IntStream.range(0, count).allMatch(i -> small(residuals[i], largest[i], tolerance))
        && small(smallestResidual, smallest, tolerance);
  }

  private boolean small(double residual, double value, double tolerance) {
    double whole = Math.max(Math.abs(largest[0]), Math.abs(smallest));
    return residual <= Math.max(tolerance * Math.abs(value), NEGLIGIBLE * whole);
  }
}
