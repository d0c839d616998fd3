package normsweep.landscape;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Losses on a grid.
 *
 * @param grid where
 * @param loss {@code loss[j][i]} at ({@code grid.a(i)}, {@code grid.b(j)})
 */
public record LossSurface(PlaneGrid grid, double[][] loss) {

  /** Rejects a table that does not match the grid. */
  public LossSurface {
    if (loss.length != grid.points()
        || Arrays.stream(loss).anyMatch(row -> row == null || row.length != grid.points())) {
      throw new IllegalArgumentException(
          "a surface needs " + grid.points() + " rows of " + grid.points() + " losses");
    }
  }

  /** Evaluates a whole grid at once, on all cores. */
  public static LossSurface of(PlaneGrid grid, PlaneLoss plane) {
    double[][] loss = new double[grid.points()][];
    for (int j = 0; j < loss.length; j++) {
      loss[j] = row(grid, plane, j);
    }
    return new LossSurface(grid, loss);
  }

  /** Evaluates row {@code j} of a grid, on all cores. */
  static double[] row(PlaneGrid grid, PlaneLoss plane, int j) {
    return IntStream.range(0, grid.points())
        .parallel()
        .mapToDouble(i -> plane.at(grid.a(i), grid.b(j)))
        .toArray();
  }

  /** The smallest finite loss. */
  public double min() {
    return finite().min().orElse(Double.NaN);
  }

  /** The largest finite loss. */
  public double max() {
    return finite().max().orElse(Double.NaN);
  }

  private DoubleStream finite() {
    return Arrays.stream(loss).flatMapToDouble(Arrays::stream).filter(Double::isFinite);
  }
}
