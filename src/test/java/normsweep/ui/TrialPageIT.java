package normsweep.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import normsweep.record.Clip;
import normsweep.record.EpochMetrics;
import normsweep.record.FrnPlacement;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientNorm;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.TrainingDynamics.Update;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page of a trial, and DL4J's pages that it links to, as a browser shows them. */
class TrialPageIT {
  private static final Path SCREENSHOTS = Path.of("target", "ui-screenshots");
  private static final Trial TRIAL =
      new Trial(Norm.BATCH_NORM, FrnPlacement.DENSE, Clip.globalNorm(1), 1);
  private static final Trial BARE = new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.NONE, 1);
  private static final List<String> CHARTS =
      List.of("norms", "magnitudes", "updates", "dynamics", "activations", "curves");
  private static final String FOREIGN = "no journal";

  @TempDir static Path output;

  private static SweepFolder folder;
  private static SweepUi ui;
  private static Browser browser;

  @BeforeAll
  static void serve() throws IOException, InterruptedException {
    folder = new SweepFolder(output.resolve("tiny"));
    TrialFolder files = folder.trial(TRIAL.id());
    try (SweepStats stats = SweepStats.open(files.stats(), TRIAL.id(), 5, 0)) {
      new TinyTraining().train(stats.listener(), 0, 40);
    }
    record(files, 2);
    Records.writeCsv(
        files.updates(),
        Update.class,
        List.of(
            new Update(10, "hidden_W", 2, 0.5f, 1), new Update(10, GradientNorm.TOTAL, 4, 1, 1)));
    Records.writeCsv(
        files.dynamics(),
        Step.class,
        List.of(
            new Step(10, null, 2, 1, 8, 2, 1.5f, 2.25f, 1, 0.5f, 4),
            new Step(20, 0.5f, 2, 1, 9, 1, 0.75f, 1.5f, 1, 0.5f, 5)));
    List<Long> bins = List.of(0L, 6L, 2L);
    Records.writeJson(
        files.histograms(),
        new GradientHistograms(
            List.of(-3.0, -2.0, -1.0, 0.0),
            List.of(
                new GradientHistograms.Snapshot(
                    1, 1, Map.of("hidden_W", new GradientHistograms.Counts(2, bins))),
                new GradientHistograms.Snapshot(
                    11, 2, Map.of("hidden_W", new GradientHistograms.Counts(1, bins))))));
    Files.createDirectories(folder.trial(BARE.id()).stats().getParent());
    Files.writeString(
        StatsJournal.beside(folder.trial(BARE.id()).stats()), FOREIGN + " ".repeat(100));
    Records.writeJson(
        folder.results(),
        new SweepResults(
            SweepResults.SCHEMA,
            "tiny",
            null,
            null,
            Map.of(),
            List.of(TrialResult.running(TRIAL, 2), TrialResult.pending(BARE))));
    ui = SweepUi.start("127.0.0.1", 0, List.of(), folder);
    browser = Browser.start();
  }

  /** Epochs of ten steps whose norms are 3 and 4, and 5 in total, before they are clipped to 1. */
  private static void record(TrialFolder files, int epochs) throws IOException {
    List<GradientNorm> rows = new ArrayList<>();
    List<EpochMetrics> metrics = new ArrayList<>();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      metrics.add(new EpochMetrics(epoch, 1.0 / epoch, 0.5, 1.5 / epoch, 0.4, 1e-3, 1));
      for (int step = 10 * epoch - 9; step <= 10 * epoch; step++) {
        rows.add(new GradientNorm(step, "hidden_W", 3, 0.6));
        rows.add(new GradientNorm(step, "hidden_b", 4, 0.8));
        rows.add(new GradientNorm(step, GradientNorm.TOTAL, 5, 1));
      }
    }
    Records.writeCsv(files.gradients(), GradientNorm.class, rows);
    Records.writeCsv(files.metrics(), EpochMetrics.class, metrics);
  }

  @AfterAll
  static void stop() throws IOException {
    browser.close();
    ui.close();
  }

  private static void open(String address) throws InterruptedException {
    browser.resize(1300, 1000);
    browser.open(ui.address() + address);
    browser.await("document.readyState === 'complete'");
  }

  private static void openTrial() throws InterruptedException {
    open("/trial/" + TRIAL.id());
    browser.await("data !== null && charts.curves.plot");
  }

  @Test
  void everyChartHasData() throws IOException, InterruptedException {
    openTrial();
    for (String chart : CHARTS) {
      JsonNode most =
          browser.evaluate(
              "Math.max(...charts."
                  + chart
                  + ".plot.data.slice(1).map(column => column.filter(y => y > 0).length))");
      assertTrue(most.asInt() > 0, chart);
    }
    // By layer: the root of 3² + 4², and after clipping of 0.6² + 0.8²; then the threshold.
    assertEquals(
        "[5,5,1,1,1]",
        browser.evaluate("charts.norms.plot.data.slice(1).map(column => column[3])").toString());
    assertEquals(
        "[\"hidden\",\"total\",\"hidden after clipping\",\"total after clipping\",\"threshold\"]",
        browser.evaluate("charts.norms.spec.lines.map(line => line.key)").toString());
    assertEquals(
        0.25, browser.evaluate("charts.updates.plot.data[1][0]").asDouble(), "update by weight");
    assertEquals(
        "[\"features\",\"hidden\",\"norm\",\"predictions\"]",
        browser.evaluate("Object.keys(data.deviations)").toString());
    assertEquals(List.of(), browser.complaints());
  }

  /** Half of ten elements, and of nine, lie in the first three tenths and four ninths of a bin. */
  @Test
  void histogramsAreShownByStep() throws IOException, InterruptedException {
    openTrial();
    JsonNode medians = browser.evaluate("charts.magnitudes.spec.lines[1].y");
    assertEquals(Math.pow(10, -2 + 3.0 / 6), medians.get(0).asDouble(), 1e-9);
    assertEquals(Math.pow(10, -2 + 3.5 / 6), medians.get(1).asDouble(), 1e-9);
    assertEquals("11", browser.evaluate("place('step-number').textContent").asText());
    browser.evaluate("place('step').focus()");
    browser.press("ArrowLeft");
    browser.await("place('step-number').textContent === '1'");
    assertEquals("[0,0.6,0.2]", browser.evaluate("bars.data[1]").toString());
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void pageFollowsTheTrial() throws IOException, InterruptedException {
    openTrial();
    String same = "window.same = true";
    browser.evaluate(same);
    browser.evaluate("place('norms-of').value = 'total'");
    browser.evaluate("place('norms-of').focus()");
    record(folder.trial(TRIAL.id()), 3);
    browser.await("charts.norms.plot.data[0].length === 30");
    browser.await("place('summary').textContent.includes('3')");
    assertTrue(
        browser.evaluate("window.same && document.activeElement.id === 'norms-of'").asBoolean());
    record(folder.trial(TRIAL.id()), 2);
    browser.await("charts.norms.plot.data[0].length === 20");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void unreadableStatisticsAreNamed() throws IOException, InterruptedException {
    open("/trial/" + BARE.id());
    browser.await("document.querySelector('[data-note=norms]').textContent !== ''");
    String header = browser.evaluate("document.querySelector('header').innerText").asText();
    assertTrue(header.contains("stats.journal is not a journal of statistics"), header);
    assertEquals(0, browser.evaluate("document.querySelectorAll('nav').length").asInt());
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void histogramButtonsCanBeClicked() throws IOException, InterruptedException {
    open("/train/" + TRIAL.id() + "/model");
    browser.await("document.getElementById('layer-select')?.options.length > 4");
    browser.evaluate("document.getElementById('layer-select').focus()");
    for (int i = 0; i < 3; i++) {
      browser.press("ArrowDown");
    }
    browser.await("document.getElementById('layerInfo').innerText.includes('BatchNorm')");
    // The layer has no W: what is shown is one of its parameters.
    browser.await("document.getElementById('paramhistSelected').textContent.includes('(mean)')");
    JsonNode at =
        browser.evaluate(
            "(button => { button.scrollIntoView(); const box = button.getBoundingClientRect();"
                + " return [box.x + box.width / 2, box.y + box.height / 2]; })"
                + "(document.getElementById('updParamBtn_beta'))");
    browser.click(at.get(0).asDouble(), at.get(1).asDouble());
    browser.await("document.getElementById('updatehistSelected').textContent.includes('beta')");
    assertTrue(
        browser
            .evaluate("document.getElementById('paramhistSelected').textContent")
            .asText()
            .contains("(mean)"));
    assertEquals(List.of(), browser.complaints());
  }

  @ParameterizedTest
  @CsvSource({"390, light", "390, dark", "800, light", "800, dark", "1300, light", "1300, dark"})
  void pagesAreUsableAtEveryWidth(int width, String scheme)
      throws IOException, InterruptedException {
    Map<String, String> ready = new LinkedHashMap<>();
    ready.put("/trial/" + TRIAL.id(), "data !== null && charts.curves.plot && bars");
    ready.put(
        "/train/" + TRIAL.id() + "/overview",
        "document.querySelector('#stdevChart canvas') && document.getElementById('fold')");
    ready.put("/train/" + TRIAL.id() + "/model", "document.getElementById('layer-select')");
    ready.put(
        "/train/" + TRIAL.id() + "/system",
        "document.querySelector('#systemMemoryChartPlot canvas')");
    browser.scheme(scheme);
    for (Map.Entry<String, String> page : ready.entrySet()) {
      browser.resize(width, 1000);
      browser.open(ui.address() + page.getKey());
      browser.await("location.pathname === '" + page.getKey() + "'");
      browser.await(page.getValue());
      String name = page.getKey().substring(page.getKey().lastIndexOf('/') + 1);
      browser.screenshotWhole(
          SCREENSHOTS.resolve(
              String.join("-", name.equals(TRIAL.id()) ? "trial" : name, scheme, width + ".png")));
      assertEquals(List.of(), browser.inaccessible(), page.getKey());
      assertTrue(
          browser.evaluate("document.documentElement.scrollWidth").asInt() <= width, page.getKey());
    }
    assertEquals(
        Collections.emptyList(),
        browser.requests().stream()
            .filter(request -> !request.startsWith(ui.address().toString()))
            .filter(request -> !request.startsWith("about:") && !request.startsWith("data:"))
            .toList());
    assertEquals(List.of(), browser.complaints());
  }
}
