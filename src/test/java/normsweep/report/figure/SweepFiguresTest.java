package normsweep.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import normsweep.record.Clip;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.SweepEvidence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class SweepFiguresTest {
  static {
    System.setProperty("java.awt.headless", "true");
  }

  @TempDir Path root;

  @Test
  void writesFiguresAsPngAndSvg() throws Exception {
    SweepEvidence sweep = SweepEvidence.read(MadeUpSweep.quick().write(root));
    List<Figure> figures = SweepFigures.of(sweep);
    assertEquals(
        List.of(
            "test-accuracy",
            "curves",
            "gradient-total",
            "gradient-steps",
            "gradient-magnitudes",
            "gradient-magnitudes-time",
            "gradient-layers",
            "gradient-heatmap"),
        figures.stream().map(Figure::name).toList());
    Path folder = root.resolve("figures");
    for (Figure figure : figures) {
      List<Path> files = figure.render().write(folder);
      BufferedImage picture = ImageIO.read(files.get(0).toFile());
      assertEquals(1600, picture.getWidth());
      assertTrue(colors(picture).size() > 20, figure.name() + " is empty");
      Element svg =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(Files.readString(files.get(1)))))
              .getDocumentElement();
      assertEquals("svg", svg.getLocalName() == null ? svg.getTagName() : svg.getLocalName());
      assertTrue(svg.getElementsByTagName("text").getLength() > 5, figure.name());
    }
  }

  @Test
  void identifiersDifferBetweenFigures() {
    SweepEvidence sweep = SweepEvidence.read(MadeUpSweep.quick().write(root));
    Set<String> seen = new HashSet<>();
    for (Figure figure : SweepFigures.of(sweep)) {
      java.util.regex.Matcher ids =
          java.util.regex.Pattern.compile("\\bid=\"([^\"]+)\"").matcher(figure.svg());
      while (ids.find()) {
        assertTrue(seen.add(ids.group(1)), ids.group(1));
      }
    }
    assertFalse(seen.isEmpty());
  }

  @Test
  void manyClippingChoicesStillFit() {
    SweepEvidence sweep =
        SweepEvidence.read(
            MadeUpSweep.quick()
                .epochs(2)
                .clips(
                    Clip.NONE,
                    Clip.globalNorm(0.1),
                    Clip.globalNorm(0.5),
                    Clip.globalNorm(1),
                    Clip.globalNorm(5))
                .write(root));
    assertEquals(15, TrialGroup.of(sweep).size());
    assertEquals(6, TrialGroup.atMost(sweep, 6).size());
    assertEquals(
        List.of(Clip.NONE, Clip.globalNorm(5)),
        TrialGroup.atMost(sweep, 6).stream().map(TrialGroup::clip).distinct().toList());
    for (Figure figure : SweepFigures.of(sweep)) {
      assertTrue(figure.sheet().height() < 700, figure.name());
    }
  }

  @Test
  void pendingSweepHasNoFigures() {
    MadeUpSweep sweep = MadeUpSweep.quick().norms(normsweep.record.Norm.LAYER_NORM);
    sweep.status("layer-norm.clip-none.seed-1", TrialResult.Status.PENDING);
    sweep.status("layer-norm.clip-1.0.seed-1", TrialResult.Status.PENDING);
    assertEquals(List.of(), SweepFigures.of(SweepEvidence.read(sweep.write(root))));
  }

  @Test
  void colourScaleGetsSteadilyLighter() {
    ColorScale scale = new ColorScale(0, 1);
    double last = -1;
    for (int i = 0; i <= 20; i++) {
      java.awt.Color color = scale.getPaint(i / 20.0);
      double luminance =
          0.2126 * color.getRed() + 0.7152 * color.getGreen() + 0.0722 * color.getBlue();
      assertTrue(luminance > last, "at " + i);
      last = luminance;
    }
  }

  private static Set<Integer> colors(BufferedImage picture) throws IOException {
    Set<Integer> colors = new HashSet<>();
    for (int y = 0; y < picture.getHeight(); y += 3) {
      for (int x = 0; x < picture.getWidth(); x += 3) {
        colors.add(picture.getRGB(x, y));
      }
    }
    return colors;
  }

  @Test
  void pngIsAWholePicture() throws IOException {
    SweepEvidence sweep = SweepEvidence.read(MadeUpSweep.quick().epochs(2).write(root));
    byte[] png = SweepFigures.of(sweep).get(0).png();
    assertTrue(ImageIO.read(new ByteArrayInputStream(png)).getHeight() > 100);
  }
}
