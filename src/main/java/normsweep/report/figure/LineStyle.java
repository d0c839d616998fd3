package normsweep.report.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import normsweep.record.FrnPlacement;
import normsweep.report.analysis.HeadKind;

/**
 * How lines are distinguished without colour: the marker shows the head, the dashes the clipping
 * choice.
 *
 * @param marker shape centred on the origin, null for none
 */
public record LineStyle(Color color, BasicStroke stroke, Shape marker) {
  private static final List<Color> COLORS =
      List.of(
          Palette.BLUE,
          Palette.VERMILLION,
          Palette.GREEN,
          Palette.ORANGE,
          Palette.PURPLE,
          Palette.SKY,
          Palette.BLACK,
          Palette.GREY);

  private static final Shape CIRCLE = new Ellipse2D.Double(-2.6, -2.6, 5.2, 5.2);
  private static final Shape SQUARE = new Rectangle2D.Double(-2.4, -2.4, 4.8, 4.8);
  private static final Shape TRIANGLE = polygon(0, -3.3, 3.1, 2.4, -3.1, 2.4);
  private static final Shape WEDGE = polygon(0, 3.3, 3.1, -2.4, -3.1, -2.4);
  private static final Shape DIAMOND = polygon(0, -3.4, 3.4, 0, 0, 3.4, -3.4, 0);
  private static final List<Shape> MARKERS = List.of(CIRCLE, SQUARE, TRIANGLE, DIAMOND);

  private static final float[][] DASHES = {
    {}, {6, 3}, {1.5f, 2.5f}, {8, 3, 1.5f, 3}, {12, 4}, {3, 1.5f}
  };

  /** The style for a head and the clipping choice of a number. */
  static LineStyle of(HeadKind head, int clip) {
    BasicStroke stroke = stroke(1.6f, DASHES[clip % DASHES.length]);
    return switch (head.norm()) {
      case BATCH_NORM -> new LineStyle(Palette.BLUE, stroke, CIRCLE);
      case LAYER_NORM -> new LineStyle(Palette.VERMILLION, stroke, SQUARE);
      case NONE -> new LineStyle(Palette.BLACK, stroke, WEDGE);
      case FILTER_RESPONSE_NORM ->
          head.placement() == FrnPlacement.SPATIAL
              ? new LineStyle(Palette.PURPLE, stroke, DIAMOND)
              : new LineStyle(Palette.GREEN, stroke, TRIANGLE);
    };
  }

  /** Styles of lines that do not stand for heads, distinguished by all three properties. */
  static LineStyle numbered(int index) {
    return new LineStyle(
        COLORS.get(index % COLORS.size()),
        stroke(1.3f, DASHES[(index / 4 + index % 2) % DASHES.length]),
        MARKERS.get(index % MARKERS.size()));
  }

  LineStyle withoutMarker() {
    return new LineStyle(color, stroke, null);
  }

  /** A stroke with alternating lengths of dashes and gaps, or a solid one. */
  static BasicStroke stroke(float width, float... dashes) {
    return new BasicStroke(
        width,
        BasicStroke.CAP_BUTT,
        BasicStroke.JOIN_ROUND,
        10,
        dashes.length == 0 ? null : dashes,
        0);
  }

  /** A closed outline through points given as x, y, x, y … */
  static Shape polygon(double... xy) {
    Path2D path = new Path2D.Double();
    path.moveTo(xy[0], xy[1]);
    for (int i = 2; i < xy.length; i += 2) {
      path.lineTo(xy[i], xy[i + 1]);
    }
    path.closePath();
    return path;
  }
}
