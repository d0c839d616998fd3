package normsweep.report.document;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import normsweep.report.figure.Figure;
import normsweep.report.figure.Palette;
import normsweep.report.figure.Sheet;
import org.apache.poi.sl.usermodel.PictureData.PictureType;
import org.apache.poi.sl.usermodel.ShapeType;
import org.apache.poi.sl.usermodel.TableCell.BorderEdge;
import org.apache.poi.sl.usermodel.TextParagraph.TextAlign;
import org.apache.poi.sl.usermodel.VerticalAlignment;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFAutoShape;
import org.apache.poi.xslf.usermodel.XSLFSlide;
import org.apache.poi.xslf.usermodel.XSLFTable;
import org.apache.poi.xslf.usermodel.XSLFTableCell;
import org.apache.poi.xslf.usermodel.XSLFTableRow;
import org.apache.poi.xslf.usermodel.XSLFTextBox;
import org.apache.poi.xslf.usermodel.XSLFTextParagraph;
import org.apache.poi.xslf.usermodel.XSLFTextRun;

/**
 * A slide, 16:9: a title that states its message, a figure or table, and a sentence below. Nothing
 * on it is smaller than {@value #LEAST} points.
 */
final class SlidePage {
  static final int WIDTH = 960;
  static final int HEIGHT = 540;
  static final double LEAST = 14;

  private static final double MARGIN = 40;
  private static final double INNER = WIDTH - 2 * MARGIN;
  private static final double TOP = 104;
  private static final double BODY = 330;
  private static final double BELOW = TOP + BODY + 8;
  private static final double FOOT = HEIGHT - BELOW - 26;
  // In a sheet of this width, the letters of charts, 9 units high, are as large as the smallest
  // text.
  private static final double SHEET = 9 * INNER / LEAST;
  private static final double PIXELS_PER_POINT = 2;

  private final XMLSlideShow show;
  private final XSLFSlide slide;

  /** Adds a slide with a title and a sentence. */
  SlidePage(XMLSlideShow show, String title, String sentence) {
    this.show = show;
    slide = show.createSlide();
    text(title, 20, TOP - 34, 26, true, VerticalAlignment.BOTTOM);
    XSLFAutoShape rule = slide.createAutoShape();
    rule.setShapeType(ShapeType.RECT);
    rule.setAnchor(new Rectangle2D.Double(MARGIN, TOP - 11, 64, 3));
    rule.setFillColor(Palette.BLUE);
    text(sentence, BELOW, FOOT, 18, false, VerticalAlignment.TOP);
    XSLFTextParagraph number = box(WIDTH - MARGIN - 60, HEIGHT - 26, 60, 24).addNewTextParagraph();
    number.setTextAlign(TextAlign.RIGHT);
    run(number, Integer.toString(show.getSlides().size()), LEAST, false, Palette.SOFT);
  }

  /** Shows a figure, its charts drawn again to fill the slide. */
  void figure(Figure figure) {
    Sheet sheet = figure.sheet().reshaped(SHEET, SHEET * BODY / INNER);
    double scale = PIXELS_PER_POINT * INNER / SHEET;
    BufferedImage image =
        new BufferedImage(
            (int) (PIXELS_PER_POINT * INNER),
            (int) (PIXELS_PER_POINT * BODY),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.scale(scale, scale);
    sheet.draw(graphics);
    graphics.dispose();
    slide
        .createPicture(show.addPicture(Figure.png(image), PictureType.PNG))
        .setAnchor(new Rectangle2D.Double(MARGIN, TOP, INNER, BODY));
  }

  /** Shows as many rows as fit, in columns of these shares of the width. */
  void table(List<List<String>> rows, double... shares) {
    double size = 24;
    while (size > LEAST && height(rows, size, shares) > BODY) {
      size -= 1;
    }
    List<List<String>> shown = new ArrayList<>(rows);
    while (height(shown, size, shares) > BODY) {
      shown.remove(shown.size() - 1);
    }
    // Rows share what is left of the height.
    double stretch = Math.min(3, BODY / height(shown, size, shares));
    XSLFTable grid = slide.createTable();
    for (List<String> cells : shown) {
      XSLFTableRow row = grid.addRow();
      row.setHeight(stretch * rowHeight(cells, size, shares));
      for (int i = 0; i < cells.size(); i++) {
        XSLFTableCell cell = row.addCell();
        cell.setVerticalAlignment(VerticalAlignment.MIDDLE);
        run(
            cell.addNewTextParagraph(),
            cells.get(i),
            size,
            i == 0 && cells.size() > 1,
            Palette.TEXT);
        cell.setBorderColor(BorderEdge.bottom, Palette.RULE);
        cell.setBorderWidth(BorderEdge.bottom, 0.8);
      }
    }
    for (int column = 0; column < shares.length; column++) {
      grid.setColumnWidth(column, shares[column] * INNER);
    }
    grid.setAnchor(
        new Rectangle2D.Double(MARGIN, TOP, INNER, stretch * height(shown, size, shares)));
  }

  private static double height(List<List<String>> rows, double size, double... shares) {
    return rows.stream().mapToDouble(cells -> rowHeight(cells, size, shares)).sum();
  }

  private static double rowHeight(List<String> cells, double size, double... shares) {
    double lines = 1;
    for (int i = 0; i < cells.size(); i++) {
      lines = Math.max(lines, lines(cells.get(i), size, shares[i] * INNER - 16));
    }
    return lines * size * 1.2 + 9;
  }

  // Letters of this typeface are about half as wide as the type size.
  private static double lines(String text, double size, double width) {
    return Math.ceil(text.length() * 0.5 * size / width);
  }

  // Viewers do not shrink text that they did not write. Sentences at the end that do not fit are
  // left out: the report has them.
  private void text(
      String text, double top, double height, double largest, boolean bold, VerticalAlignment at) {
    String shown = text;
    double size = largest;
    while (lines(shown, size, INNER) * size * 1.2 > height) {
      int end = shown.lastIndexOf(". ");
      if (size > LEAST) {
        size -= 1;
      } else if (end > 0) {
        shown = shown.substring(0, end + 1);
      } else {
        break;
      }
    }
    XSLFTextBox box = box(MARGIN, top, INNER, height);
    box.setVerticalAlignment(at);
    run(box.addNewTextParagraph(), shown, size, bold, Palette.TEXT);
  }

  // A new text box contains an empty paragraph, which would push the text down by one line.
  private XSLFTextBox box(double left, double top, double width, double height) {
    XSLFTextBox box = slide.createTextBox();
    box.clearText();
    box.setLeftInset(0);
    box.setRightInset(0);
    box.setTopInset(0);
    box.setBottomInset(0);
    box.setAnchor(new Rectangle2D.Double(left, top, width, height));
    return box;
  }

  private static void run(
      XSLFTextParagraph paragraph, String text, double size, boolean bold, Color color) {
    XSLFTextRun run = paragraph.addNewTextRun();
    run.setText(text);
    run.setFontFamily("Arial");
    run.setFontSize(size);
    run.setBold(bold);
    run.setFontColor(color);
  }
}
