package normsweep.report.figure;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import normsweep.base.AtomicFiles;
import org.apache.batik.dom.GenericDOMImplementation;
import org.apache.batik.svggen.ImageHandlerBase64Encoder;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.apache.batik.svggen.SVGIDGenerator;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * A picture of the report.
 *
 * @param name name of its files, without extension
 * @param caption one or two sentences on what it shows
 * @param sheet the charts
 */
public record Figure(String name, String caption, Sheet sheet) {
  private static final String SVG = "http://www.w3.org/2000/svg";
  private static final double PIXELS_PER_UNIT = 2.5;

  /**
   * A figure of the charts that have lines, in at most {@code columns} columns; empty if none has.
   */
  static Optional<Figure> ofLines(
      String name, String caption, int columns, double panelHeight, Stream<LinePanel> charts) {
    List<LinePanel> panels = charts.filter(panel -> !panel.lines().isEmpty()).toList();
    if (panels.isEmpty()) {
      return Optional.empty();
    }
    Sheet sheet = new Sheet(panels, Math.min(columns, panels.size()), panelHeight, null);
    return Optional.of(new Figure(name, caption, sheet));
  }

  /** The same figure with some of its charts only, in one row. */
  public Figure showing(int from, int to) {
    List<? extends Sheet.Panel> all = sheet.panels();
    List<? extends Sheet.Panel> some =
        all.subList(Math.min(from, all.size() - 1), Math.min(to, all.size()));
    return new Figure(
        name,
        caption,
        new Sheet(sheet.width(), some, some.size(), sheet.panelHeight(), sheet.bar()));
  }

  /** Draws the figure in both formats. */
  public RenderedFigure render() {
    return new RenderedFigure(this, png(), svg());
  }

  byte[] png() {
    BufferedImage image =
        new BufferedImage(
            (int) Math.ceil(sheet.width() * PIXELS_PER_UNIT),
            (int) Math.ceil(sheet.height() * PIXELS_PER_UNIT),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.scale(PIXELS_PER_UNIT, PIXELS_PER_UNIT);
    sheet.draw(graphics);
    graphics.dispose();
    return png(image);
  }

  /** A picture as PNG bytes. */
  public static byte[] png(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The picture as an {@code <svg>} element with identifiers that are unique among figures. */
  String svg() {
    Document document =
        GenericDOMImplementation.getDOMImplementation().createDocument(SVG, "svg", null);
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
    context.setComment(null);
    context.setPrecision(2);
    // Batik's own PNG encoder is in a library that nothing else needs.
    context.setImageHandler(
        new ImageHandlerBase64Encoder() {
          @Override
          public void encodeImage(RenderedImage image, OutputStream out)
              throws SVGGraphics2DIOException {
            try {
              ImageIO.write(image, "png", out);
            } catch (IOException e) {
              throw new SVGGraphics2DIOException(e);
            }
          }
        });
    context.setIDGenerator(
        new SVGIDGenerator() {
          @Override
          public String generateID(String prefix) {
            return name + "-" + super.generateID(prefix);
          }
        });
    SVGGraphics2D graphics = new SVGGraphics2D(context, false);
    sheet.draw(graphics);
    Element root = graphics.getRoot();
    String width = Long.toString(Math.round(sheet.width()));
    String height = Long.toString((long) Math.ceil(sheet.height()));
    root.setAttribute("width", width);
    root.setAttribute("height", height);
    root.setAttribute("viewBox", "0 0 " + width + " " + height);
    StringWriter text = new StringWriter();
    try {
      graphics.stream(root, text, false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString()
        .replaceFirst("(?s)^.*?<svg", "<svg")
        .replace("id=\"genericDefs\"", "id=\"" + name + "-defs\"");
  }

  /**
   * A rendered figure.
   *
   * @param figure the figure that was rendered
   * @param png the picture as PNG
   * @param svg the picture as an {@code <svg>} element with identifiers unique among figures
   */
  public record RenderedFigure(Figure figure, byte[] png, String svg) {
    /** Name of its files, without extension. */
    public String name() {
      return figure.name();
    }

    /** Writes PNG and SVG into a folder and returns both paths. */
    public List<Path> write(Path folder) throws IOException {
      Path pngFile = folder.resolve(name() + ".png");
      Path svgFile = folder.resolve(name() + ".svg");
      AtomicFiles.write(pngFile, out -> out.write(png));
      AtomicFiles.writeString(svgFile, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg);
      return List.of(pngFile, svgFile);
    }
  }
}
