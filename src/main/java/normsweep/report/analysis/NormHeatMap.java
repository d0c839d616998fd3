package normsweep.report.analysis;

import java.util.List;

/**
 * Gradient norms as a picture with one row per parameter and one column per run of iterations.
 *
 * @param parameters names of the rows
 * @param columnStarts first iteration of each column
 * @param columnWidth iterations per column
 * @param cells by row and column, the mean over the column's iterations of log₁₀ of the norm before
 *     clipping; NaN if every norm is zero, infinite or unknown
 */
public record NormHeatMap(
    List<String> parameters, double[] columnStarts, double columnWidth, double[][] cells) {

  /** Bins a series, not empty, into at most {@code columns} columns of equal width. */
  public static NormHeatMap of(GradientSeries series, int columns) {
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

  // Norms of zero have no logarithm; those and norms that are not finite are left out of the mean.
  private static double meanLog(double[] norms, int from, int to) {
    double sum = 0;
    int count = 0;
    for (int i = from; i < Math.min(to, norms.length); i++) {
      if (norms[i] > 0 && Double.isFinite(norms[i])) {
        sum += Math.log10(norms[i]);
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  /** Number of columns. */
  public int columns() {
    return columnStarts.length;
  }

  /** First iteration of a column. */
  public double columnStart(int column) {
    return columnStarts[column];
  }

  /** A cell. */
  public double cell(int row, int column) {
    return cells[row][column];
  }
}
