package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NoiseEstimateTest {
  /** Gradients of three images, of which halves are drawn with replacement. */
  private static final double[][] GRADIENTS = {{1, 0}, {0, 2}, {-1, 4}};

  // Their mean is (0, 2); the variance of (1, 0, -1) is 2/3, that of (0, 2, 4) is 8/3.
  private static final double SQUARE = 4;
  private static final double TRACE = 10.0 / 3;

  private static double norm(double[] a) {
    return Math.hypot(a[0], a[1]);
  }

  @Test
  void unbiasedOverAllPairsOfImages() {
    double square = 0;
    double variance = 0;
    for (double[] a : GRADIENTS) {
      for (double[] b : GRADIENTS) {
        NoiseEstimate one =
            NoiseEstimate.of(norm(a), norm(b), norm(new double[] {a[0] - b[0], a[1] - b[1]}), 1);
        square += one.squaredGradient() / 9;
        variance += one.variance() / 9;
      }
    }
    assertEquals(SQUARE, square, 1e-12);
    assertEquals(TRACE, variance, 1e-12);
  }

  @Test
  void unbiasedOverAllHalvesOfTwoImages() {
    double square = 0;
    double variance = 0;
    for (int draw = 0; draw < 81; draw++) {
      double[][] four = {
        GRADIENTS[draw % 3], GRADIENTS[draw / 3 % 3], GRADIENTS[draw / 9 % 3], GRADIENTS[draw / 27]
      };
      double[] a = {(four[0][0] + four[1][0]) / 2, (four[0][1] + four[1][1]) / 2};
      double[] b = {(four[2][0] + four[3][0]) / 2, (four[2][1] + four[3][1]) / 2};
      NoiseEstimate one =
          NoiseEstimate.of(norm(a), norm(b), norm(new double[] {a[0] - b[0], a[1] - b[1]}), 2);
      square += one.squaredGradient() / 81;
      variance += one.variance() / 81;
    }
    assertEquals(SQUARE, square, 1e-12);
    assertEquals(TRACE, variance, 1e-12);
  }

  /** The form of the paper: sizes b and 2b, the larger gradient being the mean of both. */
  @Test
  void equalsTheEstimatesOfThePaper() {
    double[] a = {3, -1};
    double[] b = {1, 2};
    int small = 16;
    int big = 32;
    double smallSquare = (10 + 5) / 2.0;
    double bigSquare = 2 * 2 + 0.5 * 0.5;
    NoiseEstimate noise = NoiseEstimate.of(norm(a), norm(b), Math.hypot(2, -3), small);
    assertEquals(
        (big * bigSquare - small * smallSquare) / (big - small), noise.squaredGradient(), 1e-12);
    assertEquals((smallSquare - bigSquare) / (1.0 / small - 1.0 / big), noise.variance(), 1e-12);
  }
}
