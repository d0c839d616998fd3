package normsweep.landscape;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.AbstractXYAnnotation;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.SeriesRenderingOrder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.LookupPaintScale;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.PaintScaleLegend;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Filled contours of a loss surface, with the saved model marked and, if given, a path. */
final class ContourChart {
  private static final Font TEXT = Typeface.regular(12);
  private static final Font TITLE = Typeface.bold(14);
  private static final Color INK = new Color(0x222222);
  // The path crosses dark and light bands; its colour stands out from both, its outline in grey.
  private static final Color PATH = new Color(0xd5, 0x5e, 0x00);

  private ContourChart() {}

  /** A surface along two random directions. */
  static JFreeChart surface(String title, LossSurface surface, LossScale scale, boolean legend) {
    return chart(
        title,
        "first direction, a (filter norms)",
        "second direction, b (filter norms)",
        surface,
        List.of(),
        scale,
        legend);
  }

  /** A surface in the plane of the optimiser's path, and the path. */
  static JFreeChart path(String title, TrialLandscape.Path path, LossScale scale, boolean legend) {
    return chart(
        title,
        axis("1st", path.varianceShares()[0]),
        axis("2nd", path.varianceShares()[1]),
        path.surface(),
        path.points(),
        scale,
        legend);
  }

  private static String axis(String which, double share) {
    return String.format(
        Locale.ROOT, "%s principal direction, distance (%.0f %% of variance)", which, 100 * share);
  }

  private static JFreeChart chart(
      String title,
      String aLabel,
      String bLabel,
      LossSurface surface,
      List<TrajectoryPlane.PathPoint> path,
      LossScale scale,
      boolean legend) {
    Grid grid = surface.grid();
    XYPlot plot =
        new XYPlot(
            points(path),
            axis(aLabel, grid.aMin(), grid.aMax()),
            axis(bLabel, grid.bMin(), grid.bMax()),
            renderer());
    // The saved model's cross over the path's last point.
    plot.setSeriesRenderingOrder(SeriesRenderingOrder.FORWARD);
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    plot.setBackgroundPaint(scale.band(0));
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinesVisible(false);
    plot.getRenderer()
        .addAnnotation(new Bands(surface, scale), org.jfree.chart.ui.Layer.BACKGROUND);
    label(plot, path, (grid.bMax() - grid.bMin()) / 25);
    JFreeChart chart = new JFreeChart(title, TITLE, plot, false);
    chart.setBackgroundPaint(Color.WHITE);
    chart.getTitle().setPaint(INK);
    if (legend) {
      chart.addSubtitle(legend(scale));
    }
    return chart;
  }

  private static NumberAxis axis(String label, double from, double to) {
    NumberAxis axis = new NumberAxis(label);
    axis.setRange(from, to);
    axis.setLabelFont(TEXT);
    axis.setTickLabelFont(TEXT);
    axis.setLabelPaint(INK);
    axis.setTickLabelPaint(INK);
    return axis;
  }

  private static XYSeriesCollection points(List<TrajectoryPlane.PathPoint> path) {
    XYSeries line = new XYSeries("path", false);
    path.forEach(point -> line.add(point.a(), point.b()));
    XYSeries centre = new XYSeries("saved model", false);
    centre.add(0, 0);
    XYSeriesCollection points = new XYSeriesCollection();
    points.addSeries(line);
    points.addSeries(centre);
    return points;
  }

  private static XYLineAndShapeRenderer renderer() {
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();
    renderer.setSeriesPaint(0, PATH);
    renderer.setSeriesStroke(0, new BasicStroke(2.2f));
    renderer.setSeriesShape(0, new java.awt.geom.Ellipse2D.Double(-3.5, -3.5, 7, 7));
    renderer.setSeriesLinesVisible(1, false);
    renderer.setSeriesShape(1, cross());
    renderer.setSeriesFillPaint(0, PATH);
    renderer.setSeriesFillPaint(1, Color.WHITE);
    renderer.setSeriesOutlinePaint(0, Color.WHITE);
    renderer.setSeriesOutlinePaint(1, Color.BLACK);
    renderer.setUseFillPaint(true);
    renderer.setUseOutlinePaint(true);
    renderer.setDrawOutlines(true);
    return renderer;
  }

  private static Shape cross() {
    java.awt.geom.Path2D cross = new java.awt.geom.Path2D.Double();
    int[][] corners = {
      {-2, -7}, {2, -7}, {2, -2}, {7, -2}, {7, 2}, {2, 2}, {2, 7}, {-2, 7}, {-2, 2}, {-7, 2},
      {-7, -2}, {-2, -2}
    };
    cross.moveTo(corners[0][0], corners[0][1]);
    for (int[] corner : corners) {
      cross.lineTo(corner[0], corner[1]);
    }
    cross.closePath();
    return cross.createTransformedShape(AffineTransform.getRotateInstance(Math.PI / 4));
  }

  private static void label(XYPlot plot, List<TrajectoryPlane.PathPoint> path, double below) {
    if (path.isEmpty()) {
      return;
    }
    TrajectoryPlane.PathPoint first = path.get(0);
    TrajectoryPlane.PathPoint last = path.get(path.size() - 1);
    plot.addAnnotation(text("start", first, below));
    plot.addAnnotation(text("epoch " + last.epoch(), last, below));
  }

  private static XYTextAnnotation text(String text, TrajectoryPlane.PathPoint at, double below) {
    XYTextAnnotation annotation = new XYTextAnnotation(" " + text + " ", at.a(), at.b() - below);
    annotation.setFont(TEXT);
    annotation.setPaint(INK);
    annotation.setBackgroundPaint(new Color(255, 255, 255, 200));
    annotation.setTextAnchor(TextAnchor.TOP_CENTER);
    return annotation;
  }

  /** The bar with the bands' colours and the losses at their borders. */
  private static PaintScaleLegend legend(LossScale scale) {
    LookupPaintScale paints = new LookupPaintScale(0, scale.bands(), scale.band(0));
    for (int k = 0; k < scale.bands(); k++) {
      paints.add(k, scale.band(k));
    }
    NumberAxis axis = new NumberAxis("mean cross-entropy (nats)");
    axis.setRange(0, scale.bands());
    axis.setTickUnit(new NumberTickUnit(2));
    axis.setNumberFormatOverride(new LevelFormat(scale));
    axis.setLabelFont(TEXT);
    axis.setTickLabelFont(TEXT);
    PaintScaleLegend legend = new PaintScaleLegend(paints, axis);
    legend.setSubdivisionCount(scale.bands());
    legend.setStripOutlineVisible(false);
    legend.setPosition(RectangleEdge.RIGHT);
    legend.setMargin(new RectangleInsets(30, 8, 46, 8));
    legend.setBackgroundPaint(Color.WHITE);
    return legend;
  }

  /** Writes a band's number as the loss at its lower border. */
  private static final class LevelFormat extends NumberFormat {
    private static final long serialVersionUID = 1L;
    private final transient LossScale scale;

    LevelFormat(LossScale scale) {
      this.scale = scale;
    }

    @Override
    public StringBuffer format(double band, StringBuffer text, FieldPosition position) {
      return text.append(scale.label((int) Math.round(band)));
    }

    @Override
    public StringBuffer format(long band, StringBuffer text, FieldPosition position) {
      return text.append(scale.label((int) band));
    }

    @Override
    public Number parse(String text, ParsePosition position) {
      // A label is rounded: no band can be told from it, which is said as NumberFormat says it.
      position.setErrorIndex(position.getIndex());
      return null;
    }
  }

  /** The bands themselves, drawn as outlines over each other from low to high. */
  private static final class Bands extends AbstractXYAnnotation {
    private static final long serialVersionUID = 1L;
    private final transient LossSurface surface;
    private final transient LossScale scale;

    Bands(LossSurface surface, LossScale scale) {
      this.surface = surface;
      this.scale = scale;
    }

    @Override
    public void draw(
        Graphics2D g,
        XYPlot plot,
        Rectangle2D area,
        ValueAxis aAxis,
        ValueAxis bAxis,
        int index,
        PlotRenderingInfo info) {
      double x0 = aAxis.valueToJava2D(0, area, RectangleEdge.BOTTOM);
      double y0 = bAxis.valueToJava2D(0, area, RectangleEdge.LEFT);
      AffineTransform toScreen =
          new AffineTransform(
              aAxis.valueToJava2D(1, area, RectangleEdge.BOTTOM) - x0,
              0,
              0,
              bAxis.valueToJava2D(1, area, RectangleEdge.LEFT) - y0,
              x0,
              y0);
      g.setStroke(new BasicStroke(0.5f));
      for (int k = 1; k < scale.bands(); k++) {
        Shape region = toScreen.createTransformedShape(Isolines.above(surface, scale.levels()[k]));
        g.setPaint(scale.band(k));
        g.fill(region);
        g.setPaint(new Color(0, 0, 0, 70));
        g.draw(region);
      }
    }
  }
}
