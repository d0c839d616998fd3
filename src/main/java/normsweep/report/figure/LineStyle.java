package normsweep.report.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.report.analysis.HeadKind;

/**
 * How lines are distinguished without colour: the marker shows the head, the dashes the clipping
 * choice. The colours are those of Okabe and Ito, which people with any common colour vision
 * deficiency can distinguish.
 *
 * @param color of line and marker
 * @param dash lengths of strokes and gaps, empty for a solid line
 * @param width width of the line
 * @param marker shape centred on the origin, null for none
 */
public record LineStyle(Color color, List<Float> dash, float width, Shape marker) {
  private static final Color BLUE = new Color(0x0072B2);
  static final Color VERMILLION = new Color(0xD55E00);
  private static final Color GREEN = new Color(0x009E73);
  private static final Color PURPLE = new Color(0xCC79A7);
  private static final Color ORANGE = new Color(0xE69F00);
  private static final Color SKY = new Color(0x56B4E9);
  private static final Color BLACK = new Color(0x222222);
  private static final Color GREY = new Color(0x888888);

  private static final List<List<Float>> DASHES =
      List.of(
          List.of(),
          List.of(6f, 3f),
          List.of(1.5f, 2.5f),
          List.of(8f, 3f, 1.5f, 3f),
          List.of(12f, 4f),
          List.of(3f, 1.5f));

  /** Copies the dashes. */
  public LineStyle {
    dash = List.copyOf(dash);
  }

  /** The style for a head and a clipping choice in a sweep with {@code clips}. */
  public static LineStyle of(HeadKind head, Clip clip, List<Clip> clips) {
    int index = Math.max(0, clips.indexOf(clip));
    return switch (head.norm()) {
      case BATCH_NORM -> new LineStyle(BLUE, dash(index), 1.6f, circle());
      case LAYER_NORM -> new LineStyle(VERMILLION, dash(index), 1.6f, square());
      case FILTER_RESPONSE_NORM ->
          head.placement() == FrnPlacement.SPATIAL
              ? new LineStyle(PURPLE, dash(index), 1.6f, diamond())
              : new LineStyle(GREEN, dash(index), 1.6f, triangle());
    };
  }

  /** Styles of lines that do not stand for heads, distinguished by all three properties. */
  public static LineStyle numbered(int index) {
    Color[] colors = {BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY, BLACK, GREY};
    Shape[] markers = {circle(), square(), triangle(), diamond()};
    return new LineStyle(
        colors[index % colors.length],
        dash(index / 4 + index % 2),
        1.3f,
        markers[index % markers.length]);
  }

  /** A thin grey reference line. */
  public static LineStyle reference() {
    return new LineStyle(GREY, List.of(3f, 2f), 1f, null);
  }

  /** The same style without a marker. */
  public LineStyle withoutMarker() {
    return new LineStyle(color, dash, width, null);
  }

  /** The stroke of the line. */
  public BasicStroke stroke() {
    if (dash.isEmpty()) {
      return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
    }
    float[] lengths = new float[dash.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = dash.get(i);
    }
    return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10f, lengths, 0f);
  }

  private static List<Float> dash(int index) {
    return DASHES.get(index % DASHES.size());
  }

  private static Shape circle() {
    return new Ellipse2D.Double(-2.6, -2.6, 5.2, 5.2);
  }

  private static Shape square() {
    return new Rectangle2D.Double(-2.4, -2.4, 4.8, 4.8);
  }

  private static Shape triangle() {
    return polygon(0, -3.3, 3.1, 2.4, -3.1, 2.4);
  }

  private static Shape diamond() {
    return polygon(0, -3.4, 3.4, 0, 0, 3.4, -3.4, 0);
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
