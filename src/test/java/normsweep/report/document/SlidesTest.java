package normsweep.report.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Rectangle2D;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.figure.Figure;
import normsweep.report.figure.RenderedFigure;
import normsweep.report.figure.SweepFigures;
import normsweep.report.finding.Findings;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFShape;
import org.apache.poi.xslf.usermodel.XSLFSlide;
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
  void twelveSlidesFitTheirPage() throws Exception {
    try (XMLSlideShow show = slides(MadeUpSweep.quick().seeds(1L, 2L).gradientScale(t -> 3))) {
      assertEquals(12, show.getSlides().size());
      Rectangle2D page = new Rectangle2D.Double(0, 0, 960, 540);
      for (XSLFSlide slide : show.getSlides()) {
        for (XSLFShape shape : slide.getShapes()) {
          assertTrue(page.contains(shape.getAnchor()), slide.getSlideNumber() + ": " + shape);
          assertNoBlankLine(slide, shape);
        }
      }
      assertTrue(text(show).contains("Clipping at 1.0 changed"), text(show));
      assertEquals(5, show.getPictureData().size());
    }
  }

  @Test
  void slidesSayThatNothingCompleted() throws Exception {
    try (XMLSlideShow show =
        slides(
            MadeUpSweep.quick()
                .norms(Norm.LAYER_NORM)
                .clips(Clip.NONE)
                .status("layer-norm.clip-none.seed-1", TrialResult.Status.PENDING))) {
      assertEquals(12, show.getSlides().size());
      assertTrue(text(show).contains("No trial has completed yet"));
      assertTrue(text(show).contains("There is no data for this figure yet."));
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

  private XMLSlideShow slides(MadeUpSweep sweep) throws Exception {
    SweepFolder folder = sweep.epochs(3).write(root);
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
