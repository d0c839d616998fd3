package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import normsweep.record.GradientNorm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.ui.Browser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trial, watched in a browser while it trains. */
class LiveTrialIT {
  private static final Path SCREENSHOTS = Path.of("target", "ui-screenshots");
  private static final String TRIAL = "batch-norm.clip-1.0.seed-1";
  private static final int STEPS_PER_EPOCH = 120;

  @TempDir Path folder;

  @Test
  void pagesFollowTraining() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("live.yaml"),
        """
        data: {train: 480, validation: 40, test: 20, views: 1}
        training: {epochs: 7, batchSize: 4}
        grid: {norm: [batch-norm], clip: [1.0]}
        tracking: {histogramEvery: 20, statsEvery: 20, dynamicsEvery: 20}
        """);
    JarProcess sweep =
        JarProcess.start(folder, List.of(), "run", "live.yaml", "--ui", "--ui-port", "0");
    try (Browser browser = Browser.start()) {
      String address = LiveSweepIT.address(sweep);
      browser.resize(1300, 1000);
      browser.open(address + "/sweep");
      browser.await("document.querySelector('#trials .running')");
      browser.open(address + "/trial/" + TRIAL);
      browser.await("window.charts === undefined && typeof charts === 'object'");
      browser.evaluate("window.same = true");
      browser.await("Object.values(charts).every(chart => chart.plot?.data[0].length > 0)");
      // Within an epoch, too.
      browser.await(STEP + " > " + STEPS_PER_EPOCH + " && " + STEP + " % " + STEPS_PER_EPOCH);
      int step = browser.evaluate(STEP).asInt();
      browser.await(STEP + " > " + step);
      browser.await("charts.norms.plot.data[0].at(-1) > " + step + " - 8");
      assertTrue(browser.evaluate("window.same").asBoolean());
      browser.screenshotWhole(SCREENSHOTS.resolve("live-trial.png"));
      assertEquals(List.of(), browser.complaints());
      JsonNode shown = browser.evaluate(SHOWN_NORMS);
      browser.open(address + "/train/" + TRIAL + "/overview");
      browser.await("document.querySelectorAll('#stdevChart canvas').length > 0");
      browser.screenshotWhole(SCREENSHOTS.resolve("live-overview.png"));
      assertEquals(List.of(), browser.complaints());
      assertEquals(
          List.of(),
          browser.requests().stream()
              .filter(request -> !request.startsWith(address) && !request.startsWith("data:"))
              .toList());
      sameAsInGradients(shown);
    } finally {
      JarProcess.Ended ended = sweep.await();
      assertEquals(0, ended.exitCode(), ended.output());
    }
  }

  private static final String STEP =
      "Number(document.getElementById('summary').textContent.match(/step (\\d+)/)?.[1])";

  private static final String SHOWN_NORMS =
      "fetch('/train/"
          + TRIAL
          + "/overview/data').then(answer => answer.json())"
          + ".then(all => [all.scoresIter, all.stdevGradients])";

  /** DL4J counts iterations from 0, and computes in other units: sums over the batch. */
  private void sameAsInGradients(JsonNode shown) {
    List<GradientNorm> rows =
        Records.readCsv(
            new SweepFolder(folder.resolve("output").resolve("live")).trial(TRIAL).gradients(),
            GradientNorm.class);
    List<String> parameters = rows.stream().map(GradientNorm::parameter).distinct().toList();
    assertEquals(parameters.size() - 1, shown.get(1).size(), "all but the total");
    for (int i = 0; i < shown.get(0).size(); i++) {
      int iteration = shown.get(0).get(i).asInt() + 1;
      for (GradientNorm row : rows) {
        if (row.iteration() == iteration && !row.parameter().equals(GradientNorm.TOTAL)) {
          double norm = shown.get(1).get(row.parameter()).get(i).asDouble();
          assertEquals(row.normBefore(), norm, 1e-4 * norm, row.toString());
        }
      }
    }
  }
}
