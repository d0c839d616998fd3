package normsweep.landscape;

/**
 * The convex envelope of a surface: the largest convex function that is nowhere above its grid
 * points.
 *
 * <p>At a point p it is the optimum of the linear programme min Σλ_i z_i with Σλ_i (x_i, y_i) = p,
 * Σλ_i = 1, λ ≥ 0, solved by the simplex method: a basis is a triangle of grid points around p, its
 * dual the plane through them, and a grid point below that plane enters. Grid points lie on common
 * lines, which would make bases degenerate; p is therefore moved towards an odd inner point by 1e-9
 * of the grid's width, so that it lies on no such line and every step lowers the plane.
 */
final class ConvexEnvelope {
  private static final double NUDGE = 1e-9;
  private static final double TOLERANCE = 1e-12;

  private final LossSurface surface;
  private final int n;
  private final double scale;
  private final int[] basis = new int[3];
  private final double[] plane = new double[3];

  private ConvexEnvelope(LossSurface surface) {
    this.surface = surface;
    this.n = surface.grid().points();
    this.scale = Math.max(surface.max() - surface.min(), Double.MIN_NORMAL);
  }

  /** The envelope on the surface's own grid; all losses must be finite. */
  static LossSurface of(LossSurface surface) {
    ConvexEnvelope solver = new ConvexEnvelope(surface);
    int n = solver.n;
    double[][] envelope = new double[n][n];
    for (int j = 0; j < n; j++) {
      solver.startAt(0, j);
      for (int i = 0; i < n; i++) {
        envelope[j][i] = Math.min(solver.solve(i, j), surface.loss()[j][i]);
      }
    }
    return new LossSurface(surface.grid(), envelope);
  }

  // Coordinates are grid indices: x = i, y = j.
  private void startAt(int i, int j) {
    boolean below = nudged(j, 0.3717) <= nudged(i, 0.4391);
    basis[0] = 0;
    basis[1] = n * n - 1;
    basis[2] = below ? n - 1 : n * (n - 1);
  }

  private double nudged(double coordinate, double share) {
    double inner = share * (n - 1);
    return coordinate + NUDGE * (inner - coordinate);
  }

  private double solve(int i, int j) {
    double px = nudged(i, 0.4391);
    double py = nudged(j, 0.3717);
    if (!contains(px, py)) {
      startAt(i, j);
    }
    for (int entering = lowest(); entering >= 0; entering = lowest()) {
      enter(entering, px, py);
    }
    return plane[0] + plane[1] * i + plane[2] * j;
  }

  private int x(int point) {
    return point % n;
  }

  private int y(int point) {
    return point / n;
  }

  private double z(int point) {
    return surface.loss()[y(point)][x(point)];
  }

  /** Fits the plane through the basis and finds the grid point farthest below it, or -1. */
  private int lowest() {
    double x0 = x(basis[0]);
    double y0 = y(basis[0]);
    double x1 = x(basis[1]) - x0;
    double y1 = y(basis[1]) - y0;
    double x2 = x(basis[2]) - x0;
    double y2 = y(basis[2]) - y0;
    double z0 = z(basis[0]);
    double z1 = z(basis[1]) - z0;
    double z2 = z(basis[2]) - z0;
    double area = x1 * y2 - x2 * y1;
    plane[1] = (z1 * y2 - z2 * y1) / area;
    plane[2] = (x1 * z2 - x2 * z1) / area;
    plane[0] = z0 - plane[1] * x0 - plane[2] * y0;
    int lowest = -1;
    double deepest = -TOLERANCE * scale;
    for (int j = 0; j < n; j++) {
      double[] row = surface.loss()[j];
      double start = plane[0] + plane[2] * j;
      for (int i = 0; i < n; i++) {
        double depth = row[i] - (start + plane[1] * i);
        if (depth < deepest) {
          deepest = depth;
          lowest = j * n + i;
        }
      }
    }
    return lowest == basis[0] || lowest == basis[1] || lowest == basis[2] ? -1 : lowest;
  }

  private boolean contains(double px, double py) {
    return sign(basis[0], basis[1], basis[2], px, py)
        && sign(basis[1], basis[2], basis[0], px, py)
        && sign(basis[2], basis[0], basis[1], px, py);
  }

  /** Whether (px, py) lies on the same side of the line p–q as the point r. */
  private boolean sign(int p, int q, int r, double px, double py) {
    double dx = x(q) - x(p);
    double dy = y(q) - y(p);
    double point = dx * (py - y(p)) - dy * (px - x(p));
    double corner = dx * (y(r) - y(p)) - dy * (x(r) - x(p));
    return corner != 0 && point * corner >= 0;
  }

  /** Replaces one corner by the new point so that the triangle still holds (px, py). */
  private void enter(int point, double px, double py) {
    for (int k = 0; k < 3; k++) {
      int leaving = basis[k];
      basis[k] = point;
      if (contains(px, py)) {
        return;
      }
      basis[k] = leaving;
    }
    throw new IllegalStateException("no triangle with point " + point + " holds the target");
  }
}
