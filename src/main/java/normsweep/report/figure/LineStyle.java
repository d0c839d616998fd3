package normsweep.report.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import normsweep.record.FrnPlacement;
import normsweep.report.analysis.HeadKind;

/**
 * How lines are distinguished: colour and shape of the marker show the head, dashes and hollow
 * markers the clipping choice.
 *
 * @param marker shape centred on the origin, null for none
 * @param hollow whether the marker is an outline
 */
public record LineStyle(Color color, BasicStroke stroke, Shape marker, boolean hollow) {
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
    {}, {6, 3}, {1.5f, 2.5f}, {8, 3, 1.5f, 3}, {3, 1.5f}, {8, 3, 1.5f, 1.5f, 1.5f, 3}
  };

  LineStyle(Color color, BasicStroke stroke, Shape marker) {
    this(color, stroke, marker, false);
  }

  /** The style for a head and the clipping choice of a number, 0 for none. */
  static LineStyle of(HeadKind head, int clip) {
    LineStyle plain = of(clip);
    return switch (head.norm()) {
      case BATCH_NORM -> plain.with(Palette.BLUE, CIRCLE);
      case LAYER_NORM -> plain.with(Palette.VERMILLION, SQUARE);
      case NONE -> plain.with(Palette.BLACK, WEDGE);
      case FILTER_RESPONSE_NORM ->
          head.placement() == FrnPlacement.SPATIAL
              ? plain.with(Palette.PURPLE, DIAMOND)
              : plain.with(Palette.GREEN, TRIANGLE);
    };
  }

  /** The style for a clipping choice, whatever the head. */
  static LineStyle of(int clip) {
    float[] dashes = clip == 0 ? DASHES[0] : DASHES[1 + (clip - 1) % (DASHES.length - 1)];
    return new LineStyle(Palette.SOFT, stroke(1.6f, dashes), CIRCLE, clip > 0);
  }

  private LineStyle with(Color otherColor, Shape otherMarker) {
    return new LineStyle(otherColor, stroke, otherMarker, hollow);
  }

  /** A ring around a point. */
  LineStyle ring() {
    Area ring = new Area(new Ellipse2D.Double(-5, -5, 10, 10));
    ring.subtract(new Area(new Ellipse2D.Double(-3.9, -3.9, 7.8, 7.8)));
    return new LineStyle(color, stroke, ring, false);
  }

  /** A thin, pale line with small dots, for one of many. */
  LineStyle faint() {
    Color pale = new Color(color.getRed(), color.getGreen(), color.getBlue(), 130);
    return new LineStyle(pale, stroke(0.6f), new Ellipse2D.Double(-1.6, -1.6, 3.2, 3.2), false);
  }

  /** The same dashes in a thin line without markers. */
  LineStyle thin() {
    return new LineStyle(color, stroke(1, stroke.getDashArray()), null, false);
  }

  /** Styles of lines that do not stand for heads, distinguished by all three properties. */
  static LineStyle numbered(int index) {
    return new LineStyle(
        COLORS.get(index % COLORS.size()),
        stroke(1.3f, DASHES[(index / 4 + index % 2) % DASHES.length]),
        MARKERS.get(index % MARKERS.size()));
  }

  LineStyle withoutMarker() {
    return new LineStyle(color, stroke, null, false);
  }

  /** A stroke with alternating lengths of dashes and gaps, or a solid one. */
  static BasicStroke stroke(float width, float... dashes) {
    return new BasicStroke(
        width,
        BasicStroke.CAP_BUTT,
        BasicStroke.JOIN_ROUND,
        10,
        dashes == null || dashes.length == 0 ? null : dashes,
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
