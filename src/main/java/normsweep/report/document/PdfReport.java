package normsweep.report.document;

import com.openhtmltopdf.extend.FSObjectDrawer;
import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.render.DefaultObjectDrawerFactory;
import com.openhtmltopdf.util.XRLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import normsweep.report.figure.Figure.RenderedFigure;
import normsweep.report.figure.Fonts;
import normsweep.report.figure.Sheet;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;

/**
 * The report as PDF.
 *
 * @param bytes the file
 * @param pages number of pages
 */
public record PdfReport(byte[] bytes, int pages) {

  /** Type of the {@code <object>} elements that are replaced by drawn figures. */
  static final String FIGURE_TYPE = "application/x-normsweep-figure";

  // The typesetter would break lines after the point of such a number, or before its unit.
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<=[\\s>])(?:\\([+−]?\\d[\\d.]*[ \u00a0]to[ \u00a0][+−]?\\d[\\d.]*\\)|[+−]?\\d[\\d.]*[ \u00a0]±[ \u00a0]\\d[\\d.]*"
              + "|\\(?(?:[+−]\\d[\\d.]*(?: (?:%|points|nats))?|\\d[\\d.]* (?:%|points|nats))\\)?)"
              + "(?=[^<>]*<)");
  private static final String END = "<!-- end -->";
  private static final String SUMMARY = "<h2 id=\"summary\">";

  /** The main part of a page, without its appendix. */
  public static PdfReport main(String html, List<RenderedFigure> figures) throws IOException {
    return of(
        html.substring(0, html.indexOf(Numbering.APPENDIX)) + html.substring(html.indexOf(END)),
        figures);
  }

  /** The appendix of a page. */
  public static PdfReport appendix(String html, List<RenderedFigure> figures) throws IOException {
    int summary = html.indexOf(SUMMARY);
    return of(
        html.substring(0, summary) + html.substring(html.indexOf(Numbering.APPENDIX)), figures);
  }

  /**
   * Typesets a self-contained page of well-formed HTML. The charts draw its figures directly,
   * because figures would lose their typeface if converted to SVG.
   *
   * @param figures what {@code <object type="application/x-normsweep-figure" data="NAME">} stands
   *     for
   */
  private static PdfReport of(String html, List<RenderedFigure> figures) throws IOException {
    XRLog.setLoggingEnabled(false);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PdfRendererBuilder builder = new PdfRendererBuilder();
    for (Fonts font : Fonts.values()) {
      builder.useFont(
          font::open,
          font.family(),
          font.weight(),
          font.style().equals("italic") ? FontStyle.ITALIC : FontStyle.NORMAL,
          true);
    }
    DefaultObjectDrawerFactory drawers = new DefaultObjectDrawerFactory();
    drawers.registerDrawer(FIGURE_TYPE, drawer(figures));
    builder.useObjectDrawerFactory(drawers);
    builder.withHtmlContent(
        NUMBER.matcher(html).replaceAll("<span class=\"number\">$0</span>"), null);
    builder.withProducer("NormSweep");
    builder.toStream(out);
    builder.run();
    byte[] bytes = out.toByteArray();
    try (PDDocument document = Loader.loadPDF(bytes)) {
      return new PdfReport(bytes, document.getNumberOfPages());
    }
  }

  private static FSObjectDrawer drawer(List<RenderedFigure> figures) {
    return (element, x, y, width, height, device, context, dotsPerPixel) -> {
      String name = element.getAttribute("data");
      Sheet sheet =
          figures.stream()
              .filter(figure -> figure.name().equals(name))
              .map(figure -> figure.figure().sheet())
              .findFirst()
              .orElseThrow();
      float pixelsWide = (float) width / dotsPerPixel;
      float pixelsHigh = (float) height / dotsPerPixel;
      device.drawWithGraphics(
          (float) x,
          (float) y,
          pixelsWide,
          pixelsHigh,
          graphics -> {
            graphics.scale(pixelsWide / sheet.width(), pixelsWide / sheet.width());
            sheet.draw(graphics);
          });
      return Map.of();
    };
  }
}
