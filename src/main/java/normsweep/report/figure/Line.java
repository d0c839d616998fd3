package normsweep.report.figure;

import java.util.List;
import normsweep.report.analysis.Summary;

/**
 * A line of a chart, with an optional band around it.
 *
 * @param label its name in the legend; empty to omit it
 * @param style its appearance
 * @param points its points in order; NaN ordinates are gaps
 */
public record Line(String label, LineStyle style, List<Point> points) {
  /** Copies the points. */
  public Line {
    points = List.copyOf(points);
  }

  /**
   * A point.
   *
   * @param x abscissa
   * @param y ordinate
   * @param low lower end of the band at x; y if there is no band
   * @param high upper end of the band at x; y if there is no band
   */
  public record Point(double x, double y, double low, double high) {
    /** A point without a band. */
    public static Point of(double x, double y) {
      return new Point(x, y, y, y);
    }

    /** The mean of values with a band from the smallest to the largest; at least one value. */
    static Point mean(double x, List<Double> values) {
      Summary all = Summary.of(values).orElseThrow();
      return new Point(x, all.mean(), all.least(), all.most());
    }
  }
}
