package normsweep.report.figure;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summarizingDouble;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A line of a chart, with an optional band around it.
 *
 * @param label its name in the legend; empty to omit it
 * @param points its points in order; NaN ordinates are gaps
 */
public record Line(String label, LineStyle style, List<Point> points) {
  /** A point and the ends of the band there, which equal y if there is no band. */
  public record Point(double x, double y, double low, double high) {
    /** A point without a band. */
    public Point(double x, double y) {
      this(x, y, y, y);
    }
  }

  /** The mean at each abscissa, with a band from the smallest to the largest value. */
  static List<Point> means(Stream<Point> values) {
    List<Point> means = new ArrayList<>();
    values
        .collect(groupingBy(Point::x, TreeMap::new, summarizingDouble(Point::y)))
        .forEach((x, y) -> means.add(new Point(x, y.getAverage(), y.getMin(), y.getMax())));
    return means;
  }

  /** The same over runs of iterations, as many as a chart can show; only finite values count. */
  public static List<Point> binned(Stream<Point> all, int most) {
    List<Point> values = all.toList();
    int last = (int) values.stream().mapToDouble(Point::x).max().orElse(0);
    int width = Math.max(1, (last + most - 1) / most);
    return means(
        values.stream()
            .filter(value -> Double.isFinite(value.y()))
            .map(
                value -> {
                  int run = (int) (value.x() - 1) / width;
                  return new Point((run + 0.5) * width + 0.5, value.y());
                }));
  }

  static List<Point> withoutBand(List<Point> points) {
    return points.stream().map(point -> new Point(point.x(), point.y())).toList();
  }
}
