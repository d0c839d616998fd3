package normsweep.report.figure;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.function.Function;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.entity.EntityCollection;
import org.jfree.chart.plot.CrosshairState;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.XYDataset;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/**
 * A chart of lines.
 *
 * @param references ordinates of thin horizontal lines
 * @param legend what the legend shows of it
 */
record LinePanel(
    String title,
    ValueAxis x,
    ValueAxis y,
    List<Line> lines,
    List<Double> references,
    List<Line> legend)
    implements Sheet.Panel {
  // More markers than this would hide the line.
  private static final int MARKERS = 8;

  LinePanel(String title, ValueAxis x, ValueAxis y, List<Line> lines) {
    this(title, x, y, lines, List.of(), lines);
  }

  /** One line for each of the cells that have points, in a chart with a legend of the cells. */
  static LinePanel ofCells(
      List<TrialGroup> cells,
      String title,
      ValueAxis x,
      ValueAxis y,
      Function<TrialGroup, List<Line.Point>> points) {
    List<Line> lines =
        cells.stream()
            .map(cell -> new Line(cell.name(), cell.style(), points.apply(cell)))
            .filter(line -> !line.points().isEmpty())
            .toList();
    return new LinePanel(title, x, y, lines, List.of(), TrialGroup.legend(cells));
  }

  LinePanel withLegend(List<Line> other) {
    return new LinePanel(title, x, y, lines, references, other);
  }

  /** Whether points lie outside the limits of the vertical axis. */
  boolean cut() {
    return !y.isAutoRange()
        && lines.stream()
            .flatMap(line -> line.points().stream())
            .anyMatch(point -> Double.isFinite(point.y()) && !y.getRange().contains(point.y()));
  }

  @Override
  public void draw(Graphics2D graphics, Rectangle2D area) {
    YIntervalSeriesCollection data = new YIntervalSeriesCollection();
    DeviationRenderer renderer = new Renderer(lines);
    renderer.setAlpha(0.18f);
    renderer.setDefaultOutlineStroke(LineStyle.stroke(1));
    renderer.setDrawOutlines(true);
    renderer.setUseFillPaint(true);
    renderer.setDrawSeriesLineAsPath(true);
    for (int i = 0; i < lines.size(); i++) {
      YIntervalSeries series = new YIntervalSeries(i, false, true);
      lines.get(i).points().forEach(p -> series.add(p.x(), p.y(), p.low(), p.high()));
      data.addSeries(series);
      LineStyle style = lines.get(i).style();
      renderer.setSeriesPaint(i, style.color());
      renderer.setSeriesFillPaint(i, style.color());
      renderer.setSeriesStroke(i, style.stroke());
      renderer.setSeriesShapesVisible(i, style.marker() != null);
      renderer.setSeriesShape(i, style.marker());
    }
    XYPlot plot = new XYPlot(data, x, y, renderer);
    for (double reference : references) {
      ValueMarker marker = new ValueMarker(reference, Palette.SOFT, LineStyle.stroke(0.6f));
      plot.addRangeMarker(marker, Layer.BACKGROUND);
    }
    Axes.chart(title, plot).draw(graphics, area);
  }

  /** Thins markers out, and fills those that are hollow with white. */
  private static final class Renderer extends DeviationRenderer {
    private static final long serialVersionUID = 1;
    private final transient List<Line> lines;
    private boolean markers;

    Renderer(List<Line> lines) {
      this.lines = lines;
    }

    @Override
    public boolean getItemShapeVisible(int series, int item) {
      int step = Math.max(1, (lines.get(series).points().size() + MARKERS - 1) / MARKERS);
      return super.getItemShapeVisible(series, item) && item % step == 0;
    }

    @Override
    protected void drawSecondaryPass(
        Graphics2D graphics,
        XYPlot plot,
        XYDataset data,
        int pass,
        int series,
        int item,
        ValueAxis x,
        Rectangle2D area,
        ValueAxis y,
        CrosshairState crosshair,
        EntityCollection entities) {
      markers = true;
      super.drawSecondaryPass(
          graphics, plot, data, pass, series, item, x, area, y, crosshair, entities);
      markers = false;
    }

    // The fill paint is that of the band, too.
    @Override
    public Paint getItemFillPaint(int series, int item) {
      return markers && lines.get(series).style().hollow()
          ? Color.WHITE
          : super.getItemFillPaint(series, item);
    }
  }
}
