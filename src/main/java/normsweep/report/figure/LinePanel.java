package normsweep.report.figure;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.function.Function;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/**
 * A chart of lines.
 *
 * @param references ordinates of thin horizontal lines
 */
record LinePanel(String title, ValueAxis x, ValueAxis y, List<Line> lines, List<Double> references)
    implements Sheet.Panel {
  // More markers than this would hide the line.
  private static final int MARKERS = 12;

  LinePanel(String title, ValueAxis x, ValueAxis y, List<Line> lines) {
    this(title, x, y, lines, List.of());
  }

  /** One line for each of the cells that have points. */
  static LinePanel ofCells(
      List<TrialGroup> cells,
      String title,
      ValueAxis x,
      ValueAxis y,
      Function<TrialGroup, List<Line.Point>> points) {
    List<Line> lines =
        cells.stream()
            .map(cell -> new Line(cell.label(), cell.style(), points.apply(cell)))
            .filter(line -> !line.points().isEmpty())
            .toList();
    return new LinePanel(title, x, y, lines);
  }

  @Override
  public void draw(Graphics2D graphics, Rectangle2D area) {
    YIntervalSeriesCollection data = new YIntervalSeriesCollection();
    DeviationRenderer renderer =
        new DeviationRenderer() {
          @Override
          public boolean getItemShapeVisible(int series, int item) {
            int step = Math.max(1, (data.getItemCount(series) + MARKERS - 1) / MARKERS);
            return super.getItemShapeVisible(series, item) && item % step == 0;
          }
        };
    renderer.setAlpha(0.18f);
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
      plot.addRangeMarker(new ValueMarker(reference, Palette.SOFT, LineStyle.stroke(1, 3, 2)));
    }
    Axes.chart(title, plot).draw(graphics, area);
  }
}
