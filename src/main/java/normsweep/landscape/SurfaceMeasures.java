package normsweep.landscape;

import java.util.Arrays;

/**
 * The shape of a loss surface in numbers.
 *
 * @param radius radius of the disc around the centre in which the largest rise is sought, in units
 *     of the directions (1 moves every filter by its own norm)
 * @param sharpness largest loss in that disc less the loss at the centre
 * @param roughness total variation of the surface's grid lines, along both directions, divided by
 *     that of the convex envelopes of these lines: 1 if every line falls to one minimum and rises
 *     from there, more the more hills and side valleys there are; null where the envelopes are flat
 *     and the surface is not. In one dimension an envelope never varies more than its function, so
 *     that no surface is below 1; the envelope of a whole surface may, because it bridges a narrow
 *     basin with a wide cone
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
    double[][] loss = surface.loss();
    double variation = 0;
    double smooth = 0;
    for (int k = 0; k < loss.length; k++) {
      int column = k;
      double[] across = Arrays.stream(loss).mapToDouble(row -> row[column]).toArray();
      variation += totalVariation(loss[k]) * surface.grid().bStep();
      variation += totalVariation(across) * surface.grid().aStep();
      smooth += envelopeVariation(loss[k]) * surface.grid().bStep();
      smooth += envelopeVariation(across) * surface.grid().aStep();
    }
    // Sums of rounded differences; the scale is that of a line over the whole range everywhere.
    PlaneGrid grid = surface.grid();
    double negligible =
        1e-9
            * (surface.max() - surface.min())
            * (grid.aMax() - grid.aMin() + grid.bMax() - grid.bMin());
    if (smooth <= negligible) {
      return variation <= negligible ? 1.0 : null;
    }
    // Equal but for rounding where every line has one minimum.
    return Math.max(1, variation / smooth);
  }

  private static double totalVariation(double[] line) {
    double sum = 0;
    for (int i = 1; i < line.length; i++) {
      sum += Math.abs(line[i] - line[i - 1]);
    }
    return sum;
  }

  // A convex envelope keeps the ends and the smallest value, to which it falls and then rises.
  private static double envelopeVariation(double[] line) {
    return line[0] + line[line.length - 1] - 2 * Arrays.stream(line).min().orElseThrow();
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
