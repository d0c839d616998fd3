package normsweep.report.document;

import static normsweep.report.analysis.Sentences.say;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import normsweep.record.SweepFolder;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.Tables.Table;
import normsweep.report.figure.Figure;
import normsweep.report.figure.Palette;
import normsweep.report.figure.RenderedFigure;
import normsweep.report.finding.Finding;
import normsweep.report.finding.Finding.Topic;
import normsweep.report.finding.Findings;
import org.apache.poi.sl.usermodel.PictureData.PictureType;
import org.apache.poi.sl.usermodel.ShapeType;
import org.apache.poi.sl.usermodel.TableCell.BorderEdge;
import org.apache.poi.sl.usermodel.TextParagraph.TextAlign;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFAutoShape;
import org.apache.poi.xslf.usermodel.XSLFSlide;
import org.apache.poi.xslf.usermodel.XSLFTable;
import org.apache.poi.xslf.usermodel.XSLFTableCell;
import org.apache.poi.xslf.usermodel.XSLFTableRow;
import org.apache.poi.xslf.usermodel.XSLFTextBox;
import org.apache.poi.xslf.usermodel.XSLFTextParagraph;
import org.apache.poi.xslf.usermodel.XSLFTextRun;

/** The report as twelve slides, 16:9, and one more if the sweep has an axis of numbers. */
public final class Slides {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 540;
  private static final int MARGIN = 42;
  private static final int TOP = 92;
  private static final int TABLE_ROWS = 12;
  private static final double FIRST_COLUMN = 250;

  private final XMLSlideShow show;
  private final SweepEvidence sweep;
  private final Findings findings;
  private final List<RenderedFigure> figures;

  private Slides(
      XMLSlideShow show, SweepEvidence sweep, Findings findings, List<RenderedFigure> figures) {
    this.show = show;
    this.sweep = sweep;
    this.findings = findings;
    this.figures = figures;
  }

  /** Makes the slides of a sweep. */
  public static byte[] of(
      SweepFolder folder, SweepEvidence sweep, Findings findings, List<RenderedFigure> figures)
      throws IOException {
    try (XMLSlideShow show = new XMLSlideShow()) {
      show.setPageSize(new java.awt.Dimension(WIDTH, HEIGHT));
      new Slides(show, sweep, findings, figures).make(LandscapePictures.of(folder, sweep));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      show.write(out);
      return out.toByteArray();
    }
  }

  private void make(List<LandscapePictures> landscapes) throws IOException {
    title();
    text("Question and set-up", setUp());
    text("Main results", texts(Topic.EVIDENCE, Topic.ACCURACY));
    figure("Test accuracy", "test-accuracy", List.of());
    if (figures.stream().anyMatch(found -> found.name().equals("accuracy-by-setting"))) {
      figure("Test accuracy by setting", "accuracy-by-setting", List.of());
    }
    table("Accuracy and loss", Tables.accuracy(1, sweep));
    figure("Learning curves", "curves", List.of());
    text(
        "Speed, steadiness, generalisation",
        texts(Topic.CONVERGENCE, Topic.STABILITY, Topic.GENERALISATION));
    figure("Effect of clipping", "gradient-total", first(texts(Topic.CLIPPING), 3));
    figure(
        "Clipping factor and gradient noise", "gradient-steps", first(texts(Topic.GRADIENTS), 2));
    figure("Gradients by layer", "gradient-heatmap", List.of());
    landscape(landscapes);
    List<String> last = new ArrayList<>(first(findings.recommendations(), 4));
    last.addAll(first(SetUp.limits(sweep), 3));
    text("Guidelines and limits", last);
  }

  private void title() {
    XSLFSlide slide = show.createSlide();
    String title = "How head normalisation and gradient clipping affect transfer learning";
    headline(slide, 150, 120, title, 34);
    String subtitle =
        say(
            "MobileNetV2 on CIFAR-10 · sweep %s · %d of %d trials completed",
            sweep.config().name(), sweep.completed().size(), sweep.trials().size());
    note(slide, 300, 80, subtitle, 20);
  }

  private List<String> setUp() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Which norm should the head of a fine-tuned network use, and does gradient clipping"
            + " help?");
    Map<String, String> rows = SetUp.rows(sweep);
    for (String key : List.of("Weights", "Split", "Grid", "Budget", "Versions, machine")) {
      lines.add(key + ": " + rows.get(key));
    }
    sweep.missing().stream().limit(3).forEach(line -> lines.add("Missing: " + line));
    return lines;
  }

  // Conclusions first, because a talk has time for little else.
  private List<String> texts(Topic... topics) {
    return Stream.of(topics)
        .flatMap(topic -> findings.about(topic).stream())
        .sorted(Comparator.comparing(Finding::strength))
        .map(Finding::text)
        .toList();
  }

  private static List<String> first(List<String> texts, int most) {
    return texts.stream().limit(most).toList();
  }

  private XSLFSlide heading(String title) {
    XSLFSlide slide = show.createSlide();
    headline(slide, 26, 50, title, 28);
    XSLFAutoShape rule = slide.createAutoShape();
    rule.setShapeType(ShapeType.RECT);
    rule.setAnchor(new Rectangle2D.Double(MARGIN + 7, 74, 64, 3));
    rule.setFillColor(Palette.BLUE);
    XSLFTextParagraph number = paragraph(slide, WIDTH - 90, HEIGHT - 34, 60, 24);
    number.setTextAlign(TextAlign.RIGHT);
    run(number, Integer.toString(show.getSlides().size()), 12, false, Palette.SOFT);
    return slide;
  }

  private void text(String title, List<String> lines) {
    XSLFSlide slide = heading(title);
    List<String> shown = lines.isEmpty() ? List.of("No trial has completed yet.") : first(lines, 7);
    bullets(slide, shown, TOP, HEIGHT - TOP - 40);
  }

  private void figure(String title, String name, List<String> lines) {
    XSLFSlide slide = heading(title);
    Optional<RenderedFigure> found =
        figures.stream().filter(figure -> figure.name().equals(name)).findFirst();
    if (found.isEmpty()) {
      bullets(slide, List.of("There is no data for this figure yet."), TOP, 100);
      return;
    }
    double below = lines.isEmpty() ? 0 : 22 + 40.0 * lines.size();
    Figure drawn = found.get().figure();
    double ratio = drawn.sheet().height() / drawn.sheet().width();
    double width = Math.min(WIDTH - 2.0 * MARGIN, (HEIGHT - TOP - 60 - below) / ratio);
    picture(slide, found.get().png(), (WIDTH - width) / 2, TOP, width, width * ratio);
    double top = TOP + width * ratio;
    note(slide, top, 36, drawn.caption(), 11);
    if (!lines.isEmpty()) {
      bullets(slide, lines, top + 34, below);
    }
  }

  private void picture(
      XSLFSlide slide, byte[] png, double left, double top, double width, double height) {
    slide
        .createPicture(show.addPicture(png, PictureType.PNG))
        .setAnchor(new Rectangle2D.Double(left, top, width, height));
  }

  private void landscape(List<LandscapePictures> landscapes) throws IOException {
    XSLFSlide slide = heading("Loss landscapes");
    List<String> lines = new ArrayList<>(first(texts(Topic.LANDSCAPE), 2));
    if (landscapes.isEmpty()) {
      lines.add("This folder has no pictures of loss surfaces; the landscape command draws them.");
      bullets(slide, lines, TOP, 300);
      return;
    }
    List<byte[]> pictures = landscapes.get(0).pictures();
    int columns = Math.min(3, pictures.size());
    double cell = pictures.size() > 3 ? 165 : 280;
    for (int i = 0; i < pictures.size(); i++) {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(pictures.get(i)));
      double ratio = (double) image.getHeight() / image.getWidth();
      double width = Math.min((WIDTH - 2.0 * MARGIN) / 3 - 8, cell / ratio);
      double left = (WIDTH - columns * (width + 8)) / 2 + i % 3 * (width + 8);
      int row = i / 3;
      picture(slide, pictures.get(i), left, TOP + row * cell, width, width * ratio);
    }
    bullets(slide, lines, TOP + 338, 80);
  }

  private void table(String title, Table table) {
    XSLFSlide slide = heading(title);
    List<List<String>> rows = table.rows();
    XSLFTable grid = slide.createTable();
    grid.setAnchor(new Rectangle2D.Double(MARGIN, TOP + 6, WIDTH - 2 * MARGIN, 300));
    row(grid, table.header(), true);
    rows.stream().limit(TABLE_ROWS).forEach(cells -> row(grid, cells, false));
    int columns = table.header().size();
    for (int column = 0; column < columns; column++) {
      double others = (WIDTH - 2 * MARGIN - FIRST_COLUMN) / (columns - 1);
      grid.setColumnWidth(column, column == 0 ? FIRST_COLUMN : others);
    }
    String rest =
        rows.size() > TABLE_ROWS
            ? say(
                " The first %d of %d rows; the report lists all of them.", TABLE_ROWS, rows.size())
            : "";
    XSLFTextParagraph caption = paragraph(slide, MARGIN, HEIGHT - 66, WIDTH - 2 * MARGIN - 60, 36);
    run(caption, table.caption() + rest, 11, false, Palette.SOFT);
  }

  private static void row(XSLFTable grid, List<String> cells, boolean header) {
    XSLFTableRow row = grid.addRow();
    row.setHeight(24);
    for (int i = 0; i < cells.size(); i++) {
      XSLFTableCell cell = row.addCell();
      XSLFTextParagraph paragraph = cell.addNewTextParagraph();
      paragraph.setTextAlign(i == 0 ? TextAlign.LEFT : TextAlign.RIGHT);
      run(paragraph, cells.get(i), 12, header, Palette.TEXT);
      cell.setBorderColor(BorderEdge.bottom, header ? Palette.TEXT : Palette.RULE);
      cell.setBorderWidth(BorderEdge.bottom, header ? 1.2 : 0.5);
    }
  }

  // The size depends on the amount of text, because viewers do not shrink text that they did not
  // write.
  private static void bullets(XSLFSlide slide, List<String> lines, double top, double height) {
    XSLFTextBox box = box(slide, MARGIN, top, WIDTH - 2.0 * MARGIN, height);
    double size = 20;
    while (size > 11 && needed(lines, size) > height) {
      size -= 1;
    }
    for (String line : lines) {
      XSLFTextParagraph paragraph = box.addNewTextParagraph();
      paragraph.setBullet(true);
      paragraph.setLeftMargin(18.0);
      paragraph.setIndent(-16.0);
      paragraph.setSpaceAfter(-size * 0.4);
      run(paragraph, line, size, false, Palette.TEXT);
    }
  }

  // Letters of this typeface are about half as wide as the type size.
  private static double needed(List<String> lines, double size) {
    double perLine = (WIDTH - 2 * MARGIN - 30) / (0.5 * size);
    return lines.stream()
        .mapToDouble(line -> Math.ceil(line.length() / perLine) * size * 1.22 + size * 0.4)
        .sum();
  }

  private static void headline(
      XSLFSlide slide, double top, double height, String text, double size) {
    run(paragraph(slide, MARGIN, top, WIDTH - 2 * MARGIN, height), text, size, true, Palette.TEXT);
  }

  private static void note(XSLFSlide slide, double top, double height, String text, double size) {
    run(paragraph(slide, MARGIN, top, WIDTH - 2 * MARGIN, height), text, size, false, Palette.SOFT);
  }

  private static XSLFTextParagraph paragraph(
      XSLFSlide slide, double left, double top, double width, double height) {
    return box(slide, left, top, width, height).addNewTextParagraph();
  }

  // A new text box contains an empty paragraph, which would push the text down by one line.
  private static XSLFTextBox box(
      XSLFSlide slide, double left, double top, double width, double height) {
    XSLFTextBox box = slide.createTextBox();
    box.clearText();
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
