package normsweep.landscape.hessian;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SpectrumTest {
  /** Q·diag(values)·Q with the reflection Q = I − 2wwᵀ, which has exactly these eigenvalues. */
  private static UnaryOperator<double[]> quadratic(double[] values) {
    int n = values.length;
    double[] w = new SplittableRandom(3).doubles(n, -1, 1).toArray();
    double norm = Math.sqrt(dot(w, w));
    for (int i = 0; i < n; i++) {
      w[i] /= norm;
    }
    return vector -> {
      double[] product = new double[n];
      double along = 2 * dot(w, vector);
      for (int i = 0; i < n; i++) {
        product[i] = values[i] * (vector[i] - along * w[i]);
      }
      double back = 2 * dot(w, product);
      for (int i = 0; i < n; i++) {
        product[i] -= back * w[i];
      }
      return product;
    };
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private static Spectrum spectrum(UnaryOperator<double[]> matrix, int n, int count, int most) {
    double[] start = new SplittableRandom(1).doubles(n, -1, 1).toArray();
    return Spectrum.of(
        new Lanczos(matrix, start), count, 1e-3, most, vector -> Map.of("first", vector[0]));
  }

  @Test
  void quadraticLossGivesBackItsEigenvalues() {
    double[] values = new double[400];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 400.;
    }
    values[17] = 50;
    values[90] = 20;
    values[200] = 8;
    values[301] = -5;
    Spectrum spectrum = spectrum(quadratic(values), 400, 3, 60);
    assertArrayEquals(new double[] {50, 20, 8}, spectrum.largest(), 1e-6);
    assertEquals(-5, spectrum.smallest(), 1e-3);
    assertTrue(spectrum.smallestResidual() <= 5e-3, "residual " + spectrum.smallestResidual());
    assertTrue(spectrum.products() < 60, "converged before the limit");
  }

  // The small end lies close to its neighbours, far from the large end: it converges last.
  @Test
  void crowdedSmallEndIsWaitedFor() {
    double[] values = new SplittableRandom(4).doubles(2000, -3.25, 0.5).toArray();
    values[0] = 150;
    values[1] = -3.3;
    Spectrum spectrum = spectrum(quadratic(values), 2000, 1, 300);
    assertEquals(-3.3, spectrum.smallest(), 0.01);
    assertTrue(spectrum.smallestResidual() <= 0.0033);
    assertTrue(spectrum.products() > 20, "the large end alone would have ended it");
  }

  @Test
  void sharesAreThoseOfUnitEigenvector() {
    double[] values = {1, 2, 9, 4};
    Spectrum spectrum =
        Spectrum.of(
            new Lanczos(
                vector -> new double[] {vector[0], 2 * vector[1], 9 * vector[2], 4 * vector[3]},
                values),
            1,
            1e-3,
            10,
            vector -> Map.of("third", vector[2] * vector[2]));
    assertEquals(1, spectrum.shares().get("third"), 1e-9);
  }

  @Test
  void residualsBoundTheError() {
    double[] values = new SplittableRandom(9).doubles(300, 0, 10).sorted().toArray();
    Spectrum spectrum = spectrum(quadratic(values), 300, 2, 20);
    for (int i = 0; i < 2; i++) {
      double nearest = Double.MAX_VALUE;
      for (double value : values) {
        nearest = Math.min(nearest, Math.abs(value - spectrum.largest()[i]));
      }
      assertTrue(nearest <= spectrum.residuals()[i] + 1e-9);
    }
    double off = Math.abs(values[0] - spectrum.smallest());
    assertTrue(off > 0 && off <= spectrum.smallestResidual() + 1e-9, "the small end");
  }

  @Test
  void allOfSmallMatrix() {
    Spectrum spectrum = spectrum(quadratic(new double[] {3, 2, -1}), 3, 5, 40);
    assertArrayEquals(new double[] {3, 2, -1}, spectrum.largest(), 1e-9);
    assertEquals(3, spectrum.products());
  }

  @Test
  void scaledIdentityIsExhaustedAtOnce() {
    Spectrum spectrum = spectrum(quadratic(new double[] {4, 4, 4, 4}), 4, 2, 40);
    assertArrayEquals(new double[] {4}, spectrum.largest(), 1e-9);
  }

  @Test
  void flatLossHasZeroCurvature() {
    Spectrum spectrum = spectrum(vector -> new double[10], 10, 3, 10);
    assertArrayEquals(new double[] {0}, spectrum.largest());
  }
}
