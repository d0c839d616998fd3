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
 * A chart of coloured blocks.
 *
 * @param blockWidth in units of the x axis
 * @param blockHeight in units of the y axis
 */
record HeatPanel(
    String title,
    ValueAxis x,
    ValueAxis y,
    List<Block> blocks,
    double blockWidth,
    double blockHeight) {

  /** A block by its centre. */
  record Block(double x, double y, double value) {}

  /** The finite values of all blocks of all charts. */
  static DoubleSummaryStatistics range(List<HeatPanel> charts) {
    return charts.stream()
        .flatMap(chart -> chart.blocks().stream())
        .mapToDouble(Block::value)
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
        "blocks",
        new double[][] {
          blocks.stream().mapToDouble(Block::x).toArray(),
          blocks.stream().mapToDouble(Block::y).toArray(),
          blocks.stream().mapToDouble(Block::value).toArray()
        });
    XYBlockRenderer renderer = new XYBlockRenderer();
    renderer.setBlockWidth(blockWidth);
    renderer.setBlockHeight(blockHeight);
    renderer.setPaintScale(colors);
    XYPlot plot = new XYPlot(data, x, y, renderer);
    plot.setRangeGridlinesVisible(false);
    plot.setDomainGridlinesVisible(false);
    Axes.chart(title, plot).draw(graphics, area);
  }
}
