package normsweep.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import normsweep.record.Clip;
import normsweep.record.EpochMetrics;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages as a browser shows them. */
class SweepUiIT {
  private static final Path SCREENSHOTS = Path.of("target", "ui-screenshots");
  private static final Trial TRIAL =
      new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.globalNorm(1), 1);
  private static final Trial PENDING = new Trial(Norm.BATCH_NORM, FrnPlacement.DENSE, Clip.NONE, 1);

  @TempDir static Path output;

  private static SweepUi ui;
  private static Browser browser;

  @BeforeAll
  static void serve() throws IOException, InterruptedException {
    SweepFolder folder = new SweepFolder(output.resolve("tiny"));
    try (SweepStats stats = SweepStats.open(folder.trial(TRIAL.id()).stats(), TRIAL.id(), 1, 0)) {
      new TinyTraining().train(stats.listener(), 0, 40);
    }
    Records.writeCsv(
        folder.trial(TRIAL.id()).metrics(),
        EpochMetrics.class,
        List.of(epoch(1, 0.45), epoch(2, 0.61), epoch(3, 0.67)));
    Records.writeJson(
        folder.results(),
        new SweepResults(
            SweepResults.SCHEMA,
            "tiny",
            null,
            null,
            Map.of(),
            List.of(TrialResult.running(TRIAL, 3), TrialResult.pending(PENDING))));
    ui = SweepUi.start("127.0.0.1", 0, List.of(), folder);
    browser = Browser.start();
  }

  @AfterAll
  static void stop() throws IOException {
    browser.close();
    ui.close();
  }

  @Test
  void sweepPageLinksToTrials() throws IOException, InterruptedException {
    browser.open(ui.address() + "/");
    browser.await("document.querySelectorAll('#trials tr').length === 2");
    assertEquals("/sweep", browser.evaluate("location.pathname").asText());
    assertEquals(
        "1 interrupted, 1 pending of 2 trials",
        browser.evaluate("document.getElementById('summary').textContent").asText());
    browser.await("document.querySelector('#chart canvas')");
    browser.screenshot(SCREENSHOTS.resolve("sweep.png"));

    browser.evaluate("document.querySelector('#trials a').click()");
    browser.await("location.pathname === '/trial/" + TRIAL.id() + "'");
    browser.await("document.querySelector('h1')");
    browser.evaluate("document.querySelector('a[href=\"/sweep\"]').click()");
    browser.await("location.pathname === '/sweep' && document.querySelector('#trials tr')");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void chartFillsItsCard() throws IOException, InterruptedException {
    String widths = "['#chart', '#chart canvas'].map(of => document.querySelector(of).clientWidth)";
    browser.open(ui.address() + "/sweep");
    browser.await("document.querySelector('#chart canvas')");
    for (int width : List.of(1900, 500)) {
      browser.resize(width, 900);
      browser.await(
          "((card, canvas) => card === canvas && card < " + width + ")(..." + widths + ")");
    }
    browser.resize(1400, 1000);
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void patternsOfLinesNeverRepeat() throws InterruptedException {
    browser.open(ui.address() + "/sweep");
    browser.await("document.querySelector('#chart canvas')");
    assertEquals(
        60,
        browser
            .evaluate("new Set([...Array(60).keys()].map(i => String(LineChart.dash(i)))).size")
            .asInt());
  }

  @Test
  void chartIsReadByKeyboard() throws InterruptedException {
    browser.open(ui.address() + "/sweep");
    browser.await("document.querySelector('#chart canvas')");
    browser.evaluate("document.querySelector('.chart-canvas').focus()");
    browser.press("ArrowRight");
    browser.await("document.querySelector('.chart-readout').textContent === 'epoch 1'");
    browser.press("ArrowRight");
    browser.await("document.querySelector('.chart-readout').textContent === 'epoch 2'");
    browser.await("document.querySelector('.chart-legend b').textContent === '61.0 %'");
    browser.evaluate("document.querySelector('.chart-legend button').focus()");
    browser.press("Enter");
    browser.await(
        "document.querySelector('.chart-legend button').getAttribute('aria-pressed') === 'false'");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void tableSortsAndFilters() throws InterruptedException {
    String shown =
        "[...document.querySelectorAll('#trials tr:not([hidden])')].map(row => row.dataset.trial)";
    browser.open(ui.address() + "/sweep");
    browser.await("document.querySelector('#chart canvas')");
    assertEquals(
        "[\"" + TRIAL.id() + "\",\"" + PENDING.id() + "\"]", browser.evaluate(shown).toString());
    browser.evaluate("document.querySelector('th[data-key=norm] button').click()");
    assertEquals(
        "[\"" + PENDING.id() + "\",\"" + TRIAL.id() + "\"]", browser.evaluate(shown).toString());
    assertEquals(
        "ascending",
        browser.evaluate("document.querySelector('th[data-key=norm]').ariaSort").asText());
    browser.evaluate(
        "(filter => { filter.value = 'batch norm';"
            + " filter.dispatchEvent(new Event('change', {bubbles: true})); })"
            + "(document.querySelector('select[data-filter=norm]'))");
    assertEquals("[\"" + PENDING.id() + "\"]", browser.evaluate(shown).toString());
    browser.await("document.getElementById('chart-note').textContent.startsWith('No trial')");
  }

  @Test
  void overviewPageDrawsTheScore() throws IOException, InterruptedException {
    browser.open(ui.address() + "/train/" + TRIAL.id() + "/overview");
    browser.await("document.getElementById('nParams')?.textContent === '63'");
    assertEquals("3", browser.evaluate("document.getElementById('nLayers').textContent").asText());
    for (String chart : List.of("scoreiterchart", "updateRatioChart", "stdevChart")) {
      browser.await(painted("#" + chart + " canvas.flot-base") + " > 500");
    }
    browser.await("document.querySelectorAll('#scoreiterchart .flot-tick-label').length > 4");
    browser.screenshot(SCREENSHOTS.resolve("overview.png"));
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void modelPageShowsLayersAndParameters() throws IOException, InterruptedException {
    browser.open(ui.address() + "/train/" + TRIAL.id() + "/model");
    browser.await("window.cy && cy.nodes && cy.nodes().length === 4");
    JsonNode names = browser.evaluate("cy.nodes().map(node => node.data('name'))");
    assertTrue(names.toString().contains("hidden"), names.toString());
    // Axe does not see what is drawn on a canvas: relative luminance of WCAG 2.2, on white text.
    JsonNode contrast =
        browser.evaluate(
            "Math.min(...cy.nodes().map(node => 1.05 / (0.05 + [1, 3, 5].reduce((sum, at, i) => {"
                + " const part = parseInt(node.data('faveColor').substr(at, 2), 16) / 255;"
                + " return sum + [0.2126, 0.7152, 0.0722][i]"
                + " * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);"
                + " }, 0))))");
    assertTrue(contrast.asDouble() >= 4.5, contrast.toString());
    browser.screenshot(SCREENSHOTS.resolve("model-graph.png"));

    JsonNode hidden =
        browser.evaluate(
            "(node => { const box = cy.container().getBoundingClientRect();"
                + " const at = node.renderedPosition(); return [box.x + at.x, box.y + at.y]; })"
                + "(cy.nodes().filter(node => node.data('name').includes('hidden')))");
    browser.click(hidden.get(0).asDouble(), hidden.get(1).asDouble());
    browser.await("document.getElementById('layerDetails').innerText.includes('hidden')");
    for (String chart : List.of("meanmag", "activations", "parametershistogram", "learningrate")) {
      browser.await(painted("#" + chart + " canvas.flot-base") + " > 200");
    }
    browser.screenshot(SCREENSHOTS.resolve("model-layer.png"));
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void systemPageShowsMemory() throws IOException, InterruptedException {
    browser.open(ui.address() + "/train/" + TRIAL.id() + "/system");
    browser.await("document.querySelector('#systemMemoryChartPlot canvas')");
    browser.screenshot(SCREENSHOTS.resolve("system.png"));
    assertEquals(List.of(), browser.complaints());
  }

  /** JavaScript: how many pixels of a canvas are not transparent. */
  private static String painted(String canvas) {
    return "(canvas => canvas == null ? 0 : canvas.getContext('2d')"
        + ".getImageData(0, 0, canvas.width, canvas.height).data"
        + ".filter((value, i) => i % 4 === 3 && value > 0).length)(document.querySelector('"
        + canvas
        + "'))";
  }

  private static EpochMetrics epoch(int epoch, double accuracy) {
    return new EpochMetrics(epoch, 1, accuracy, 1, accuracy, 1e-3, 1);
  }
}
