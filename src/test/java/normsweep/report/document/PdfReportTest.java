package normsweep.report.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import normsweep.report.figure.Figure;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.junit.jupiter.api.Test;

class PdfReportTest {
  private static final int SIDE = 32;

  @Test
  void picturesKeepEveryPixel() throws IOException {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int i = 0; i < SIDE * SIDE; i++) {
      picture.setRGB(
          i % SIDE,
          i / SIDE,
          ((8 * (i % SIDE)) << 16) | ((8 * (i / SIDE)) << 8) | random.nextInt(99));
    }
    String html =
        "<html><head><style>%s</style></head><body><table class=\"gallery\"><tr><td><img src=\"%s\"/>"
            + "</td></tr></table>%s<!-- end --></body></html>";
    String page =
        html.replaceFirst("%s", Matcher.quoteReplacement(css()))
            .replaceFirst("%s", ReportModel.png(Figure.png(picture)))
            .replaceFirst("%s", Numbering.APPENDIX);
    List<BufferedImage> found = images(PdfReport.main(page, List.of()).bytes());
    assertEquals(1, found.size());
    for (int i = 0; i < SIDE * SIDE; i++) {
      assertEquals(
          picture.getRGB(i % SIDE, i / SIDE),
          found.get(0).getRGB(i % SIDE, i / SIDE),
          "pixel " + i);
    }
  }

  private static String css() throws IOException {
    return new String(
        PdfReport.class.getResourceAsStream("/normsweep/report/report.css").readAllBytes(),
        StandardCharsets.UTF_8);
  }

  private static List<BufferedImage> images(byte[] pdf) throws IOException {
    List<BufferedImage> found = new ArrayList<>();
    try (PDDocument document = Loader.loadPDF(pdf)) {
      PDResources resources = document.getPage(0).getResources();
      for (COSName name : resources.getXObjectNames()) {
        if (resources.getXObject(name) instanceof PDImageXObject image) {
          found.add(image.getImage());
        }
      }
    }
    return found;
  }
}
