package normsweep.report.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A figure: charts in rows and columns above a legend, which lists each labelled line once, or a
 * colour bar.
 *
 * @param width width of the whole figure, in units in which text is 9 to 10 units high
 * @param panels the charts, row by row
 * @param columns charts per row
 * @param panelHeight height of a chart, in the same units
 * @param bar colour bar; null for none
 */
public record Sheet(
    double width, List<? extends Panel> panels, int columns, double panelHeight, Bar bar) {
  private static final int LONGEST_NAME = 12;
  private static final double WIDTH = 640;
  private static final double ROW = 15;
  private static final double SAMPLE = 30;
  private static final double BAR_HEIGHT = 34;

  /** One chart of a sheet. */
  interface Panel {
    void draw(Graphics2D graphics, Rectangle2D area);

    /** The labelled lines that the legend shows. */
    default List<Line> legend() {
      return List.of();
    }
  }

  /** A colour bar in a number of steps, with labels of ticks by position from 0 to 1. */
  record Bar(String label, int steps, SortedMap<Double, String> ticks) {}

  /** A sheet with the common width of the report's figures. */
  Sheet(List<? extends Panel> panels, int columns, double panelHeight, Bar bar) {
    this(WIDTH, panels, columns, panelHeight, bar);
  }

  /** The same charts with larger letters, in a sheet of another shape. */
  public Sheet reshaped(double newWidth, double height) {
    Sheet wide = new Sheet(newWidth, panels, columns, panelHeight, bar);
    double rows = Math.ceil((double) panels.size() / columns);
    double above = height - (wide.height() - wide.gridHeight());
    return new Sheet(newWidth, panels, columns, above / rows, bar);
  }

  /** Height of the whole figure. */
  public double height() {
    return gridHeight() + legendRows().size() * ROW + (bar == null ? 0 : BAR_HEIGHT) + 4;
  }

  private double gridHeight() {
    return Math.ceil((double) panels.size() / columns) * panelHeight;
  }

  /** Draws the figure with its upper left corner at the origin. */
  public void draw(Graphics2D graphics) {
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setPaint(Color.WHITE);
    graphics.fill(new Rectangle2D.Double(0, 0, width, height()));
    double each = width / columns;
    for (int i = 0; i < panels.size(); i++) {
      int row = i / columns;
      Rectangle2D area =
          new Rectangle2D.Double(i % columns * each, row * panelHeight, each, panelHeight);
      panels.get(i).draw(graphics, area);
    }
    drawLegend(graphics, gridHeight() + 2);
    if (bar != null) {
      drawBar(graphics, gridHeight() + 4);
    }
  }

  private List<List<Line>> legendRows() {
    Map<String, Line> byLabel = new LinkedHashMap<>();
    panels.stream()
        .flatMap(panel -> panel.legend().stream())
        .filter(line -> !line.label().isEmpty())
        .forEach(line -> byLabel.putIfAbsent(line.label(), line));
    List<List<Line>> rows = new ArrayList<>();
    double used = width;
    for (Line line : byLabel.values()) {
      double needed = entryWidth(line);
      if (used + needed > width) {
        rows.add(new ArrayList<>());
        used = 0;
      }
      rows.get(rows.size() - 1).add(line);
      used += needed;
    }
    return rows;
  }

  private static double entryWidth(Line line) {
    FontRenderContext context = new FontRenderContext(new AffineTransform(), true, true);
    return SAMPLE + 6 + font().getStringBounds(line.label(), context).getWidth() + 16;
  }

  private static Font font() {
    return Fonts.SANS.awt(9.5f);
  }

  private void drawLegend(Graphics2D graphics, double top) {
    double y = top + ROW / 2;
    graphics.setFont(font());
    for (List<Line> row : legendRows()) {
      double x = (width - row.stream().mapToDouble(Sheet::entryWidth).sum()) / 2 + 8;
      for (Line line : row) {
        LineStyle style = line.style();
        graphics.setPaint(style.color());
        graphics.setStroke(style.stroke());
        graphics.draw(new Line2D.Double(x, y, x + SAMPLE, y));
        if (style.marker() != null) {
          Shape marker =
              AffineTransform.getTranslateInstance(x + SAMPLE / 2, y)
                  .createTransformedShape(style.marker());
          graphics.setPaint(style.hollow() ? Color.WHITE : style.color());
          graphics.fill(marker);
          graphics.setPaint(style.color());
          graphics.setStroke(LineStyle.stroke(1));
          graphics.draw(marker);
        }
        graphics.setPaint(Palette.INK);
        graphics.drawString(line.label(), (float) (x + SAMPLE + 6), (float) (y + 3.4));
        x += entryWidth(line);
      }
      y += ROW;
    }
  }

  private void drawBar(Graphics2D graphics, double top) {
    double length = WIDTH * 0.45;
    double left = (width - length) / 2;
    double step = length / bar.steps();
    for (int i = 0; i < bar.steps(); i++) {
      graphics.setPaint(ColorScale.at((i + 0.5) / bar.steps()));
      graphics.fill(
          new Rectangle2D.Double(left + i * step, top, Math.min(step + 0.5, length - i * step), 9));
    }
    graphics.setPaint(Palette.INK);
    graphics.setStroke(new BasicStroke(0.6f));
    graphics.draw(new Rectangle2D.Double(left, top, length, 9));
    graphics.setFont(Fonts.SANS.awt(9));
    bar.ticks()
        .forEach(
            (place, text) -> {
              double x = left + place * length;
              graphics.draw(new Line2D.Double(x, top + 9, x, top + 11));
              centre(graphics, text, x, top + 20);
            });
    graphics.setFont(font());
    centre(graphics, bar.label(), width / 2, top + 31);
  }

  /** A name of a class, shortened where it has no room. */
  static String cut(String name) {
    return cut(name, LONGEST_NAME);
  }

  /** A name of a class, shortened to a width in the current font. */
  static String cut(Graphics2D graphics, String name, double width) {
    String shown = cut(name);
    for (int length = LONGEST_NAME - 1; length > 1 && width(graphics, shown) > width; length--) {
      shown = cut(name, length);
    }
    return shown;
  }

  // Names that begin alike often end differently.
  private static String cut(String name, int length) {
    int[] letters = name.codePoints().toArray();
    int end = (length - 1) / 2;
    int begin = length - 1 - end;
    return letters.length <= length
        ? name
        : new String(letters, 0, begin) + "…" + new String(letters, letters.length - end, end);
  }

  private static double width(Graphics2D graphics, String text) {
    return graphics.getFont().getStringBounds(text, graphics.getFontRenderContext()).getWidth();
  }

  /** Draws text centred on x with its baseline at y. */
  static void centre(Graphics2D graphics, String text, double x, double y) {
    graphics.drawString(text, (float) (x - width(graphics, text) / 2), (float) y);
  }
}
