package normsweep.report;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import normsweep.record.SweepFolder;
import normsweep.report.Report.Typeset;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.HtmlReport;
import normsweep.report.document.PdfReport;
import normsweep.report.figure.Figure;
import normsweep.report.figure.Figure.RenderedFigure;
import normsweep.report.figure.SweepFigures;
import normsweep.report.finding.Findings;

/**
 * What a report says, on its page and in its main part in print: without the files of its figures,
 * notebook and slides, which take most of the time.
 */
final class DraftReport {
  /** Figures whose pixels are printed, so that the typesetter asks for their size. */
  private static final Set<String> PIXELS = Set.of("gradient-heatmap", "gradient-magnitudes-time");

  private static final byte[] NONE = {};

  private final SweepFolder folder;
  private final SweepEvidence sweep;
  private final Findings findings;
  private final List<RenderedFigure> figures;
  private final Typeset typeset;

  DraftReport(SweepFolder folder) throws IOException {
    this.folder = folder;
    sweep = SweepEvidence.read(folder);
    findings = Findings.of(sweep);
    figures = SweepFigures.of(sweep).stream().map(DraftReport::rendered).toList();
    typeset = Report.typeset(folder, sweep, findings, figures);
  }

  private static RenderedFigure rendered(Figure figure) {
    return PIXELS.contains(figure.name())
        ? figure.render()
        : new RenderedFigure(figure, NONE, "<svg></svg>");
  }

  /** The page, with empty figures. */
  String page() throws IOException {
    return HtmlReport.render(folder, sweep, findings, figures, typeset.demoted(), false);
  }

  /** The main part in print, with its figures. */
  PdfReport print() {
    return typeset.main();
  }
}
