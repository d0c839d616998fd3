package normsweep.report.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A figure: charts in rows and columns over one legend or colour bar.
 *
 * @param panels the charts, row by row
 * @param columns charts a row
 * @param panelHeight height of a chart, in units of which the whole figure is {@link #WIDTH} wide
 * @param legend styles by name; empty for none
 * @param bar colour bar; null for none
 */
public record Sheet(
    List<Panel> panels, int columns, double panelHeight, Map<String, LineStyle> legend, Bar bar) {
  /** Width of every figure, in units in which text is 9 to 10 high. */
  public static final double WIDTH = 640;

  private static final double ROW = 15;
  private static final double SAMPLE = 30;
  private static final double BAR_HEIGHT = 34;
  private static final Color INK = new Color(0x333333);

  /** Copies the collections, keeping their order. */
  public Sheet {
    panels = List.copyOf(panels);
    legend = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(legend));
  }

  /**
   * A colour bar under the charts.
   *
   * @param label what it shows, with the unit
   * @param colors its colours
   */
  public record Bar(String label, ColorScale colors) {}

  /** A sheet whose legend lists each labelled line of the panels once. */
  public static Sheet ofLines(List<LinePanel> panels, int columns, double panelHeight) {
    Map<String, LineStyle> legend = new LinkedHashMap<>();
    for (LinePanel panel : panels) {
      for (Line line : panel.lines()) {
        if (!line.label().isEmpty()) {
          legend.putIfAbsent(line.label(), line.style());
        }
      }
    }
    return new Sheet(List.copyOf(panels), columns, panelHeight, legend, null);
  }

  /** Height of the whole figure. */
  public double height() {
    return gridHeight() + legendRows().size() * ROW + (bar == null ? 0 : BAR_HEIGHT) + 4;
  }

  private double gridHeight() {
    int rows = (panels.size() + columns - 1) / columns;
    return rows * panelHeight;
  }

  /** Draws the figure with its upper left corner at the origin. */
  public void draw(Graphics2D graphics) {
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setPaint(Color.WHITE);
    graphics.fill(new Rectangle2D.Double(0, 0, WIDTH, height()));
    double width = WIDTH / columns;
    for (int i = 0; i < panels.size(); i++) {
      int row = i / columns;
      Rectangle2D area =
          new Rectangle2D.Double(i % columns * width, row * panelHeight, width, panelHeight);
      panels.get(i).draw(graphics, area);
    }
    drawLegend(graphics, gridHeight() + 2);
    if (bar != null) {
      drawBar(graphics, gridHeight() + 4);
    }
  }

  private List<List<Map.Entry<String, LineStyle>>> legendRows() {
    List<List<Map.Entry<String, LineStyle>>> rows = new ArrayList<>();
    double used = WIDTH;
    for (Map.Entry<String, LineStyle> entry : legend.entrySet()) {
      double needed = entryWidth(entry.getKey());
      if (used + needed > WIDTH) {
        rows.add(new ArrayList<>());
        used = 0;
      }
      rows.get(rows.size() - 1).add(entry);
      used += needed;
    }
    return rows;
  }

  private static double entryWidth(String label) {
    return SAMPLE + 6 + textWidth(label) + 16;
  }

  private static double textWidth(String text) {
    return font()
        .getStringBounds(
            text, new java.awt.font.FontRenderContext(new AffineTransform(), true, true))
        .getWidth();
  }

  private static Font font() {
    return Fonts.SANS.awt(9.5f);
  }

  private void drawLegend(Graphics2D graphics, double top) {
    double y = top + ROW / 2;
    graphics.setFont(font());
    for (List<Map.Entry<String, LineStyle>> row : legendRows()) {
      double x =
          (WIDTH - row.stream().mapToDouble(entry -> entryWidth(entry.getKey())).sum()) / 2 + 8;
      for (Map.Entry<String, LineStyle> entry : row) {
        LineStyle style = entry.getValue();
        graphics.setPaint(style.color());
        graphics.setStroke(style.stroke());
        graphics.draw(new Line2D.Double(x, y, x + SAMPLE, y));
        if (style.marker() != null) {
          Shape marker =
              AffineTransform.getTranslateInstance(x + SAMPLE / 2, y)
                  .createTransformedShape(style.marker());
          graphics.fill(marker);
        }
        graphics.setPaint(INK);
        graphics.drawString(entry.getKey(), (float) (x + SAMPLE + 6), (float) (y + 3.4));
        x += entryWidth(entry.getKey());
      }
      y += ROW;
    }
  }

  private void drawBar(Graphics2D graphics, double top) {
    int steps = 60;
    double width = WIDTH * 0.45;
    double left = (WIDTH - width) / 2;
    ColorScale colors = bar.colors();
    for (int i = 0; i < steps; i++) {
      double value = colors.low() + (i + 0.5) / steps * (colors.high() - colors.low());
      graphics.setPaint(colors.color(value));
      graphics.fill(new Rectangle2D.Double(left + i * width / steps, top, width / steps + 0.5, 9));
    }
    graphics.setPaint(INK);
    graphics.setStroke(new BasicStroke(0.6f));
    graphics.draw(new Rectangle2D.Double(left, top, width, 9));
    graphics.setFont(Fonts.SANS.awt(9));
    for (double value : Ticks.round(colors.low(), colors.high())) {
      double x = left + (value - colors.low()) / (colors.high() - colors.low()) * width;
      graphics.draw(new Line2D.Double(x, top + 9, x, top + 11));
      centre(graphics, Ticks.text(value), x, top + 20);
    }
    graphics.setFont(Fonts.SANS.awt(9.5f));
    centre(graphics, bar.label(), WIDTH / 2, top + 31);
  }

  private static void centre(Graphics2D graphics, String text, double x, double y) {
    double width =
        graphics.getFont().getStringBounds(text, graphics.getFontRenderContext()).getWidth();
    graphics.drawString(text, (float) (x - width / 2), (float) y);
  }
}
