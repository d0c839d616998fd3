package normsweep.report.analysis;

import java.util.List;

/**
 * Gradient norms as a picture with one row per parameter and one column per run of iterations. Each
 * cell is the mean, over the column's iterations, of log₁₀ of the norm before clipping.
 */
public final class NormHeatMap {
  private final List<String> parameters;
  private final double[] columnStarts;
  private final double columnWidth;
  private final double[][] cells;

  private NormHeatMap(
      List<String> parameters, double[] columnStarts, double columnWidth, double[][] cells) {
    this.parameters = parameters;
    this.columnStarts = columnStarts;
    this.columnWidth = columnWidth;
    this.cells = cells;
  }

  /**
   * Bins a series into at most {@code columns} columns of equal numbers of iterations.
   *
   * @throws IllegalArgumentException if the series is empty
   */
  public static NormHeatMap of(GradientSeries series, int columns) {
    if (series.size() == 0) {
      throw new IllegalArgumentException("no iterations");
    }
    int width = (series.size() + columns - 1) / columns;
    int used = (series.size() + width - 1) / width;
    int[] iterations = series.iterations();
    double[] starts = new double[used];
    for (int column = 0; column < used; column++) {
      starts[column] = iterations[column * width];
    }
    List<String> parameters = series.parameters();
    double[][] cells = new double[parameters.size()][used];
    for (int row = 0; row < parameters.size(); row++) {
      double[] norms = series.before(parameters.get(row));
      for (int column = 0; column < used; column++) {
        cells[row][column] = meanLog(norms, column * width, (column + 1) * width);
      }
    }
    return new NormHeatMap(parameters, starts, width, cells);
  }

  // Norms of zero have no logarithm and unknown ones no value; both are left out of the mean.
  private static double meanLog(double[] norms, int from, int to) {
    double sum = 0;
    int count = 0;
    for (int i = from; i < Math.min(to, norms.length); i++) {
      if (norms[i] > 0) {
        sum += Math.log10(norms[i]);
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  /** Names of the rows. */
  public List<String> parameters() {
    return parameters;
  }

  /** Number of columns. */
  public int columns() {
    return columnStarts.length;
  }

  /** First iteration of a column. */
  public double columnStart(int column) {
    return columnStarts[column];
  }

  /** Iterations per column. */
  public double columnWidth() {
    return columnWidth;
  }

  /** Mean log₁₀ norm of a cell; NaN if every norm in it is zero or unknown. */
  public double cell(int row, int column) {
    return cells[row][column];
  }
}
