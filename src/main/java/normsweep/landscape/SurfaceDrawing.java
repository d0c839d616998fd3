package normsweep.landscape;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Locale;

/**
 * A loss surface in three dimensions: an orthographic view from above and the side, cells painted
 * from back to front. Height is the loss on the scale's logarithmic axis, as the colours are.
 */
final class SurfaceDrawing {
  private static final double AZIMUTH = Math.toRadians(35);
  private static final double ELEVATION = Math.toRadians(32);
  private static final double HEIGHT = 1.25;
  private static final Color INK = new Color(0x222222);
  private static final Color FRAME = new Color(0x888888);
  private static final Color RULE = new Color(0xdddddd);

  private final LossSurface surface;
  private final LossScale scale;
  private final int stride;
  private double unit;
  private double centreX;
  private double centreY;

  /**
   * A drawing.
   *
   * @param stride grid points from one drawn line to the next
   */
  SurfaceDrawing(LossSurface surface, LossScale scale, int stride) {
    this.surface = surface;
    this.scale = scale;
    this.stride = stride;
  }

  /** Draws into a rectangle, title above. */
  void draw(Graphics2D g, Rectangle2D area, String title) {
    g.setFont(Typeface.bold(14));
    g.setColor(INK);
    centred(g, title, area.getCenterX(), area.getY() + 18);
    double top = area.getY() + 26;
    double height = area.getMaxY() - top;
    unit = Math.min(area.getWidth() / 3.75, height / 3.0);
    centreX = area.getCenterX() + 0.1 * unit;
    centreY = top + height * 0.455;
    g.setFont(Typeface.regular(12));
    frame(g);
    cells(g);
    axes(g);
  }

  // The plane's square is [-1, 1]², losses rise from 0 to HEIGHT.
  private double[] screen(double a, double b, double height) {
    double right = a * Math.cos(AZIMUTH) - b * Math.sin(AZIMUTH);
    double away = a * Math.sin(AZIMUTH) + b * Math.cos(AZIMUTH);
    double up = away * Math.sin(ELEVATION) + (height - HEIGHT / 2) * Math.cos(ELEVATION);
    return new double[] {centreX + unit * right, centreY - unit * up};
  }

  private double[] screen(int i, int j) {
    Grid grid = surface.grid();
    double last = grid.points() - 1;
    return screen(2 * i / last - 1, 2 * j / last - 1, HEIGHT * scale.share(surface.loss()[j][i]));
  }

  // The floor and the two walls behind the surface, ruled at the ticks of the height.
  private void frame(Graphics2D g) {
    g.setStroke(new BasicStroke(0.6f));
    g.setColor(RULE);
    for (int k = 0; k <= scale.bands(); k += 2) {
      double height = HEIGHT * k / scale.bands();
      line(g, screen(-1, 1, height), screen(1, 1, height));
      line(g, screen(1, 1, height), screen(1, -1, height));
    }
    g.setColor(FRAME);
    line(g, screen(1, 1, 0), screen(1, 1, HEIGHT));
    line(g, screen(-1, 1, 0), screen(-1, 1, HEIGHT));
    line(g, screen(1, -1, 0), screen(1, -1, HEIGHT));
    line(g, screen(-1, -1, 0), screen(1, -1, 0));
    line(g, screen(-1, -1, 0), screen(-1, 1, 0));
  }

  private void cells(Graphics2D g) {
    int last = surface.grid().points() - 1;
    g.setStroke(new BasicStroke(0.4f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    // Away from the eye is towards larger a and b.
    for (int j = ((last - 1) / stride) * stride; j >= 0; j -= stride) {
      for (int i = ((last - 1) / stride) * stride; i >= 0; i -= stride) {
        cell(g, i, j, Math.min(i + stride, last), Math.min(j + stride, last));
      }
    }
  }

  private void cell(Graphics2D g, int i, int j, int i2, int j2) {
    double[][] z = surface.loss();
    double mean =
        (scale.share(z[j][i])
                + scale.share(z[j][i2])
                + scale.share(z[j2][i])
                + scale.share(z[j2][i2]))
            / 4;
    Path2D quad = new Path2D.Double();
    double[][] corners = {screen(i, j), screen(i2, j), screen(i2, j2), screen(i, j2)};
    quad.moveTo(corners[0][0], corners[0][1]);
    for (int k = 1; k < 4; k++) {
      quad.lineTo(corners[k][0], corners[k][1]);
    }
    quad.closePath();
    Color color = LossColors.at(mean);
    g.setColor(color);
    g.fill(quad);
    // Lines lighter on dark cells and darker on light ones, or the dark basin would be one blot.
    g.setColor(mean < 0.4 ? blend(color, Color.WHITE) : blend(color, Color.BLACK));
    g.draw(quad);
  }

  private static Color blend(Color from, Color to) {
    return new Color(
        (3 * from.getRed() + to.getRed()) / 4,
        (3 * from.getGreen() + to.getGreen()) / 4,
        (3 * from.getBlue() + to.getBlue()) / 4);
  }

  private void axes(Graphics2D g) {
    Grid grid = surface.grid();
    g.setStroke(new BasicStroke(0.8f));
    for (int k = 0; k <= 4; k++) {
      double share = k / 4.;
      double at = 2 * share - 1;
      tick(g, at, -1, 0, 0, -1, figure(grid.aMin(), grid.aMax(), share));
      tick(g, -1, at, 0, -1, 0, figure(grid.bMin(), grid.bMax(), share));
    }
    for (int k = 0; k <= scale.bands(); k += 2) {
      tick(g, -1, 1, HEIGHT * k / scale.bands(), -1, 1, scale.label(k));
    }
    double[] a = screen(0.1, -1.5, 0);
    centred(g, "a (filter norms)", a[0] + 14, a[1] + 8);
    double[] b = screen(-1.5, 0.1, 0);
    centred(g, "b (filter norms)", b[0] - 14, b[1] + 8);
    double[] z = screen(-1, 1, HEIGHT);
    centred(g, "loss (nats)", z[0], z[1] - 12);
  }

  private static String figure(double from, double to, double share) {
    double value = from + share * (to - from);
    return String.format(Locale.ROOT, "%." + (to - from >= 1 ? 1 : 3) + "f", value + 0.0);
  }

  /** A tick at a point of the frame, pointing along (da, db), and its figure beyond. */
  private void tick(
      Graphics2D g, double a, double b, double height, double da, double db, String label) {
    g.setColor(FRAME);
    line(g, screen(a, b, height), screen(a + 0.05 * da, b + 0.05 * db, height));
    g.setColor(INK);
    double[] text = screen(a + 0.19 * da, b + 0.19 * db, height);
    centred(g, label, text[0], text[1] + 4);
  }

  private static void line(Graphics2D g, double[] from, double[] to) {
    g.draw(new Line2D.Double(from[0], from[1], to[0], to[1]));
  }

  private static void centred(Graphics2D g, String text, double x, double y) {
    double width = g.getFontMetrics().stringWidth(text);
    g.drawString(text, (float) (x - width / 2), (float) y);
  }
}
