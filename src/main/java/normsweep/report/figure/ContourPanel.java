package normsweep.report.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;
import normsweep.landscape.TrajectoryPlane.PathPoint;
import normsweep.landscape.TrialLandscape;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.AbstractXYAnnotation;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.SeriesRenderingOrder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * Filled contours of a loss surface, with the saved model marked.
 *
 * @param path the optimiser's path, if the surface is in its plane; null for random directions
 * @param aLabel label of the horizontal axis
 * @param bLabel label of the vertical axis
 * @param labelled whether isolines carry their levels
 */
record ContourPanel(
    String title,
    LossSurface surface,
    TrialLandscape.Path path,
    LossScale scale,
    String aLabel,
    String bLabel,
    boolean labelled)
    implements Sheet.Panel {
  private static final int LABEL_STEPS = 240;
  private static final double CROSS = 0.15;

  /** A panel without labels on its isolines. */
  ContourPanel(String title, LossSurface surface, TrialLandscape.Path path, LossScale scale) {
    this(
        title,
        surface,
        path,
        scale,
        path == null ? "first direction, a (filter norms)" : principal(path, "1st", 0),
        path == null ? "second direction, b (filter norms)" : principal(path, "2nd", 1),
        false);
  }

  /** The rise of a surface above its centre, with labelled isolines. */
  static ContourPanel ofRise(
      String title,
      LossSurface surface,
      double centre,
      LossScale scale,
      String aLabel,
      String bLabel) {
    return new ContourPanel(title, rise(surface, centre), null, scale, aLabel, bLabel, true);
  }

  static LossSurface rise(LossSurface surface, double centre) {
    double[][] rise =
        Arrays.stream(surface.loss())
            .map(row -> Arrays.stream(row).map(loss -> loss - centre).toArray())
            .toArray(double[][]::new);
    return new LossSurface(surface.grid(), rise);
  }

  @Override
  public void draw(Graphics2D graphics, Rectangle2D area) {
    PlaneGrid grid = surface.grid();
    NumberAxis x = Axes.linear(aLabel, grid.aMin(), grid.aMax());
    NumberAxis y = Axes.linear(bLabel, grid.bMin(), grid.bMax());
    XYPlot plot = new XYPlot(points(), x, y, renderer());
    // Draws the saved model's cross over the last point of the path.
    plot.setSeriesRenderingOrder(SeriesRenderingOrder.FORWARD);
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinesVisible(false);
    plot.getRenderer().addAnnotation(bands(), Layer.BACKGROUND);
    if (path != null && !path.points().isEmpty()) {
      double below = (grid.bMax() - grid.bMin()) / 25;
      List<PathPoint> points = path.points();
      PathPoint last = points.get(points.size() - 1);
      plot.addAnnotation(text(" start ", points.get(0), below));
      plot.addAnnotation(text(" epoch " + last.epoch() + " ", last, below));
    }
    if (labelled) {
      for (int k = 1; k < scale.bands(); k++) {
        label(k).ifPresent(plot::addAnnotation);
      }
    }
    JFreeChart chart = Axes.chart(title, plot);
    plot.setBackgroundPaint(scale.band(0));
    // The edge of an area ends within a pixel: a frame covers it.
    plot.setOutlinePaint(Palette.INK);
    chart.draw(graphics, area);
  }

  // Where the isoline is met on the way from the centre: each level on another side, so that labels
  // keep clear of each other.
  private Optional<XYTextAnnotation> label(int k) {
    PlaneGrid grid = surface.grid();
    for (int turn = 0; turn < 8 && scale.levels()[k] > 0; turn++) {
      double angle = Math.toRadians(60 + 135. * k + 45. * turn);
      double reach = 0.9 / Math.max(Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle)));
      for (int step = 1; step <= LABEL_STEPS; step++) {
        double share = reach * step / LABEL_STEPS;
        double x = share * Math.cos(angle);
        double y = share * Math.sin(angle);
        if (at(x, y) >= scale.levels()[k] && share < CROSS) {
          break; // the cross would cover it
        }
        if (at(x, y) >= scale.levels()[k]) {
          double a = (grid.aMin() + grid.aMax() + x * (grid.aMax() - grid.aMin())) / 2;
          double b = (grid.bMin() + grid.bMax() + y * (grid.bMax() - grid.bMin())) / 2;
          XYTextAnnotation text = new XYTextAnnotation(Axes.number(scale.levels()[k]), a, b);
          text.setFont(Fonts.SANS.awt(8));
          text.setPaint(Palette.INK);
          text.setBackgroundPaint(new Color(255, 255, 255, 190));
          return Optional.of(text);
        }
      }
    }
    return Optional.empty();
  }

  // The surface at a point of [-1, 1]², between the grid points by proportion.
  private double at(double x, double y) {
    int last = surface.grid().points() - 1;
    double i = (x + 1) / 2 * last;
    double j = (y + 1) / 2 * last;
    int i0 = Math.min((int) i, last - 1);
    int j0 = Math.min((int) j, last - 1);
    double[] low = surface.loss()[j0];
    double[] high = surface.loss()[j0 + 1];
    double below = low[i0] + (i - i0) * (low[i0 + 1] - low[i0]);
    double above = high[i0] + (i - i0) * (high[i0 + 1] - high[i0]);
    return below + (j - j0) * (above - below);
  }

  private static String principal(TrialLandscape.Path path, String number, int direction) {
    return String.format(
        Locale.ROOT,
        "%s principal direction, distance (%.0f %% of variance)",
        number,
        100 * path.varianceShares()[direction]);
  }

  private XYSeriesCollection points() {
    XYSeries line = new XYSeries("path", false);
    if (path != null) {
      path.points().forEach(point -> line.add(point.a(), point.b()));
    }
    XYSeries centre = new XYSeries("saved model", false);
    centre.add(0, 0);
    XYSeriesCollection points = new XYSeriesCollection(line);
    points.addSeries(centre);
    return points;
  }

  // The path crosses dark and light bands: its colour stands out from both.
  private static XYLineAndShapeRenderer renderer() {
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();
    renderer.setSeriesPaint(0, Palette.VERMILLION);
    renderer.setSeriesStroke(0, new BasicStroke(1.8f));
    renderer.setSeriesShape(0, new Ellipse2D.Double(-2.8, -2.8, 5.6, 5.6));
    renderer.setSeriesLinesVisible(1, false);
    renderer.setSeriesShape(1, cross());
    renderer.setSeriesPaint(1, Color.WHITE);
    renderer.setSeriesOutlinePaint(0, Color.WHITE);
    renderer.setSeriesOutlinePaint(1, Color.BLACK);
    renderer.setUseOutlinePaint(true);
    renderer.setDrawOutlines(true);
    return renderer;
  }

  private static Shape cross() {
    Shape plus =
        LineStyle.polygon(
            -2, -7, 2, -7, 2, -2, 7, -2, 7, 2, 2, 2, 2, 7, -2, 7, -2, 2, -7, 2, -7, -2, -2, -2);
    AffineTransform turn = AffineTransform.getRotateInstance(Math.PI / 4);
    turn.scale(0.8, 0.8);
    return turn.createTransformedShape(plus);
  }

  private static XYTextAnnotation text(String text, PathPoint at, double below) {
    XYTextAnnotation annotation = new XYTextAnnotation(text, at.a(), at.b() - below);
    annotation.setFont(Fonts.SANS.awt(9.5f));
    annotation.setPaint(Palette.INK);
    annotation.setBackgroundPaint(new Color(255, 255, 255, 200));
    annotation.setTextAnchor(TextAnchor.TOP_CENTER);
    return annotation;
  }

  /** The bands, drawn as filled outlines on top of each other from low to high. */
  private AbstractXYAnnotation bands() {
    return new AbstractXYAnnotation() {
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
        double width = aAxis.valueToJava2D(1, area, RectangleEdge.BOTTOM) - x0;
        double height = bAxis.valueToJava2D(1, area, RectangleEdge.LEFT) - y0;
        AffineTransform toScreen = new AffineTransform(width, 0, 0, height, x0, y0);
        g.setStroke(new BasicStroke(0.4f));
        for (int k = 1; k < scale.bands(); k++) {
          Shape region =
              toScreen.createTransformedShape(Isolines.above(surface, scale.levels()[k]));
          g.setPaint(scale.band(k));
          g.fill(region);
          g.setPaint(new Color(0, 0, 0, 70));
          g.draw(region);
        }
      }
    };
  }
}
