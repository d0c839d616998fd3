package normsweep.report.notebook;

import static java.util.stream.Collectors.joining;
import static normsweep.report.analysis.Sentences.say;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.SweepFolder;
import normsweep.report.analysis.Description;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.figure.Figure;
import normsweep.report.finding.Finding.Topic;
import normsweep.report.finding.Findings;
import normsweep.report.notebook.Notebook.Cell;
import normsweep.report.prediction.Confusion;
import normsweep.report.prediction.SweepPredictions;
import org.apache.commons.io.IOUtils;

/**
 * The cells of a sweep's notebook: a section for each experiment, and in it what was computed or
 * drawn, followed by what the numbers say.
 */
final class CellPlan {
  private static final String FOLDER = "/normsweep/report/cells/";
  private static final String INTRODUCTION =
      """
      # %s

      Which norm should the head of a fine-tuned network have, and does gradient clipping help? \
      The notebook goes through the sweep experiment by experiment. Each section shows a table or \
      a figure and then says what it means.

      Cells are written in Java and need a Java kernel (JJava, with Java 17 or newer) started in \
      the folder of this notebook. They use only the JDK and read the sweep's CSV files. Intervals, \
      corrected p values and figures from `figures/` were computed by NormSweep.
      """;
  private static final String PREDICTIONS =
      """
      `predictions.npz` of each trial holds the logits of its saved network for every validation \
      and test image, for use in Python:

      ```python
      import numpy as np
      file = np.load("%s")
      (file["test_logits"].argmax(1) == file["test_labels"]).mean()  # test accuracy
      ```
      """;

  private final SweepFolder folder;
  private final SweepEvidence whole;
  private final SweepEvidence sweep;
  private final Findings findings;
  private final List<Figure> figures;
  private final List<Cell> cells = new ArrayList<>();
  private int shown;

  private CellPlan(
      SweepFolder folder, SweepEvidence whole, Findings findings, List<Figure> figures) {
    this.folder = folder;
    this.whole = whole;
    this.sweep = whole.best();
    this.findings = findings;
    this.figures = figures;
  }

  /** All cells of a sweep whose figures have been written. */
  static List<Cell> of(
      SweepFolder folder, SweepEvidence sweep, Findings findings, List<Figure> figures)
      throws IOException {
    CellPlan plan = new CellPlan(folder, sweep, findings, figures);
    plan.text("title", say(INTRODUCTION, folder.name()));
    plan.code("read");
    plan.setUp();
    if (Files.isRegularFile(folder.resultsCsv())) {
      plan.results();
      plan.heads();
      plan.comparison();
      plan.gradients();
      plan.clipping();
      plan.landscapes();
      plan.predictions();
      plan.text(
          "practice", "## What to do\n\n" + plan.findings.answers().get(2).text() + plan.advice());
    }
    return plan.cells;
  }

  private void setUp() throws IOException {
    text("about-set-up", "## Set-up");
    code("settings");
    Description setUp = Description.setUp(whole);
    text("set-up", say("%s. %s", setUp.title(), setUp.text()));
  }

  private void results() throws IOException {
    text("about-results", "## Results\n\nEvery trial, then means over seeds.");
    code("results");
    code("seeds");
    picture("test-accuracy");
    picture("accuracy-by-setting");
    Description certainty = Description.certainty(sweep);
    text("certainty", say("%s. %s", certainty.title(), certainty.text()));
  }

  private void heads() throws IOException {
    text(
        "about-chart",
        "The next cell draws the charts of the experiments below, one for each head: validation"
            + " loss and accuracy by epoch, averaged over seeds.");
    code("chart");
    for (HeadKind head : sweep.heads()) {
      String lines =
          sweep.clips().stream()
              .flatMap(clip -> ids(head, clip).stream().map(ids -> put(clip, ids)))
              .collect(joining());
      if (!lines.isEmpty()) {
        text(
            "about-" + head.id(),
            say("## Experiment: %s, without and with clipping", head.label()));
        add(
            head.id(),
            "Map<String, List<String>> shown = new LinkedHashMap<>();\n" + lines + "curves(shown)");
        text("text-" + head.id(), Description.scores(sweep, head));
      }
    }
  }

  private Optional<String> ids(HeadKind head, Clip clip) {
    return Optional.of(
            sweep.trials(head, clip).stream()
                .filter(trial -> trial.row().completed() && !trial.epochs().isEmpty())
                .map(trial -> "\"" + trial.row().id() + "\"")
                .collect(joining(", ")))
        .filter(ids -> !ids.isEmpty());
  }

  private static String put(Clip clip, String ids) {
    return say("shown.put(\"%s\", List.of(%s));\n", clip.label(), ids);
  }

  private void comparison() throws IOException {
    text("about-comparison", "## Comparison of heads");
    picture("curves");
    Description.curves(sweep).ifPresent(found -> text("text-curves", sentences(found)));
    code("convergence");
    text("text-convergence", bullets(Topic.CONVERGENCE));
    code("differences");
    text("norm", findings.answers().get(0).text());
  }

  private void gradients() throws IOException {
    text("about-gradients", "## Gradients");
    code("gradients");
    picture("gradient-total");
    Description.gradients(sweep).ifPresent(found -> text("text-gradients", sentences(found)));
    Stream.of("gradient-heatmap", "gradient-magnitudes", "gradient-layers").forEach(this::picture);
    text("findings-gradients", bullets(Topic.GRADIENTS));
  }

  private void clipping() {
    text("about-clipping", "## Gradient clipping");
    picture("gradient-steps");
    Description.factor(sweep).ifPresent(found -> text("text-factor", sentences(found)));
    picture("clipping-effect");
    text("clipping", findings.answers().get(1).text() + "\n\n" + bullets(Topic.CLIPPING));
  }

  private void landscapes() {
    if (sweep.completed().stream().anyMatch(trial -> trial.landscape().isPresent())) {
      text("about-landscapes", "## Loss landscapes");
      picture("loss-surface");
      picture("loss-slices");
      // Every trial has a panel there.
      if (sweep.seeds().size() == 1) {
        picture(
            "landscape-surface", "The validation loss around the saved heads in three dimensions.");
      }
      Description.landscape(sweep).ifPresent(found -> text("text-landscape", sentences(found)));
      text("findings-landscape", bullets(Topic.LANDSCAPE));
    }
  }

  private void predictions() {
    SweepPredictions.of(sweep)
        .ifPresent(
            all -> {
              text("predictions", "## Predictions image by image");
              picture("reliability");
              picture("confusion");
              text(
                  "text-predictions",
                  confused(all, all.confusion(all.networks())) + "\n\n" + use());
            });
  }

  private static String confused(SweepPredictions predictions, Confusion all) {
    List<String> names = predictions.classes();
    String weakest =
        say(
            "Over all networks, %s has the lowest recall (%.0f %%).",
            names.get(all.weakest()), 100 * all.recall(all.weakest()));
    return all.pairs().stream()
        .findFirst()
        .map(
            pair ->
                say(
                    "%s The most common confusion is %s → %s: %.0f %% of the first class are taken"
                        + " for the second.",
                    weakest,
                    names.get(pair.label()),
                    names.get(pair.predicted()),
                    100 * pair.share()))
        .orElse(weakest);
  }

  // How to go on in Python.
  private String use() {
    return sweep.completed().stream()
        .filter(trial -> trial.predictions().isPresent())
        .map(trial -> folder.root().relativize(folder.trial(trial.row().id()).predictions()))
        .findFirst()
        .map(file -> say(PREDICTIONS, file.toString().replace('\\', '/')))
        .orElse("");
  }

  private String advice() {
    return findings.recommendations().stream()
        .map(line -> "\n- " + line)
        .collect(joining("", "\n", ""));
  }

  private String bullets(Topic topic) {
    return findings.about(topic).stream().map(one -> "- " + one.text()).collect(joining("\n"));
  }

  private static String sentences(Description found) {
    return say("%s. %s", found.title(), found.text());
  }

  private void picture(String name) {
    figures.stream()
        .filter(figure -> figure.name().equals(name))
        .findFirst()
        .ifPresent(figure -> picture(name, figure.caption()));
  }

  // A figure, and its caption below.
  private void picture(String name, String caption) {
    String file = "figures/" + name + ".png";
    if (Files.isRegularFile(folder.root().resolve(file))) {
      shown++;
      add(name, "ImageIO.read(folder.resolve(\"" + file + "\").toFile())");
      text("caption-" + name, say("**Figure %d.** %s", shown, caption));
    }
  }

  private void text(String id, String text) {
    if (!text.isBlank()) {
      cells.add(new Cell(id, false, text));
    }
  }

  private void code(String name) throws IOException {
    add(name, IOUtils.resourceToString(FOLDER + name + ".java", StandardCharsets.UTF_8));
  }

  private void add(String id, String source) {
    cells.add(new Cell(id, true, source));
  }
}
