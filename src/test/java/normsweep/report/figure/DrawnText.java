package normsweep.report.figure;

import java.awt.Graphics;
import java.awt.Image;
import java.awt.Shape;
import java.awt.font.GlyphVector;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.ImageObserver;
import java.util.ArrayList;
import java.util.List;
import org.apache.batik.dom.GenericDOMImplementation;
import org.apache.batik.svggen.SVGGraphics2D;

/** Listens to the texts of a figure while it is drawn. */
final class DrawnText extends SVGGraphics2D {
  /**
   * A text.
   *
   * @param size of its font, in units of the sheet
   * @param bounds of its ink
   */
  record Text(String text, double size, Rectangle2D bounds) {}

  private final List<Text> texts;

  private DrawnText(List<Text> texts) {
    super(
        GenericDOMImplementation.getDOMImplementation()
            .createDocument("http://www.w3.org/2000/svg", "svg", null));
    this.texts = texts;
  }

  private DrawnText(DrawnText other) {
    super(other);
    this.texts = other.texts;
  }

  static List<Text> of(Figure figure) {
    DrawnText graphics = new DrawnText(new ArrayList<>());
    figure.sheet().draw(graphics);
    return graphics.texts;
  }

  @Override
  public Graphics create() {
    return new DrawnText(this);
  }

  @Override
  public void drawString(String text, float x, float y) {
    GlyphVector glyphs = getFont().createGlyphVector(getFontRenderContext(), text);
    add(text, glyphs, x, y);
    super.drawString(text, x, y);
  }

  // Rotated labels of axes.
  @Override
  public void drawGlyphVector(GlyphVector glyphs, float x, float y) {
    add("glyphs", glyphs, x, y);
    super.drawGlyphVector(glyphs, x, y);
  }

  @Override
  public boolean drawImage(Image image, AffineTransform place, ImageObserver observer) {
    return true;
  }

  private void add(String text, GlyphVector glyphs, float x, float y) {
    AffineTransform transform = getTransform();
    Shape ink = transform.createTransformedShape(glyphs.getOutline(x, y));
    double size = glyphs.getFont().getSize2D() * Math.sqrt(Math.abs(transform.getDeterminant()));
    Rectangle2D bounds = ink.getBounds2D();
    if (!bounds.isEmpty()) {
      texts.add(new Text(text, size, bounds));
    }
  }
}
