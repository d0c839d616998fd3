package normsweep.report.figure;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;

/** One chart of a sheet. */
public interface Panel {
  /** Draws the chart into a rectangle. */
  void draw(Graphics2D graphics, Rectangle2D area);
}
