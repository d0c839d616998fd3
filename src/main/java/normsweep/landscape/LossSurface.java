package normsweep.landscape;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Losses on a grid.
 *
 * @param grid where
 * @param loss {@code loss[j][i]} at ({@code grid.a(i)}, {@code grid.b(j)})
 */
@JsonPropertyOrder({"grid", "loss"})
public record LossSurface(PlaneGrid grid, double[][] loss) {

  /** Rejects a table that does not match the grid. */
  public LossSurface {
    if (loss.length != grid.points()
        || Arrays.stream(loss).anyMatch(row -> row == null || row.length != grid.points())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a surface needs %d rows of %d losses", grid.points(), grid.points()));
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
  @JsonIgnore
  public double min() {
    return finite().min().orElse(Double.NaN);
  }

  /** The largest finite loss. */
  @JsonIgnore
  public double max() {
    return finite().max().orElse(Double.NaN);
  }

  private java.util.stream.DoubleStream finite() {
    return Arrays.stream(loss).flatMapToDouble(Arrays::stream).filter(Double::isFinite);
  }
}
