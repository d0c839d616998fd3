package normsweep.landscape;

/**
 * An axis-parallel grid of points on a plane.
 *
 * @param points points per side
 * @param aMin first coordinate along the first direction
 * @param aMax last coordinate along the first direction
 * @param bMin first coordinate along the second direction
 * @param bMax last coordinate along the second direction
 */
public record PlaneGrid(int points, double aMin, double aMax, double bMin, double bMax) {

  /** Rejects grids without inner points. */
  public PlaneGrid {
    if (points < 3 || !(aMin < aMax) || !(bMin < bMax)) {
      String a = "[" + aMin + ", " + aMax + "]";
      String b = "[" + bMin + ", " + bMax + "]";
      throw new IllegalArgumentException("grid of " + points + " points on " + a + " x " + b);
    }
  }

  /** A grid on [-range, range]², whose middle point, if {@code points} is odd, is the origin. */
  public static PlaneGrid centred(int points, double range) {
    return new PlaneGrid(points, -range, range, -range, range);
  }

  /** Coordinate of column {@code i} along the first direction. */
  public double a(int i) {
    return coordinate(aMin, aMax, i);
  }

  /** Coordinate of row {@code j} along the second direction. */
  public double b(int j) {
    return coordinate(bMin, bMax, j);
  }

  /** Distance between neighbours along the first direction. */
  public double aStep() {
    return (aMax - aMin) / (points - 1);
  }

  /** Distance between neighbours along the second direction. */
  public double bStep() {
    return (bMax - bMin) / (points - 1);
  }

  // Weighted ends rather than start + i·step: the middle of a centred grid is exactly zero.
  private double coordinate(double from, double to, int i) {
    return (from * (points - 1 - i) + to * i) / (points - 1);
  }
}
