package normsweep.report.figure;

import java.awt.geom.Path2D;
import java.util.HashMap;
import java.util.Map;
import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;

/**
 * Regions of a surface at or above a level, by marching squares (after Lorensen &amp; Cline 1987 in
 * two dimensions). A rim of points below every level is placed around the grid, on its border, so
 * that every outline closes.
 */
final class Isolines {
  private final PlaneGrid grid;
  private final double[][] loss;
  private final double level;
  private final int n;
  // Outlines as a map from each crossed edge to the next one, with the region on the left.
  private final Map<Integer, Integer> next = new HashMap<>();

  private Isolines(LossSurface surface, double level) {
    this.grid = surface.grid();
    this.loss = surface.loss();
    this.level = level;
    this.n = grid.points() + 2;
    for (int j = 0; j < n - 1; j++) {
      for (int i = 0; i < n - 1; i++) {
        cell(i, j);
      }
    }
  }

  /** The region in coordinates of the plane; to be filled with the even-odd rule. */
  static Path2D above(LossSurface surface, double level) {
    return new Isolines(surface, level).trace();
  }

  private double z(int i, int j) {
    boolean rim = i == 0 || j == 0 || i == n - 1 || j == n - 1;
    return rim ? Double.NEGATIVE_INFINITY : loss[j - 1][i - 1];
  }

  // Edges by number: horizontal from (i, j) to (i+1, j) even, vertical from (i, j) to (i, j+1) odd.
  private int horizontal(int i, int j) {
    return 2 * (j * n + i);
  }

  private int vertical(int i, int j) {
    return horizontal(i, j) + 1;
  }

  // Going around a cell, the outline leaves the region at an edge and enters it at another; where
  // it does both twice, the middle of the cell tells which two belong together.
  private void cell(int i, int j) {
    double[] z = {z(i, j), z(i + 1, j), z(i + 1, j + 1), z(i, j + 1)};
    int[] edges = {horizontal(i, j), vertical(i + 1, j), horizontal(i, j + 1), vertical(i, j)};
    boolean[] inside = new boolean[5];
    for (int k = 0; k <= 4; k++) {
      inside[k] = z[k % 4] >= level;
    }
    int turn = (z[0] + z[1] + z[2] + z[3]) / 4 >= level ? 1 : 3;
    for (int from = 0; from < 4; from++) {
      if (inside[from] && !inside[from + 1]) {
        int to = (from + turn) % 4;
        while (inside[to] || !inside[to + 1]) {
          to = (to + turn) % 4;
        }
        next.put(edges[from], edges[to]);
      }
    }
  }

  private Path2D trace() {
    Path2D path = new Path2D.Double(Path2D.WIND_EVEN_ODD);
    while (!next.isEmpty()) {
      int start = next.keySet().iterator().next();
      double[] first = crossing(start);
      path.moveTo(first[0], first[1]);
      for (Integer edge = next.remove(start); edge != null; edge = next.remove(edge)) {
        double[] point = crossing(edge);
        path.lineTo(point[0], point[1]);
      }
      path.closePath();
    }
    return path;
  }

  private double[] crossing(int edge) {
    int i = edge / 2 % n;
    int j = edge / 2 / n;
    int i2 = edge % 2 == 0 ? i + 1 : i;
    int j2 = edge % 2 == 0 ? j : j + 1;
    double from = z(i, j);
    double to = z(i2, j2);
    double share =
        Double.isInfinite(from) || Double.isInfinite(to) ? 0 : (level - from) / (to - from);
    double a = grid.a(inner(i));
    double b = grid.b(inner(j));
    return new double[] {a + share * (grid.a(inner(i2)) - a), b + share * (grid.b(inner(j2)) - b)};
  }

  // The rim lies on the border itself.
  private int inner(int i) {
    return Math.min(Math.max(i - 1, 0), grid.points() - 1);
  }
}
