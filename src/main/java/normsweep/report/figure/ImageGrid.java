package normsweep.report.figure;

import java.awt.Color;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import normsweep.base.AtomicFiles;

/**
 * A picture of labelled rows of CIFAR-10 images, enlarged pixel by pixel.
 *
 * @param headings above the columns; empty for none
 * @param rows at most {@code columns} images by label, from top to bottom
 */
record ImageGrid(String title, int columns, List<String> headings, Map<String, List<byte[]>> rows) {
  private static final int SIDE = 32;
  private static final int SCALE = 3;
  private static final int TILE = SIDE * SCALE;
  private static final int GAP = 6;
  private static final int MARGIN = 24;
  private static final int LABEL_WIDTH = 136;
  private static final int TITLE_HEIGHT = 48;
  private static final int HEADING_HEIGHT = 28;

  /** Writes the picture as PNG, atomically. */
  void write(Path file) throws IOException {
    AtomicFiles.write(file, out -> out.write(Figure.png(draw())));
  }

  BufferedImage draw() {
    int top = MARGIN + TITLE_HEIGHT + (headings.isEmpty() ? 0 : HEADING_HEIGHT);
    int width = left(columns) - GAP + MARGIN;
    int height = top + rows.size() * (TILE + GAP) - GAP + MARGIN;
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(Axes.INK);
    graphics.setFont(Fonts.SANS.awt(24));
    graphics.drawString(title, MARGIN, MARGIN + 22);
    graphics.setFont(Fonts.SANS.awt(17));
    FontMetrics metrics = graphics.getFontMetrics();
    for (int column = 0; column < headings.size(); column++) {
      String text = headings.get(column);
      int x = left(column) + (TILE - metrics.stringWidth(text)) / 2;
      graphics.drawString(text, x, top - 9);
    }
    int y = top;
    for (Map.Entry<String, List<byte[]>> row : rows.entrySet()) {
      int baseline = y + (TILE + metrics.getAscent() - metrics.getDescent()) / 2;
      graphics.drawString(row.getKey(), MARGIN, baseline);
      int column = 0;
      for (byte[] image : row.getValue()) {
        drawTile(picture, image, left(column++), y);
      }
      y += TILE + GAP;
    }
    graphics.dispose();
    return picture;
  }

  /** Left edge of a column of images. */
  static int left(int column) {
    return MARGIN + LABEL_WIDTH + column * (TILE + GAP);
  }

  private static void drawTile(BufferedImage picture, byte[] image, int left, int top) {
    for (int y = 0; y < TILE; y++) {
      for (int x = 0; x < TILE; x++) {
        int pixel = y / SCALE * SIDE + x / SCALE;
        int red = Byte.toUnsignedInt(image[pixel]);
        int green = Byte.toUnsignedInt(image[SIDE * SIDE + pixel]);
        int blue = Byte.toUnsignedInt(image[2 * SIDE * SIDE + pixel]);
        picture.setRGB(left + x, top + y, red << 16 | green << 8 | blue);
      }
    }
  }
}
