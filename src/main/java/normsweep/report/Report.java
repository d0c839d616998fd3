package normsweep.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.record.SweepFolder;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.HtmlReport;
import normsweep.report.document.PdfReport;
import normsweep.report.document.Slides;
import normsweep.report.figure.Figure;
import normsweep.report.figure.Fonts;
import normsweep.report.figure.RenderedFigure;
import normsweep.report.figure.SweepFigures;
import normsweep.report.finding.Findings;
import normsweep.report.notebook.Notebook;

/** Writes the report documents of a sweep folder. */
public final class Report {
  private static final int MOST_PAGES = 8;
  // Left out first if the PDF would be too long; the HTML page and the folder contain them all.
  private static final List<Set<String>> DISPENSABLE =
      List.of(
          Set.of(),
          Set.of("gradient-magnitudes-time"),
          Set.of("gradient-magnitudes-time", "gradient-layers"),
          Set.of("gradient-magnitudes-time", "gradient-layers", "gradient-steps"),
          Set.of(
              "gradient-magnitudes-time",
              "gradient-layers",
              "gradient-steps",
              "gradient-heatmap",
              "gradient-magnitudes"));

  private Report() {}

  /**
   * Writes {@code report.html}, {@code report.pdf}, {@code slides.pptx}, {@code analysis.ipynb} and
   * {@code figures/} of a sweep, finished or not. Every file is written atomically: an interrupted
   * report leaves complete files, old or new.
   *
   * @return the files written
   * @throws NormSweepException exit code 1 if a file cannot be written, 2 if it is not a sweep
   *     folder
   */
  public static List<Path> write(SweepFolder folder) {
    Fonts.check();
    try {
      return documents(folder);
    } catch (IOException | UncheckedIOException e) {
      throw NormSweepException.unwritable("The report of " + folder.root(), e);
    }
  }

  private static List<Path> documents(SweepFolder folder) throws IOException {
    SweepEvidence sweep = SweepEvidence.read(folder);
    Findings findings = Findings.of(sweep);
    List<Figure> shared = SweepFigures.of(sweep);
    List<Figure> single = SweepFigures.ofTrials(sweep);
    List<Path> written = new ArrayList<>();
    try (Progress progress =
        Progress.of("Writing report", shared.size() + single.size() + 4, "files")) {
      // Drawing takes most of the time, and figures are independent of each other.
      List<RenderedFigure> figures = drawn(shared, progress);
      for (RenderedFigure figure : figures) {
        written.addAll(figure.write(folder.figures()));
      }
      for (RenderedFigure figure : drawn(single, progress)) {
        written.addAll(figure.write(folder.figures()));
      }
      // The notebook's cells run in a separate process; the PDF is typeset at the same time.
      CompletableFuture<byte[]> cells =
          CompletableFuture.supplyAsync(() -> notebook(folder, sweep, findings));
      Path html = folder.root().resolve("report.html");
      AtomicFiles.writeString(html, HtmlReport.render(folder, sweep, findings, figures, false));
      written.add(html);
      progress.step(1);
      Path pdf = folder.root().resolve("report.pdf");
      PdfReport report = pdf(folder, sweep, findings, figures);
      AtomicFiles.write(pdf, out -> out.write(report.bytes()));
      written.add(pdf);
      progress.step(1);
      Path slides = folder.root().resolve("slides.pptx");
      byte[] show = Slides.of(folder, sweep, findings, figures);
      AtomicFiles.write(slides, out -> out.write(show));
      written.add(slides);
      progress.step(1);
      Path notebook = folder.root().resolve("analysis.ipynb");
      byte[] run = finished(cells);
      AtomicFiles.write(notebook, out -> out.write(run));
      written.add(notebook);
      progress.step(1);
    }
    return written;
  }

  private static List<RenderedFigure> drawn(List<Figure> figures, Progress progress) {
    return figures.parallelStream()
        .map(
            figure -> {
              RenderedFigure rendered = figure.render();
              progress.step(1);
              return rendered;
            })
        .toList();
  }

  private static byte[] notebook(SweepFolder folder, SweepEvidence sweep, Findings findings) {
    try {
      return Notebook.of(folder, sweep.config().name(), findings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] finished(CompletableFuture<byte[]> cells) {
    try {
      return cells.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static PdfReport pdf(
      SweepFolder folder, SweepEvidence sweep, Findings findings, List<RenderedFigure> figures)
      throws IOException {
    PdfReport report = null;
    for (Set<String> left : DISPENSABLE) {
      List<RenderedFigure> kept =
          figures.stream().filter(figure -> !left.contains(figure.name())).toList();
      report = PdfReport.of(HtmlReport.render(folder, sweep, findings, kept, true), kept);
      if (report.pages() <= MOST_PAGES) {
        break;
      }
    }
    return report;
  }
}
