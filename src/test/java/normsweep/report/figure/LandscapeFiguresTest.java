package normsweep.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import normsweep.landscape.LandscapeSettings;
import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;
import normsweep.landscape.PlaneLoss;
import normsweep.landscape.Scope;
import normsweep.landscape.SurfaceMeasures;
import normsweep.landscape.SweepLandscape;
import normsweep.landscape.TrajectoryPlane.PathPoint;
import normsweep.landscape.TrialLandscape;
import normsweep.record.SweepFolder;
import normsweep.report.document.SurfacesPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LandscapeFiguresTest {
  static {
    System.setProperty("java.awt.headless", "true");
  }

  private static final LandscapeSettings SETTINGS =
      new LandscapeSettings(Scope.HEAD, 21, 1, 40, 1, 0.25, 3);

  @TempDir Path root;

  private static LossSurface surface(PlaneLoss loss) {
    return LossSurface.of(PlaneGrid.centred(21, 1), loss);
  }

  private static TrialLandscape trial(String id, boolean withPath) {
    LossSurface bowl = surface((a, b) -> 1 + a * a + b * b);
    List<PathPoint> points =
        List.of(new PathPoint(0, -0.6, 0.4), new PathPoint(1, -0.2, 0.5), new PathPoint(2, 0, 0));
    return new TrialLandscape(
        TrialLandscape.SCHEMA,
        id,
        "trial " + id,
        "key",
        SETTINGS,
        40,
        1,
        1,
        SurfaceMeasures.of(bowl, 0.25),
        bowl,
        withPath ? new TrialLandscape.Path(new double[] {0.7, 0.2}, points, bowl) : null);
  }

  private List<TrialLandscape> write() throws IOException {
    List<TrialLandscape> trials = List.of(trial("one", true), trial("two", false));
    SweepLandscape shared =
        new SweepLandscape(
            1, SETTINGS, 40, List.of("1/0", "1/1"), 1, 3, List.of("one", "two"), Map.of());
    LandscapeFigures.write(new SweepFolder(root), shared, trials, List.of());
    SurfacesPage.write(new SweepFolder(root), shared, trials);
    return trials;
  }

  @Test
  void picturesAreWholeInBothFormats() throws Exception {
    write();
    List<String> names = new ArrayList<>(List.of("path", "path-one"));
    for (String kind : List.of("contour", "surface")) {
      names.addAll(List.of(kind, kind + "-one", kind + "-two"));
    }
    for (String name : names) {
      Path file = root.resolve("figures").resolve("landscape-" + name);
      int trials = name.matches("contour|surface") ? 2 : 1;
      assertEquals(trials * 800, ImageIO.read(Path.of(file + ".png").toFile()).getWidth(), name);
      assertEquals(
          "svg",
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(Path.of(file + ".svg").toFile())
              .getDocumentElement()
              .getTagName());
    }
    assertFalse(Files.exists(root.resolve("figures/landscape-path-two.png")));
  }

  @Test
  void lettersNameDirectionsLossesAndPath() throws IOException {
    write();
    String contour = Files.readString(root.resolve("figures/landscape-contour-one.svg"));
    for (String text :
        List.of("trial one", "first direction", "\u22121", "loss minus", ">0.02<", ">0.5<")) {
      assertTrue(contour.contains(text), text);
    }
    String path = Files.readString(root.resolve("figures/landscape-path-one.svg"));
    for (String text : List.of("1st principal direction", "70 %", "start", "epoch 2")) {
      assertTrue(path.contains(text), text);
    }
    String surface = Files.readString(root.resolve("figures/landscape-surface-one.svg"));
    for (String text :
        List.of("trial one", "a (filter norms)", "loss (nats, log scale)", ">3.00<")) {
      assertTrue(surface.contains(text), text);
    }
  }

  @Test
  void thePageNeedsNoNetwork() throws IOException {
    write();
    String page = Files.readString(root.resolve("figures/landscape.html"));
    assertTrue(page.contains("trial one") && page.contains("trial two"), "a trial is missing");
    assertFalse(page.contains("<script src") || page.contains("<link"), "the page loads something");
    assertTrue(page.contains("Plotly"), "the library is missing");
    assertTrue(page.contains("roughness (1 = one valley)"), "a figure is missing");
  }

  private static BufferedImage drawn(Sheet.Panel panel) {
    BufferedImage image = new BufferedImage(640, 524, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(Color.WHITE);
    graphics.fillRect(0, 0, 640, 524);
    panel.draw(graphics, new Rectangle2D.Double(0, 0, 640, 524));
    graphics.dispose();
    return image;
  }

  @Test
  void logarithmicRampHasEvenContourBands() {
    LossScale scale = LossScale.of(Math.exp(-1), Math.exp(1));
    LossSurface ramp = surface((a, b) -> Math.exp(a));
    BufferedImage image = drawn(new ContourPanel("", ramp, null, scale));
    int row = 150;
    int[] widths = new int[LossScale.BANDS];
    int[] firsts = new int[LossScale.BANDS];
    for (int band = 0; band < widths.length; band++) {
      int rgb = scale.band(band).getRGB();
      int[] columns = IntStream.range(0, 640).filter(x -> image.getRGB(x, row) == rgb).toArray();
      widths[band] = columns.length;
      firsts[band] = columns[0];
    }
    for (int band = 1; band < widths.length; band++) {
      assertTrue(firsts[band] > firsts[band - 1], "band " + band);
      assertEquals(widths[0], widths[band], 3, "band " + band);
    }
    assertTrue(widths[0] > 30, "bands fill the chart");
  }

  @Test
  void savedModelIsMarkedAtOrigin() {
    LossScale scale = LossScale.of(1, 3);
    LossSurface flat = surface((a, b) -> 1);
    BufferedImage image = drawn(new ContourPanel("", flat, null, scale));
    int dark = scale.band(0).getRGB();
    int[] columns = IntStream.range(0, 640).filter(x -> image.getRGB(x, 100) == dark).toArray();
    int[] rows = IntStream.range(0, 524).filter(y -> image.getRGB(columns[9], y) == dark).toArray();
    int x = (columns[0] + columns[columns.length - 1]) / 2;
    int y = (rows[0] + rows[rows.length - 1]) / 2;
    assertEquals(Color.WHITE.getRGB(), image.getRGB(x, y));
    assertEquals(dark, image.getRGB(x + 20, y));
  }

  @Test
  void pathIsDrawnAcrossItsPlane() {
    LossScale scale = LossScale.of(1, 3);
    LossSurface flat = surface((a, b) -> 1);
    List<PathPoint> points =
        List.of(new PathPoint(0, -0.5, 0.5), new PathPoint(1, 0.5, 0.5), new PathPoint(2, 0, 0));
    TrialLandscape.Path path = new TrialLandscape.Path(new double[] {0.7, 0.2}, points, flat);
    BufferedImage image = drawn(new ContourPanel("", flat, path, scale));
    int dark = scale.band(0).getRGB();
    int[] columns = IntStream.range(0, 640).filter(x -> image.getRGB(x, 100) == dark).toArray();
    int[] rows = IntStream.range(0, 524).filter(y -> image.getRGB(columns[9], y) == dark).toArray();
    int left = columns[0];
    int top = rows[0];
    int width = columns[columns.length - 1] - left;
    int height = rows[rows.length - 1] - top;
    assertTrue(reddish(image, left + width / 2, top + height / 4), "between two epochs");
    assertFalse(reddish(image, left + width / 8, top + height / 4), "before the start");
    assertFalse(reddish(image, left + width / 2, top + 3 * height / 4), "below the path");
  }

  // The line is thinner than two pixels, so its brightest row may be beside the one computed.
  private static boolean reddish(BufferedImage image, int x, int y) {
    return IntStream.rangeClosed(y - 2, y + 2)
        .anyMatch(row -> new Color(image.getRGB(x, row)).getRed() > 150);
  }

  private static long floor(PlaneLoss loss, LossScale scale) {
    BufferedImage image = drawn(new SurfacePanel("", surface(loss), scale));
    int dark = ColorScale.at(0).getRGB();
    return IntStream.range(0, 640 * 524)
        .filter(i -> image.getRGB(i % 640, i / 640) == dark)
        .count();
  }

  @Test
  void surfacesHideWhatLiesBehindThem() {
    LossScale scale = LossScale.of(1, 10);
    long all = floor((a, b) -> 1, scale);
    long wallBehind = floor((a, b) -> b > 0.5 ? 10 : 1, scale);
    long wallBefore = floor((a, b) -> b < -0.5 ? 10 : 1, scale);
    assertTrue(all > 10_000, all + " pixels of floor");
    assertTrue(wallBehind > 0.5 * all, wallBehind + " of " + all);
    assertTrue(wallBefore < 0.5 * wallBehind, wallBefore + " before, " + wallBehind + " behind");
  }

  @Test
  void higherLossesAreDrawnHigher() {
    LossScale scale = LossScale.of(1, 10);
    int last = Integer.MAX_VALUE;
    for (double loss : new double[] {1, 2, 5, 10}) {
      BufferedImage image = drawn(new SurfacePanel("", surface((a, b) -> loss), scale));
      int rgb = ColorScale.at(scale.share(loss)).getRGB();
      int top =
          IntStream.range(0, 640 * 524)
                  .filter(i -> image.getRGB(i % 640, i / 640) == rgb)
                  .findFirst()
                  .orElseThrow()
              / 640;
      assertTrue(top < last, loss + " lies at " + top);
      last = top;
    }
  }
}
