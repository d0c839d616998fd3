package normsweep.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.report.analysis.ContrastRow;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.HtmlReport;
import normsweep.report.document.PdfReport;
import normsweep.report.document.Slides;
import normsweep.report.figure.Figure;
import normsweep.report.figure.Fonts;
import normsweep.report.figure.HessianFigures;
import normsweep.report.figure.RenderedFigure;
import normsweep.report.figure.SweepFigures;
import normsweep.report.finding.Findings;
import normsweep.report.notebook.Notebook;

/** Writes the report documents of a sweep folder. */
public final class Report {
  private static final int MOST_PAGES = 8;
  // The section of the first two, and the next two, are in the HTML page only. Then figures are
  // left out one after the
  // other, the last two together, until the PDF is short enough; the HTML page has them all.
  private static final List<Set<String>> DISPENSABLE =
      List.of(
          Set.of("reliability", "confusion", HessianFigures.DENSITY, HessianFigures.TRAJECTORY),
          Set.of("gradient-dynamics"),
          Set.of("gradient-magnitudes-time"),
          Set.of("gradient-layers"),
          Set.of("gradient-steps"),
          Set.of("gradient-heatmap", "gradient-magnitudes"));

  private Report() {}

  /**
   * Writes {@code report.html}, {@code report.pdf}, {@code slides.pptx}, {@code analysis.ipynb},
   * {@code contrasts.csv} and {@code figures/} of a sweep, finished or not. Every file is written
   * atomically: an interrupted report leaves complete files, old or new.
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
        Progress.of("Writing report", shared.size() + single.size() + 5, "files")) {
      // Drawing takes most of the time, and figures are independent of each other.
      List<RenderedFigure> figures = drawn(shared, progress);
      for (RenderedFigure figure : figures) {
        written.addAll(figure.write(folder.figures()));
      }
      for (RenderedFigure figure : drawn(single, progress)) {
        written.addAll(figure.write(folder.figures()));
      }
      Path contrasts = folder.root().resolve("contrasts.csv");
      Records.writeCsv(
          contrasts,
          ContrastRow.class,
          findings.contrasts().all().stream().map(ContrastRow::of).toList());
      written.add(contrasts);
      progress.step(1);
      // The notebook's cells run in a separate process; the PDF is typeset at the same time.
      CompletableFuture<byte[]> cells =
          CompletableFuture.supplyAsync(() -> notebook(folder, sweep, findings));
      String html = HtmlReport.render(folder, sweep, findings, figures, false);
      write("report.html", html.getBytes(StandardCharsets.UTF_8), folder, written, progress);
      write("report.pdf", pdf(folder, sweep, findings, figures), folder, written, progress);
      byte[] slides = Slides.of(folder, sweep, findings, figures);
      write("slides.pptx", slides, folder, written, progress);
      write("analysis.ipynb", finished(cells), folder, written, progress);
    }
    return written;
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

  private static byte[] pdf(
      SweepFolder folder, SweepEvidence sweep, Findings findings, List<RenderedFigure> figures)
      throws IOException {
    List<RenderedFigure> kept = new ArrayList<>(figures);
    PdfReport report = null;
    for (Set<String> left : DISPENSABLE) {
      kept.removeIf(figure -> left.contains(figure.name()));
      report = PdfReport.of(HtmlReport.render(folder, sweep, findings, kept, true), kept);
      if (report.pages() <= MOST_PAGES) {
        break;
      }
    }
    return report.bytes();
  }
}
