package normsweep.report.figure;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/**
 * A chart of lines.
 *
 * @param title above the chart
 * @param x horizontal axis
 * @param y vertical axis
 * @param lines the lines
 * @param references ordinates of thin horizontal lines
 */
public record LinePanel(
    String title, ValueAxis x, ValueAxis y, List<Line> lines, List<Double> references)
    implements Sheet.Panel {
  // More markers than this would hide the line.
  private static final int MARKERS = 12;

  /** Copies the lists. */
  public LinePanel {
    lines = List.copyOf(lines);
    references = List.copyOf(references);
  }

  @Override
  public void draw(Graphics2D graphics, Rectangle2D area) {
    YIntervalSeriesCollection data = new YIntervalSeriesCollection();
    SparseMarkers renderer = new SparseMarkers();
    renderer.setAlpha(0.18f);
    renderer.setDrawSeriesLineAsPath(true);
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      YIntervalSeries series = new YIntervalSeries(i, false, true);
      line.points().forEach(p -> series.add(p.x(), p.y(), p.low(), p.high()));
      data.addSeries(series);
      LineStyle style = line.style();
      renderer.setSeriesPaint(i, style.color());
      renderer.setSeriesFillPaint(i, style.color());
      renderer.setSeriesStroke(i, style.stroke());
      renderer.setSeriesShapesVisible(i, style.marker() != null);
      renderer.setSeriesShapesFilled(i, true);
      if (style.marker() != null) {
        renderer.setSeriesShape(i, style.marker());
      }
    }
    XYPlot plot = new XYPlot(data, x, y, renderer);
    for (double reference : references) {
      LineStyle style = LineStyle.reference();
      plot.addRangeMarker(new ValueMarker(reference, new Color(0x555555), style.stroke()));
    }
    Axes.chart(title, plot).draw(graphics, area);
  }

  private static final class SparseMarkers extends DeviationRenderer {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean getItemShapeVisible(int series, int item) {
      int items = getPlot().getDataset().getItemCount(series);
      int step = (items + MARKERS - 1) / MARKERS;
      return super.getItemShapeVisible(series, item) && item % Math.max(1, step) == 0;
    }
  }
}
