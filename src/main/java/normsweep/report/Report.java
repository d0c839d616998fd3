package normsweep.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.record.SweepFolder;
import normsweep.report.analysis.ContrastRow;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.HtmlReport;
import normsweep.report.document.PdfReport;
import normsweep.report.document.Slides;
import normsweep.report.figure.Figure;
import normsweep.report.figure.Figure.RenderedFigure;
import normsweep.report.figure.Fonts;
import normsweep.report.figure.HessianFigures;
import normsweep.report.figure.SweepFigures;
import normsweep.report.finding.Answer;
import normsweep.report.finding.Findings;
import normsweep.report.notebook.Notebook;

/**
 * The report documents of a sweep folder.
 *
 * @param files what was written
 * @param answers what the documents say about the questions of a sweep, in short
 */
public record Report(List<Path> files, List<Answer> answers) {
  private static final int MOST_PAGES = 8;
  // What goes from the main part to the appendix, one after the other, until the PDF is short
  // enough.
  private static final List<Set<String>> DEMOTED =
      List.of(
          Set.of("figure-" + HessianFigures.DENSITY),
          Set.of("figure-loss-slices"),
          Set.of("figure-gradient-magnitudes"),
          Set.of("figure-data-sample"),
          Set.of("figure-gradient-layers"),
          Set.of("table-convergence"),
          Set.of("figure-clipping-effect", "figure-accuracy-by-setting"),
          Set.of("figure-gradient-steps"),
          Set.of("figure-loss-surface", "figure-gradient-total"));

  /**
   * Writes {@code report.html}, {@code report.pdf}, {@code appendix.pdf}, {@code slides.pptx},
   * {@code analysis.ipynb}, {@code contrasts.csv} and {@code figures/} of a sweep, finished or not.
   * Every file is written atomically: an interrupted report leaves complete files, old or new.
   *
   * @throws NormSweepException exit code 1 if a file cannot be written, 2 if it is not a sweep
   *     folder
   */
  public static Report write(SweepFolder folder) {
    Fonts.check();
    try {
      return documents(folder);
    } catch (IOException | UncheckedIOException e) {
      throw NormSweepException.unwritable("The report of " + folder.root(), e);
    }
  }

  private static Report documents(SweepFolder folder) throws IOException {
    SweepEvidence sweep = SweepEvidence.read(folder);
    Findings findings = Findings.of(sweep);
    List<Figure> shared = SweepFigures.of(sweep);
    List<Figure> single = SweepFigures.ofTrials(sweep);
    List<Path> written = new ArrayList<>();
    try (Progress progress =
        Progress.of("Writing report", shared.size() + single.size() + 6, "files")) {
      // Drawing takes most of the time, and figures are independent of each other.
      List<RenderedFigure> figures = drawn(shared, progress);
      for (RenderedFigure figure : figures) {
        written.addAll(figure.write(folder.figures()));
      }
      for (RenderedFigure figure : drawn(single, progress)) {
        written.addAll(figure.write(folder.figures()));
      }
      written.add(ContrastRow.write(folder, findings.contrasts()));
      progress.step(1);
      // The notebook's cells run in a separate process; the PDF is typeset at the same time.
      CompletableFuture<byte[]> cells =
          CompletableFuture.supplyAsync(() -> notebook(folder, sweep, findings, shared));
      Typeset typeset = typeset(folder, sweep, findings, figures);
      String html = HtmlReport.render(folder, sweep, findings, figures, typeset.demoted, false);
      write("report.html", html.getBytes(StandardCharsets.UTF_8), folder, written, progress);
      write("report.pdf", typeset.main.bytes(), folder, written, progress);
      byte[] appendix = PdfReport.appendix(typeset.html, figures).bytes();
      write("appendix.pdf", appendix, folder, written, progress);
      byte[] slides = Slides.of(folder, sweep, findings, figures);
      write("slides.pptx", slides, folder, written, progress);
      write("analysis.ipynb", finished(cells), folder, written, progress);
    }
    return new Report(written, findings.answers());
  }

  private static void write(
      String name, byte[] bytes, SweepFolder folder, List<Path> written, Progress progress)
      throws IOException {
    Path file = folder.root().resolve(name);
    AtomicFiles.write(file, out -> out.write(bytes));
    written.add(file);
    progress.step(1);
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

  private static byte[] notebook(
      SweepFolder folder, SweepEvidence sweep, Findings findings, List<Figure> figures) {
    try {
      return Notebook.of(folder, sweep, findings, figures);
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

  /** The main part in print, the page that it is from, and what the appendix has in its stead. */
  record Typeset(String html, PdfReport main, Set<String> demoted) {}

  static Typeset typeset(
      SweepFolder folder, SweepEvidence sweep, Findings findings, List<RenderedFigure> figures)
      throws IOException {
    Set<String> demoted = new HashSet<>();
    String html = HtmlReport.render(folder, sweep, findings, figures, demoted, true);
    PdfReport main = PdfReport.main(html, figures);
    for (Set<String> next : DEMOTED) {
      if (main.pages() <= MOST_PAGES) {
        break;
      }
      demoted.addAll(next);
      html = HtmlReport.render(folder, sweep, findings, figures, demoted, true);
      main = PdfReport.main(html, figures);
    }
    return new Typeset(html, main, demoted);
  }
}
