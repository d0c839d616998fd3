package normsweep.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LineTest {
  @Test
  void meansHaveBandsOfExtremes() {
    assertEquals(
        List.of(new Line.Point(1, 4, 4, 4), new Line.Point(2, 3, 1, 5)),
        Line.means(Stream.of(new Line.Point(2, 5), new Line.Point(1, 4), new Line.Point(2, 1))));
  }

  @Test
  void longSeriesAreBinned() {
    Stream<Line.Point> values =
        IntStream.rangeClosed(1, 6).mapToObj(i -> new Line.Point(i, i == 3 ? Double.NaN : 10 * i));
    assertEquals(
        List.of(
            new Line.Point(1.5, 15, 10, 20),
            new Line.Point(3.5, 40, 40, 40),
            new Line.Point(5.5, 55, 50, 60)),
        Line.binned(values, 3));
  }

  @Test
  void shortSeriesKeepTheirPoints() {
    List<Line.Point> points = List.of(new Line.Point(1, 7), new Line.Point(2, 8));
    assertEquals(points, Line.binned(points.stream(), 64));
    assertEquals(List.of(), Line.binned(Stream.of(), 64));
  }
}
