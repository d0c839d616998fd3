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
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import normsweep.record.Clip;
import normsweep.record.Norm;
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

  private List<Line> accuracyLines(MadeUpSweep sweep) {
    Optional<Figure> figure = AxisFigure.of(SweepEvidence.read(sweep.write(root)));
    return figure.stream()
        .flatMap(found -> found.sheet().panels().stream())
        .flatMap(panel -> ((LinePanel) panel).lines().stream())
        .toList();
  }

  @Test
  void plotsAccuracyAgainstTheNumericAxis() {
    List<Line> lines =
        accuracyLines(
            MadeUpSweep.quick()
                .epochs(2)
                .seeds(1L, 2L, 3L)
                .axes("training.learningRate: [1e-2, 1e-4]")
                .accuracy(
                    t -> (t.settings().label().endsWith("1e-4") ? 0.5 : 0.7) + 0.01 * t.seed()));
    assertEquals(6, lines.size());
    assertEquals("batch norm, no clipping", lines.get(0).label());
    List<Line.Point> points = lines.get(0).points();
    assertEquals(List.of(1e-4, 1e-2), points.stream().map(Line.Point::x).toList());
    assertEquals(52, points.get(0).y(), 1e-9);
    assertEquals(72, points.get(1).y(), 1e-9);
    assertEquals(51, points.get(0).low(), 1e-9);
    assertEquals(53, points.get(0).high(), 1e-9);
  }

  @Test
  void plotsNoAccuracyAgainstOtherAxes() {
    MadeUpSweep sweep = MadeUpSweep.quick().epochs(2);
    assertEquals(List.of(), accuracyLines(sweep));
    assertEquals(List.of(), accuracyLines(sweep.axes("data.flip: [true, false]")));
    assertEquals(
        List.of(), accuracyLines(sweep.axes("model: {hiddenUnits: [8, 9], dropout: [0.1, 0.2]}")));
  }

  @Test
  void plotsNoAccuracyAgainstFewerThanTwoValues() {
    MadeUpSweep sweep =
        MadeUpSweep.quick()
            .epochs(2)
            .norms(Norm.LAYER_NORM)
            .clips(Clip.NONE)
            .axes("model.hiddenUnits: [8, 9]")
            .status("layer-norm.clip-none.seed-1.hiddenUnits-8", TrialResult.Status.PENDING);
    assertEquals(List.of(), accuracyLines(sweep));
    sweep.status("layer-norm.clip-none.seed-1.hiddenUnits-9", TrialResult.Status.PENDING);
    assertEquals(List.of(), accuracyLines(sweep));
  }

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
            "gradient-heatmap",
            "gradient-dynamics"),
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
  void sweepWithoutMeasuredStepsLacksTheirFigures() {
    MadeUpSweep sweep = MadeUpSweep.quick().settings("tracking.dynamicsEvery=0");
    List<String> names =
        SweepFigures.of(SweepEvidence.read(sweep.write(root))).stream().map(Figure::name).toList();
    assertEquals(
        List.of(
            "test-accuracy",
            "curves",
            "gradient-total",
            "gradient-steps",
            "gradient-magnitudes",
            "gradient-magnitudes-time",
            "gradient-heatmap"),
        names);
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
    MadeUpSweep sweep = MadeUpSweep.quick().norms(Norm.LAYER_NORM);
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
