package normsweep.report.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;

/**
 * A loss surface in three dimensions: an orthographic view from above and the side, with cells
 * painted from back to front. Both height and colour show the loss on a logarithmic scale.
 */
record SurfacePanel(String title, LossSurface surface, LossScale scale) implements Sheet.Panel {
  private static final double AZIMUTH = Math.toRadians(35);
  private static final double ELEVATION = Math.toRadians(32);
  private static final double HEIGHT = 1.25;
  // More lines than this in each direction would merge into a blot.
  private static final int LINES = 50;

  @Override
  public void draw(Graphics2D graphics, Rectangle2D area) {
    graphics.setFont(Fonts.SANS_BOLD.awt(10.5f));
    graphics.setPaint(Palette.INK);
    Sheet.centre(graphics, title, area.getCenterX(), area.getY() + 12);
    graphics.setFont(Fonts.SANS.awt(9));
    Projection view = new Projection(graphics, area);
    view.frame();
    view.cells();
    view.axes();
  }

  /** The surface as seen within a rectangle. */
  private final class Projection {
    private final Graphics2D g;
    private final double unit;
    private final double centreX;
    private final double centreY;

    Projection(Graphics2D g, Rectangle2D area) {
      this.g = g;
      double height = area.getHeight() - 18;
      unit = Math.min(area.getWidth() / 3.75, height / 3.0);
      centreX = area.getCenterX() + 0.1 * unit;
      centreY = area.getMaxY() - height * 0.545;
    }

    // The plane's square is [-1, 1]², losses rise from 0 to HEIGHT.
    private Point2D screen(double a, double b, double height) {
      double right = a * Math.cos(AZIMUTH) - b * Math.sin(AZIMUTH);
      double away = a * Math.sin(AZIMUTH) + b * Math.cos(AZIMUTH);
      double up = away * Math.sin(ELEVATION) + (height - HEIGHT / 2) * Math.cos(ELEVATION);
      return new Point2D.Double(centreX + unit * right, centreY - unit * up);
    }

    private Point2D screen(int i, int j) {
      double last = surface.grid().points() - 1;
      return screen(2 * i / last - 1, 2 * j / last - 1, HEIGHT * share(i, j));
    }

    private double share(int i, int j) {
      return scale.share(surface.loss()[j][i]);
    }

    // The floor and the two walls behind the surface, ruled at the ticks of the height.
    private void frame() {
      g.setStroke(new BasicStroke(0.6f));
      g.setColor(Palette.RULE);
      for (double share : scale.ticks().keySet()) {
        line(screen(-1, 1, HEIGHT * share), screen(1, 1, HEIGHT * share));
        line(screen(1, 1, HEIGHT * share), screen(1, -1, HEIGHT * share));
      }
      g.setColor(Palette.GREY);
      line(screen(1, 1, 0), screen(1, 1, HEIGHT));
      line(screen(-1, 1, 0), screen(-1, 1, HEIGHT));
      line(screen(1, -1, 0), screen(1, -1, HEIGHT));
      line(screen(-1, -1, 0), screen(1, -1, 0));
      line(screen(-1, -1, 0), screen(-1, 1, 0));
    }

    private void cells() {
      int last = surface.grid().points() - 1;
      int stride = Math.max(1, last / LINES);
      g.setStroke(new BasicStroke(0.4f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      // Larger a and b are farther from the viewer.
      for (int j = ((last - 1) / stride) * stride; j >= 0; j -= stride) {
        for (int i = ((last - 1) / stride) * stride; i >= 0; i -= stride) {
          cell(i, j, Math.min(i + stride, last), Math.min(j + stride, last));
        }
      }
    }

    private void cell(int i, int j, int i2, int j2) {
      double mean = (share(i, j) + share(i2, j) + share(i, j2) + share(i2, j2)) / 4;
      Shape quad =
          LineStyle.polygon(
              Stream.of(screen(i, j), screen(i2, j), screen(i2, j2), screen(i, j2))
                  .flatMapToDouble(corner -> DoubleStream.of(corner.getX(), corner.getY()))
                  .toArray());
      Color color = ColorScale.at(mean);
      g.setColor(color);
      g.fill(quad);
      // Lines are lighter on dark cells and darker on light ones; otherwise the dark basin would be
      // one blot.
      g.setColor(mean < 0.4 ? blend(color, Color.WHITE) : blend(color, Color.BLACK));
      g.draw(quad);
    }

    private static Color blend(Color from, Color to) {
      return new Color(
          (3 * from.getRed() + to.getRed()) / 4,
          (3 * from.getGreen() + to.getGreen()) / 4,
          (3 * from.getBlue() + to.getBlue()) / 4);
    }

    private void axes() {
      PlaneGrid grid = surface.grid();
      g.setStroke(new BasicStroke(0.8f));
      for (int k = 0; k <= 4; k++) {
        double share = k / 4.;
        double at = 2 * share - 1;
        double a = grid.aMin() + share * (grid.aMax() - grid.aMin());
        double b = grid.bMin() + share * (grid.bMax() - grid.bMin());
        tick(at, -1, 0, 0, -1, Axes.number(a));
        // The last one would overlap the lowest loss.
        tick(-1, at, 0, -1, 0, k == 4 ? "" : Axes.number(b));
      }
      scale.ticks().forEach((share, label) -> tick(-1, 1, HEIGHT * share, -1, 1, label));
      label("a (filter norms)", screen(0.1, -1.5, 0), 10, 6);
      label("b (filter norms)", screen(-1.5, 0.1, 0), -10, 6);
      label("loss (nats, log scale)", screen(-1, 1, HEIGHT), 0, -9);
    }

    /** A tick at a point of the frame, pointing along (da, db), with its number beyond it. */
    private void tick(double a, double b, double height, double da, double db, String label) {
      g.setColor(Palette.GREY);
      line(screen(a, b, height), screen(a + 0.05 * da, b + 0.05 * db, height));
      g.setColor(Palette.INK);
      label(label, screen(a + 0.19 * da, b + 0.19 * db, height), 0, 3);
    }

    private void label(String text, Point2D at, double right, double down) {
      Sheet.centre(g, text, at.getX() + right, at.getY() + down);
    }

    private void line(Point2D from, Point2D to) {
      g.draw(new Line2D.Double(from, to));
    }
  }
}
