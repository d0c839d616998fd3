package normsweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.figure.SweepFigures;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ReportTest {
  static {
    System.setProperty("java.awt.headless", "true");
  }

  private record Pdf(int pages, String text) {}

  private static final String WHITE = "fill=\"white\"";

  @TempDir Path root;

  @Test
  void aWholeSweepGetsAllDocuments() throws Exception {
    SweepFolder folder =
        MadeUpSweep.quick()
            .seeds(1L, 2L, 3L)
            .accuracy(t -> 0.7 + 0.01 * t.seed() + 0.03 * (t.norm().id().startsWith("l") ? 1 : 0))
            .gradientScale(t -> 3)
            .landscapes(t -> 2)
            .drawn()
            .write(root);
    List<Path> written = Report.write(folder).files();
    for (Path file : written) {
      assertTrue(Files.size(file) > 500, file.toString());
    }
    for (String name : List.of("report.html", "contrasts.csv", "figures/curves.svg")) {
      assertTrue(written.contains(root.resolve(name)), name);
    }
    Pdf pdf = pdf();
    assertTrue(pdf.pages() >= 5 && pdf.pages() <= 8, pdf.pages() + " pages");
    for (String section :
        List.of(
            "Executive summary",
            "Introduction",
            "Experimental set-up",
            "Results",
            "Learning curves and overfitting",
            "Gradients and clipping",
            "Loss landscapes",
            "Discussion",
            "Limits and future work",
            "References",
            "Layer norm does best in validation",
            "Loss of trained heads on 500 validation images",
            "Loss surfaces",
            "made-up images",
            "γ",
            "√",
            "τ",
            "Singh, S. Krishnan. Filter Response Normalization Layer")) {
      assertTrue(pdf.text().contains(section), section);
    }
    String html = Files.readString(root.resolve("report.html"));
    wellFormed(html);
    assertTrue(html.contains("Layer norm does best in validation"));
    assertEquals(11, count(html, "<svg "));
    needsNoNetwork(html);
    try (Stream<Path> files = Files.walk(root)) {
      assertEquals(List.of(), files.filter(file -> file.toString().endsWith(".part")).toList());
    }
  }

  @Test
  void predictionsHaveTheirSection() throws Exception {
    SweepFolder folder =
        MadeUpSweep.quick()
            .seeds(1L, 2L)
            .accuracy(t -> 0.7 + 0.02 * t.seed() + 0.03 * (t.norm().id().startsWith("l") ? 1 : 0))
            .predictions()
            .write(root);
    Path damaged = folder.trial("batch-norm.clip-1.0.seed-1").predictions();
    Files.writeString(damaged, "damaged");
    Files.copy(
        folder.trial("layer-norm.clip-1.0.seed-1").predictions(),
        folder.trial("batch-norm.clip-1.0.seed-2").predictions(),
        StandardCopyOption.REPLACE_EXISTING);
    Report.write(folder);
    String html = Files.readString(root.resolve("report.html"));
    wellFormed(html);
    needsNoNetwork(html);
    for (String part :
        List.of(
            "Predictions image by image",
            "ECE (points)",
            "mid\u2011p",
            "from seeds (points)",
            "The most confused pairs",
            "id=\"figure-reliability\"",
            "id=\"figure-confusion\"",
            "by at least one of the 10 networks",
            "batch-norm.clip-1.0.seed-1: predictions.npz cannot be read.",
            "batch-norm.clip-1.0.seed-2: predictions.npz is that of another network.")) {
      assertTrue(html.contains(part), part);
    }
    Pdf pdf = pdf();
    assertTrue(pdf.pages() <= 8, pdf.pages() + " pages");
    assertFalse(pdf.text().contains("ECE"), "its section is in the appendix");
    assertTrue(pdf("appendix.pdf").text().contains("ECE (points)"));
    assertTrue(pdf("appendix.pdf").text().contains("Table\u00a0A1"));
    String notebook = Files.readString(root.resolve("analysis.ipynb"));
    assertTrue(
        notebook.contains("np.load(\\\"trials/batch-norm.clip-none.seed-1/predictions.npz\\\")"));
  }

  private static void needsNoNetwork(String html) {
    String page = html.replaceAll("(?s)(<script[^>]*>).*?</script>", "$1");
    Matcher references =
        Pattern.compile("(?:src|href|url\\()\\s*=?\\s*[\"']?([^\"')\\s>]+)").matcher(page);
    while (references.find()) {
      String target = references.group(1);
      assertTrue(target.startsWith("data:") || target.startsWith("#"), target);
    }
  }

  @Test
  void reportsUnfinishedSweep() throws Exception {
    SweepFolder folder =
        MadeUpSweep.quick()
            .status("batch-norm.clip-none.seed-1", TrialResult.Status.FAILED)
            .status("layer-norm.clip-none.seed-1", TrialResult.Status.RUNNING)
            .status("filter-response-norm.clip-none.seed-1", TrialResult.Status.PENDING)
            .write(root);
    Report.write(folder);
    Pdf pdf = pdf();
    assertTrue(pdf.text().contains("3 of 6 trials completed"), "count");
    assertTrue(pdf.text().contains("layer-norm.clip-none.seed-1 was interrupted with"), "running");
    assertTrue(pdf.text().contains("has not started"), "pending");
    assertTrue(pdf.text().contains("the loss is not a number at iteration 160"), "failed");
    assertTrue(pdf.pages() >= 5 && pdf.pages() <= 8, pdf.pages() + " pages");
  }

  @Test
  void infiniteGradientsAreLeftOut() throws Exception {
    String trial = "batch-norm.clip-none.seed-1";
    SweepFolder folder =
        MadeUpSweep.quick()
            .norms(Norm.BATCH_NORM)
            .status(trial, TrialResult.Status.FAILED)
            .write(root);
    String finite = heatMap(folder);
    Path gradients = folder.trial(trial).gradients();
    String diverged =
        Files.readString(gradients).replaceAll("(?m)^(160,[^,]+),.*$", "$1,Infinity,Infinity");
    assertEquals(10, count(diverged, "Infinity,Infinity"));
    Files.writeString(gradients, diverged);
    // Iteration 160 has a column of its own.
    assertTrue(count(heatMap(folder), WHITE) > count(finite, WHITE));
    assertTrue(Report.write(folder).files().contains(root.resolve("report.html")));
  }

  private static String heatMap(SweepFolder folder) {
    return SweepFigures.of(SweepEvidence.read(folder)).stream()
        .filter(figure -> figure.name().equals("gradient-heatmap"))
        .map(figure -> figure.render().svg())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void describesWhatDepartsFromTheProtocol() throws Exception {
    DraftReport report =
        new DraftReport(
            MadeUpSweep.quick()
                .norms(Norm.values())
                .seeds(1L, 2L)
                .accuracy(t -> t.norm() == Norm.NONE ? 0.8 + 0.001 * t.seed() : 0.7)
                .length(t -> t.norm().id().length() / 3 + 2 + (int) t.seed())
                .settings(
                    "training.patience=2",
                    "training.optimizer=nesterov",
                    "training.schedule=linear",
                    "training.weightDecay=1e-4",
                    "training.labelSmoothing=0.1",
                    "model.blockBatchNorm=frozen")
                .landscapes(t -> 2)
                .write(root));
    Pdf pdf = pdf(report);
    for (String part :
        List.of(
            "16 of 16 trials completed",
            "Nesterov's accelerated gradient (momentum 0.9), learning rate 0.001",
            "then linear decay to zero",
            "0.0001 on kernels and matrices",
            "as a term added to the clipped gradient",
            "0.1 of each training label is spread over all classes",
            "its batch norms stay fixed scales and shifts",
            "at most 10, that is 320 steps",
            "after 2 epochs without a lower validation loss",
            "A step is proportional to the gradients",
            "a control: what a norm does is the difference from it",
            "Norm-free head does best in validation and reaches a test accuracy of 80.2 %")) {
      assertTrue(pdf.text().contains(part), part + " in " + pdf.text());
    }
    assertFalse(pdf.text().contains("Adam divides") || pdf.text().contains("NaN"));
    assertTrue(pdf.pages() <= 9, pdf.pages() + " pages");
    wellFormed(report.page());
  }

  @Test
  void usualProtocolNeedsNoMoreWords() throws Exception {
    Pdf pdf = pdf(new DraftReport(MadeUpSweep.quick().epochs(3).write(root)));
    for (String part :
        List.of(
            "Adam [Kingma 2015], learning rate 0.001",
            "linear warm-up of 1 epoch, then cosine decay to zero",
            "64 images, 32 steps per epoch",
            "that of the epoch with the lowest validation loss; test images are evaluated once")) {
      assertTrue(pdf.text().contains(part), part + " in " + pdf.text());
    }
    assertFalse(pdf.text().contains("Weight decay") || pdf.text().contains("Early stopping"));
    assertTrue(pdf.text().contains("Adam divides by a running estimate of the gradient's size"));
  }

  @Test
  void namesOptimizerOfTheShownSetting() throws Exception {
    SweepFolder folder =
        MadeUpSweep.quick()
            .epochs(3)
            .axes("training.optimizer: [adam, sgd]")
            .accuracy(t -> t.settings().label().endsWith("sgd") ? 0.8 : 0.6)
            .write(root);
    String text = pdf(new DraftReport(folder)).text();
    assertTrue(text.contains("A step is proportional to the gradients"), text);
    assertFalse(text.contains("Adam divides"), text);
  }

  @Test
  void countsOfOneAreSingular() throws Exception {
    MadeUpSweep sweep = MadeUpSweep.quick().epochs(3).norms(Norm.LAYER_NORM);
    String one = pdf(new DraftReport(sweep.write(root))).text();
    assertTrue(one.contains("A learning rate tuned for each head, more unfrozen"));
    SweepFolder rates =
        sweep
            .axes("training.learningRate: [1e-3, 1e-4]")
            .settings("training.patience=1", "training.schedule=step", "data.views=1")
            .write(root);
    String text = pdf(new DraftReport(rates)).text();
    for (String part :
        List.of(
            "after 1 epoch without",
            "then divided by ten after each third of the remaining steps",
            "gradient clipping and the seed, and in learning rate.",
            "1 draw of each training image",
            "the same 1 augmentation draw of each image",
            "More unfrozen blocks")) {
      assertTrue(text.contains(part), part + " in " + text);
    }
  }

  @Test
  void reportsSweepBeforeItsStart() throws Exception {
    MadeUpSweep sweep = MadeUpSweep.quick();
    for (String norm : List.of("batch-norm", "layer-norm", "filter-response-norm")) {
      for (String clip : List.of("none", "1.0")) {
        sweep.status(norm + ".clip-" + clip + ".seed-1", TrialResult.Status.PENDING);
      }
    }
    Report.write(sweep.write(root));
    assertTrue(pdf().text().contains("there is nothing to compare"));
  }

  @Test
  void manyTrialsStillFitEightPages() throws Exception {
    SweepFolder folder =
        MadeUpSweep.quick()
            .epochs(4)
            .seeds(1L, 2L, 3L)
            .landscapes(t -> 2)
            .clips(
                Clip.NONE,
                Clip.globalNorm(0.1),
                Clip.globalNorm(0.5),
                Clip.globalNorm(1),
                Clip.globalNorm(5))
            .write(root);
    int pages = new DraftReport(folder).print().pages();
    assertTrue(pages >= 5 && pages <= 8, pages + " pages");
  }

  @Test
  void showsMarkupAsText() throws Exception {
    SweepFolder folder =
        MadeUpSweep.quick()
            .epochs(3)
            .status("batch-norm.clip-none.seed-1", TrialResult.Status.FAILED)
            .write(root);
    Path results = folder.results();
    Files.writeString(
        results,
        Files.readString(results)
            .replace("the loss is not a number", "<script>alert(1)</script> & more"));
    String html = new DraftReport(folder).page();
    assertTrue(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"));
    wellFormed(html);
  }

  @Test
  void refusesUnwritableFolder() throws IOException {
    SweepFolder folder = MadeUpSweep.quick().epochs(3).write(root);
    Files.createDirectories(root.resolve("report.html").resolve("in the way"));
    Files.writeString(root.resolve("report.pdf"), "an old report");
    NormSweepException error = assertThrows(NormSweepException.class, () -> Report.write(folder));
    assertEquals(ExitCode.FAILED, error.exitCode());
    assertTrue(error.getMessage().contains("cannot be written"), error.getMessage());
    assertEquals("an old report", Files.readString(root.resolve("report.pdf")));
  }

  private Pdf pdf() throws IOException {
    return pdf("report.pdf");
  }

  private Pdf pdf(String name) throws IOException {
    return pdf(Files.readAllBytes(root.resolve(name)));
  }

  private static Pdf pdf(DraftReport report) throws IOException {
    return pdf(report.print().bytes());
  }

  private static Pdf pdf(byte[] file) throws IOException {
    try (PDDocument document = Loader.loadPDF(file)) {
      // Lines in the order of the page have their numbers; cells in the order of the file are
      // whole.
      PDFTextStripper stripper = new PDFTextStripper();
      String text = stripper.getText(document);
      stripper.setSortByPosition(true);
      text += stripper.getText(document);
      return new Pdf(document.getNumberOfPages(), text.replaceAll("\\s+", " "));
    }
  }

  private static void wellFormed(String html) throws Exception {
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    builder.parse(new InputSource(new StringReader(html.replaceFirst("<!DOCTYPE html>", ""))));
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
