package normsweep.landscape;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import normsweep.record.AtomicFiles;
import org.apache.batik.dom.GenericDOMImplementation;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;

/** Writes one drawing as PNG, at twice its size, and as SVG. */
final class FigureFile {
  private static final int PIXELS = 2;

  private FigureFile() {}

  /** Something that draws itself into a rectangle. */
  @FunctionalInterface
  interface Drawing {
    /** Draws into {@code area}. */
    void draw(Graphics2D g, Rectangle2D area);
  }

  /** Writes {@code name.png} and {@code name.svg} into a folder. */
  static void write(Path folder, String name, int width, int height, Drawing drawing)
      throws IOException {
    AtomicFiles.write(
        folder.resolve(name + ".png"),
        out -> ImageIO.write(image(width, height, drawing), "png", out));
    AtomicFiles.write(
        folder.resolve(name + ".svg"),
        out -> {
          Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          svg(width, height, drawing).stream(writer, true);
          writer.flush();
        });
  }

  private static BufferedImage image(int width, int height, Drawing drawing) {
    BufferedImage image =
        new BufferedImage(PIXELS * width, PIXELS * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.scale(PIXELS, PIXELS);
      paint(g, width, height, drawing);
    } finally {
      g.dispose();
    }
    return image;
  }

  private static SVGGraphics2D svg(int width, int height, Drawing drawing) {
    Document document =
        GenericDOMImplementation.getDOMImplementation()
            .createDocument("http://www.w3.org/2000/svg", "svg", null);
    SVGGraphics2D g = new SVGGraphics2D(document);
    g.setSVGCanvasSize(new Dimension(width, height));
    paint(g, width, height, drawing);
    return g;
  }

  private static void paint(Graphics2D g, int width, int height, Drawing drawing) {
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, height);
    drawing.draw(g, new Rectangle2D.Double(0, 0, width, height));
  }
}
