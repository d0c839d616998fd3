package normsweep.report.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Rectangle2D;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.figure.Figure;
import normsweep.report.figure.Figure.RenderedFigure;
import normsweep.report.figure.SweepFigures;
import normsweep.report.finding.Findings;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFPictureShape;
import org.apache.poi.xslf.usermodel.XSLFShape;
import org.apache.poi.xslf.usermodel.XSLFSlide;
import org.apache.poi.xslf.usermodel.XSLFTable;
import org.apache.poi.xslf.usermodel.XSLFTextBox;
import org.apache.poi.xslf.usermodel.XSLFTextShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlidesTest {
  static {
    System.setProperty("java.awt.headless", "true");
  }

  @TempDir Path root;

  @Test
  void tenSlidesFitTheirPage() throws Exception {
    try (XMLSlideShow show = slides(MadeUpSweep.quick().gradientScale(t -> 3).landscapes(t -> 2))) {
      assertEquals(10, show.getSlides().size());
      assertEquals("holiday", show.getProperties().getCoreProperties().getTitle());
      Rectangle2D page = new Rectangle2D.Double(0, 0, 960, 540);
      for (XSLFSlide slide : show.getSlides()) {
        List<XSLFShape> shapes = slide.getShapes();
        for (XSLFShape shape : shapes) {
          assertTrue(page.contains(shape.getAnchor()), slide.getSlideNumber() + ": " + shape);
          assertNoBlankLine(slide, shape);
          assertNoSmallLetters(slide, shape);
          for (XSLFShape other : shapes.subList(shapes.indexOf(shape) + 1, shapes.size())) {
            assertFalse(
                shape.getAnchor().intersects(other.getAnchor()),
                () -> slide.getSlideNumber() + ": " + shape + " covers " + other);
          }
        }
        assertEquals(
            1,
            shapes.stream()
                .filter(one -> one instanceof XSLFPictureShape || one instanceof XSLFTable)
                .filter(one -> one.getAnchor().getHeight() > page.getHeight() / 2)
                .count(),
            slide.getSlideNumber() + ": one figure or table, which fills the slide");
      }
      assertTrue(text(show).contains("Clipping at 1.0 changed"), text(show));
      assertTrue(
          text(show).contains("One seed cannot tell what gradient clipping does"), text(show));
      assertTrue(text(show).contains("Sweep holiday"), text(show));
    }
  }

  @Test
  void slidesWithoutDataAreLeftOut() throws Exception {
    try (XMLSlideShow show =
        slides(
            MadeUpSweep.quick()
                .norms(Norm.LAYER_NORM)
                .clips(Clip.NONE)
                .status("layer-norm.clip-none.seed-1", TrialResult.Status.PENDING))) {
      assertEquals(4, show.getSlides().size());
      assertTrue(text(show).contains("0 of 1 trials completed"), text(show));
    }
  }

  @Test
  void clippingSlideIsTitledByItsEffect() throws Exception {
    MadeUpSweep sweep =
        MadeUpSweep.quick()
            .seeds(1L, 2L, 3L)
            .accuracy(
                t ->
                    0.7
                        + 0.001 * t.seed()
                        + (t.norm() == Norm.LAYER_NORM && t.clip().active() ? 0.02 : 0));
    try (XMLSlideShow show = slides(sweep)) {
      assertTrue(
          text(show).contains("Clipping changed the test accuracy of layer norm beyond noise"),
          text(show));
    }
  }

  private static void assertNoBlankLine(XSLFSlide slide, XSLFShape shape) {
    if (shape instanceof XSLFTextBox box) {
      box.getTextParagraphs()
          .forEach(
              paragraph ->
                  assertFalse(
                      paragraph.getText().isBlank(),
                      slide.getSlideNumber() + ": " + box.getText()));
    }
  }

  private static void assertNoSmallLetters(XSLFSlide slide, XSLFShape shape) {
    Stream<? extends XSLFTextShape> texts =
        shape instanceof XSLFTable table
            ? table.getRows().stream().flatMap(row -> row.getCells().stream())
            : Stream.of(shape)
                .filter(XSLFTextShape.class::isInstance)
                .map(XSLFTextShape.class::cast);
    texts
        .flatMap(one -> one.getTextParagraphs().stream())
        .flatMap(paragraph -> paragraph.getTextRuns().stream())
        .forEach(
            run ->
                assertTrue(
                    run.getFontSize() >= 14, slide.getSlideNumber() + ": " + run.getRawText()));
  }

  private XMLSlideShow slides(MadeUpSweep sweep) throws Exception {
    SweepFolder folder = sweep.epochs(3).write(root.resolve("holiday"));
    SweepEvidence evidence = SweepEvidence.read(folder);
    List<RenderedFigure> figures = SweepFigures.of(evidence).stream().map(Figure::render).toList();
    byte[] bytes = Slides.of(folder, evidence, Findings.of(evidence), figures);
    return new XMLSlideShow(new ByteArrayInputStream(bytes));
  }

  private static String text(XMLSlideShow show) {
    return show.getSlides().stream()
        .flatMap(slide -> slide.getShapes().stream())
        .filter(XSLFTextShape.class::isInstance)
        .map(shape -> ((XSLFTextShape) shape).getText())
        .collect(Collectors.joining("\n"));
  }
}
