package normsweep.report.figure;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYBlockRenderer;
import org.jfree.data.xy.DefaultXYZDataset;

/**
 * A chart of coloured cells.
 *
 * @param title above the chart
 * @param x horizontal axis
 * @param y vertical axis
 * @param cells the cells
 * @param cellWidth cell width, in units of the x axis
 * @param cellHeight cell height, in units of the y axis
 * @param colors colours of the values
 */
public record HeatPanel(
    String title,
    ValueAxis x,
    ValueAxis y,
    List<Cell> cells,
    double cellWidth,
    double cellHeight,
    ColorScale colors)
    implements Sheet.Panel {

  /** Copies the cells. */
  public HeatPanel {
    cells = List.copyOf(cells);
  }

  /**
   * A cell.
   *
   * @param x abscissa of its centre
   * @param y ordinate of its centre
   * @param value what its colour shows
   */
  public record Cell(double x, double y, double value) {}

  @Override
  public void draw(Graphics2D graphics, Rectangle2D area) {
    double[][] columns = new double[3][cells.size()];
    for (int i = 0; i < cells.size(); i++) {
      columns[0][i] = cells.get(i).x();
      columns[1][i] = cells.get(i).y();
      columns[2][i] = cells.get(i).value();
    }
    DefaultXYZDataset data = new DefaultXYZDataset();
    data.addSeries("cells", columns);
    XYBlockRenderer renderer = new XYBlockRenderer();
    renderer.setBlockWidth(cellWidth);
    renderer.setBlockHeight(cellHeight);
    renderer.setPaintScale(colors);
    XYPlot plot = new XYPlot(data, x, y, renderer);
    if (y instanceof NumberAxis) {
      plot.setRangeGridlinesVisible(false);
      plot.setDomainGridlinesVisible(false);
    }
    Axes.chart(title, plot).draw(graphics, area);
  }
}
