package normsweep.landscape;

import java.util.Arrays;

/**
 * The shape of a loss surface in numbers.
 *
 * @param radius radius of the disc around the centre in which the largest rise is sought, in units
 *     of the directions (1 moves every filter by its own norm)
 * @param sharpness largest loss in that disc less the loss at the centre
 * @param roughness total variation of the surface divided by that of its convex envelope: 1 for a
 *     convex surface, more the more hills and side valleys there are; null where the envelope is
 *     flat and the surface is not
 * @param positiveDefiniteShare share of inner grid points at which the surface's own 2×2 Hessian,
 *     by central differences, is positive definite
 * @param curvatures eigenvalues of that Hessian at the centre, larger first
 */
public record SurfaceMeasures(
    double radius,
    double sharpness,
    Double roughness,
    double positiveDefiniteShare,
    double[] curvatures) {

  /**
   * Measures a surface whose centre is at (0, 0).
   *
   * @param surface a surface on a centred grid with an odd number of points per side
   * @param radius the disc's radius
   * @throws IllegalArgumentException if a loss is not finite
   */
  public static SurfaceMeasures of(LossSurface surface, double radius) {
    if (!Arrays.stream(surface.loss()).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("a surface with non-finite losses has no measures");
    }
    int middle = surface.grid().points() / 2;
    return new SurfaceMeasures(
        radius,
        sharpness(surface, radius),
        roughness(surface),
        positiveDefiniteShare(surface),
        eigenvalues(hessian(surface, middle, middle)));
  }

  private static double sharpness(LossSurface surface, double radius) {
    PlaneGrid grid = surface.grid();
    int middle = grid.points() / 2;
    // A grid point at exactly the radius belongs to the disc despite rounding.
    double reach = radius * (1 + 1e-9);
    double highest = surface.loss()[middle][middle];
    for (int j = 0; j < grid.points(); j++) {
      for (int i = 0; i < grid.points(); i++) {
        if (Math.hypot(grid.a(i), grid.b(j)) <= reach) {
          highest = Math.max(highest, surface.loss()[j][i]);
        }
      }
    }
    return highest - surface.loss()[middle][middle];
  }

  private static Double roughness(LossSurface surface) {
    double variation = totalVariation(surface);
    double smooth = totalVariation(ConvexEnvelope.of(surface));
    double negligible = 1e-9 * (surface.max() - surface.min());
    if (smooth <= negligible) {
      return variation <= negligible ? 1.0 : null;
    }
    return variation / smooth;
  }

  /** Sum of |differences| of neighbours, each times the grid's step across it. */
  static double totalVariation(LossSurface surface) {
    double[][] loss = surface.loss();
    double along = 0;
    double across = 0;
    for (int j = 0; j < loss.length; j++) {
      for (int i = 0; i < loss.length; i++) {
        along += i == 0 ? 0 : Math.abs(loss[j][i] - loss[j][i - 1]);
        across += j == 0 ? 0 : Math.abs(loss[j][i] - loss[j - 1][i]);
      }
    }
    return along * surface.grid().bStep() + across * surface.grid().aStep();
  }

  private static double positiveDefiniteShare(LossSurface surface) {
    int points = surface.grid().points();
    int positive = 0;
    for (int j = 1; j < points - 1; j++) {
      for (int i = 1; i < points - 1; i++) {
        double[] h = hessian(surface, i, j);
        positive += h[0] > 0 && h[0] * h[2] - h[1] * h[1] > 0 ? 1 : 0;
      }
    }
    return positive / (double) ((points - 2) * (points - 2));
  }

  /** Second differences {aa, ab, bb} at an inner grid point. */
  private static double[] hessian(LossSurface surface, int i, int j) {
    double[][] z = surface.loss();
    double da = surface.grid().aStep();
    double db = surface.grid().bStep();
    return new double[] {
      (z[j][i + 1] - 2 * z[j][i] + z[j][i - 1]) / (da * da),
      (z[j + 1][i + 1] - z[j + 1][i - 1] - z[j - 1][i + 1] + z[j - 1][i - 1]) / (4 * da * db),
      (z[j + 1][i] - 2 * z[j][i] + z[j - 1][i]) / (db * db)
    };
  }

  private static double[] eigenvalues(double[] h) {
    double mean = (h[0] + h[2]) / 2;
    double spread = Math.hypot((h[0] - h[2]) / 2, h[1]);
    return new double[] {mean + spread, mean - spread};
  }
}
