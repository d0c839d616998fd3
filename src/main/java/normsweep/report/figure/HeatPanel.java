package normsweep.report.figure;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYBlockRenderer;
import org.jfree.data.xy.DefaultXYZDataset;

/**
 * A chart of coloured cells.
 *
 * @param cellWidth in units of the x axis
 * @param cellHeight in units of the y axis
 */
record HeatPanel(
    String title, ValueAxis x, ValueAxis y, List<Cell> cells, double cellWidth, double cellHeight) {

  /** A cell by its centre. */
  record Cell(double x, double y, double value) {}

  /** The finite values of all cells of all charts. */
  static DoubleSummaryStatistics range(List<HeatPanel> charts) {
    return charts.stream()
        .flatMap(chart -> chart.cells().stream())
        .mapToDouble(Cell::value)
        .filter(Double::isFinite)
        .summaryStatistics();
  }

  /** Charts in two columns above a bar of their colours. */
  static Sheet sheet(List<HeatPanel> charts, double height, ColorScale colors, String label) {
    List<Sheet.Panel> panels = new ArrayList<>();
    for (HeatPanel chart : charts) {
      panels.add((graphics, area) -> chart.draw(colors, graphics, area));
    }
    return new Sheet(panels, 2, height, colors.bar(label));
  }

  private void draw(ColorScale colors, Graphics2D graphics, Rectangle2D area) {
    DefaultXYZDataset data = new DefaultXYZDataset();
    data.addSeries(
        "cells",
        new double[][] {
          cells.stream().mapToDouble(Cell::x).toArray(),
          cells.stream().mapToDouble(Cell::y).toArray(),
          cells.stream().mapToDouble(Cell::value).toArray()
        });
    XYBlockRenderer renderer = new XYBlockRenderer();
    renderer.setBlockWidth(cellWidth);
    renderer.setBlockHeight(cellHeight);
    renderer.setPaintScale(colors);
    XYPlot plot = new XYPlot(data, x, y, renderer);
    plot.setRangeGridlinesVisible(false);
    plot.setDomainGridlinesVisible(false);
    Axes.chart(title, plot).draw(graphics, area);
  }
}
