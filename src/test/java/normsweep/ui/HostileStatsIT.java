package normsweep.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statistics in which every text is markup with a script, shown in a browser. */
class HostileStatsIT {
  private static final Path SCREENSHOTS = Path.of("target", "ui-screenshots");
  private static final Trial TRIAL =
      new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.globalNorm(1), 1);
  private static final String ATTACK = "'\"><img src=x onerror=\"hit=1\">";

  @TempDir static Path output;

  private static SweepUi ui;
  private static Browser browser;

  @BeforeAll
  static void serve() throws IOException, InterruptedException {
    SweepFolder folder = new SweepFolder(output.resolve("tiny"));
    Path file = folder.trial(TRIAL.id()).stats();
    try (SweepStats stats = SweepStats.open(file, TRIAL.id(), 1, 0)) {
      new TinyTraining(ATTACK).train(stats.listener(), 0, 30);
    }
    Path journal = StatsJournal.beside(file);
    List<Persistable> records = new ArrayList<>();
    for (String worker : List.of("trainer" + ATTACK, "zweiter" + ATTACK)) {
      // A fresh copy of each record.
      StatsJournal.read(journal).records().forEach(record -> records.add(hostile(record, worker)));
    }
    StatsJournal.create(journal, records);
    Records.writeJson(
        folder.results(),
        new SweepResults(
            SweepResults.SCHEMA,
            ATTACK,
            null,
            null,
            Map.of(),
            List.of(TrialResult.failed(TRIAL, 3, ATTACK))));
    ui = SweepUi.start("127.0.0.1", 0, List.of(), folder);
    browser = Browser.start();
  }

  /** The same record from another worker, with markup in every text. */
  private static Persistable hostile(Persistable record, String worker) {
    long time = record.getTimeStamp();
    if (record instanceof SbeStatsInitializationReport info) {
      info.reportIDs(TRIAL.id(), info.getTypeID(), worker, time);
      info.reportSoftwareInfo(
          "arch" + ATTACK,
          "os" + ATTACK,
          "jvm" + ATTACK,
          "version" + ATTACK,
          "spec" + ATTACK,
          "backend" + ATTACK,
          "type" + ATTACK,
          "host" + ATTACK,
          "uid" + ATTACK,
          Map.of("key" + ATTACK, "value" + ATTACK));
      info.reportHardwareInfo(
          2, 1, 1 << 20, 1 << 20, new long[] {1 << 20}, new String[] {"gpu" + ATTACK}, ATTACK);
    } else if (record instanceof SbeStatsReport report) {
      report.reportIDs(TRIAL.id(), report.getTypeID(), worker, time);
      report.reportMemoryUse(
          1 << 10, 1 << 20, 1 << 10, 1 << 20, new long[] {1 << 10}, new long[] {1 << 20});
    }
    return record;
  }

  @AfterAll
  static void stop() throws IOException {
    browser.close();
    ui.close();
  }

  @Test
  void sweepPageShowsMarkupAsText() throws InterruptedException {
    browser.open(ui.address() + "/sweep");
    browser.await("document.querySelectorAll('#trials tr').length === 1");
    assertShown("document.querySelector('#trials .status + small')", ATTACK);
    assertShown("document.getElementById('name')", ATTACK);
    assertHarmless();
  }

  @Test
  void systemPageShowsMarkupAsText() throws IOException, InterruptedException {
    browser.open(ui.address() + "/train/" + TRIAL.id() + "/system");
    browser.await("document.querySelector('#gpuMemoryChartPlot .legendLabel')");
    browser.await("document.getElementById('jvmName').textContent.startsWith('jvm')");
    browser.await("document.querySelectorAll('#workerSelect option').length === 2");
    browser.screenshot(SCREENSHOTS.resolve("hostile-system.png"));
    assertShown("document.querySelector('#gpuMemoryChartPlot .legendLabel')", "gpu" + ATTACK);
    for (Map.Entry<String, String> field :
        Map.of(
                "OS", "os",
                "hostName", "host",
                "OSArchitecture", "arch",
                "jvmName", "jvm",
                "jvmVersion", "version",
                "nd4jBackend", "backend",
                "nd4jDataType", "type")
            .entrySet()) {
      String text = field.getValue() + ATTACK;
      assertShown("document.getElementById('" + field.getKey() + "')", text);
    }
    assertShown(
        "[...document.querySelectorAll('#workerSelect option')]"
            + ".find(option => option.textContent.startsWith('trainer'))",
        "trainer" + ATTACK);
    assertHarmless();
  }

  @Test
  void overviewPageDrawsAndSwitchesTabs() throws IOException, InterruptedException {
    browser.open(ui.address() + "/train/" + TRIAL.id() + "/overview");
    browser.await("document.querySelector('#stdevChart .legendLabel')");
    browser.evaluate("document.querySelector('#stdevGradients a').click()");
    browser.await("document.getElementById('stdevGradients').className === 'active'");
    browser.await("document.querySelector('#stdevChart .legendLabel')?.textContent.endsWith('_W')");
    browser.screenshot(SCREENSHOTS.resolve("hostile-overview.png"));
    assertHarmless();
  }

  @Test
  void modelPageShowsMarkupAsText() throws IOException, InterruptedException {
    browser.open(ui.address() + "/train/" + TRIAL.id() + "/model");
    browser.await("window.cy && cy.nodes && cy.nodes().length === 4");
    browser.evaluate("setSelectedVertex(1)");
    browser.await("document.querySelector('#learningrate .legendLabel')");
    browser.evaluate("document.querySelector('#mmParamTab a').click()");
    browser.await("document.getElementById('mmParamTab').className === 'active'");
    assertShown("document.querySelector('#layerInfo td:nth-child(2)')", "hidden" + ATTACK);
    browser.screenshot(SCREENSHOTS.resolve("hostile-model.png"));
    assertHarmless();
  }

  @Test
  void policyForbidsInlineScripts() throws IOException, InterruptedException {
    try (Browser own = Browser.start()) {
      own.open(ui.address() + "/train/" + TRIAL.id() + "/overview");
      own.await("document.querySelector('#stdevChart .legendLabel')");
      own.evaluate(
          "new Promise(done => {"
              + " document.addEventListener('securitypolicyviolation', done);"
              + " document.body.insertAdjacentHTML('beforeend', '<a onclick=\"hit=1\">');"
              + " document.body.lastElementChild.click(); })"
              + ".then(() => true)");
      assertTrue(own.evaluate("window.hit === undefined").asBoolean());
    }
  }

  private static void assertShown(String element, String text) {
    assertEquals(text, browser.evaluate(element + ".textContent").asText(), element);
  }

  /** A trial has one worker, so this server has no route to choose another. */
  private static void assertHarmless() {
    assertTrue(browser.evaluate("window.hit === undefined").asBoolean());
    assertEquals(0, browser.evaluate("document.querySelectorAll('img').length").asInt());
    assertEquals(
        List.of(),
        browser.complaints().stream().filter(text -> !text.contains("/setByIdx/")).toList());
  }
}
