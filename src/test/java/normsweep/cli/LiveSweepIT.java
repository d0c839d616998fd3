package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import normsweep.ui.Browser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep, watched in a browser from its first trial to its last. */
class LiveSweepIT {
  private static final Path SCREENSHOTS = Path.of("target", "ui-screenshots");
  private static final Pattern ADDRESS =
      Pattern.compile("Training statistics at (http://127.0.0.1:\\d+)");
  private static final int CELLS = 4;

  @TempDir Path folder;

  @Test
  void pageFollowsSweep() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("live.yaml"),
        """
        data: {train: 128, validation: 40, test: 20, views: 1}
        training: {epochs: 5, batchSize: 16}
        grid: {norm: [layer-norm, filter-response-norm], clip: [none, 1.0], seed: [1, 2]}
        tracking: {histogramEvery: 4, statsEvery: 4, dynamicsEvery: 4}
        """);
    JarProcess sweep =
        JarProcess.start(folder, List.of(), "run", "live.yaml", "--ui", "--ui-port", "0");
    try (Browser browser = Browser.start()) {
      String address = address(sweep);
      browser.resize(1300, 700);
      browser.open(address + "/sweep");
      browser.await("document.querySelector('#trials tr')");
      watch(browser);
      browser.await("document.querySelector('#trials .running')");
      browser.screenshotWhole(SCREENSHOTS.resolve("live-running.png"));
      browser.await("document.getElementById('progress').textContent.includes('training left')");
      browser.await("document.querySelectorAll('#trials .completed').length > 0");
      assertUndisturbed(browser);
      browser.await("document.querySelectorAll('#trials tr .completed').length >= 4");
      assertUndisturbed(browser);
      everyChartHasData(browser);
      accessibleInAllSizes(browser);
      browser.await(
          "document.querySelector('.problem, #connection:not(:empty)')"
              + " || document.querySelectorAll('#trials .completed').length === 8");
      List<String> own =
          browser.requests().stream().filter(request -> request.startsWith(address)).toList();
      assertEquals(own, browser.requests());
      // Once the sweep has ended, nothing answers any more.
      assertEquals(
          List.of(),
          browser.complaints().stream()
              .filter(text -> !text.contains("ERR_CONNECTION_REFUSED"))
              .toList());
    } finally {
      JarProcess.Ended ended = sweep.await();
      assertEquals(0, ended.exitCode(), ended.output());
    }
  }

  /** What the reader does before the page changes under them. */
  private static void watch(Browser browser) {
    browser.evaluate(
        "window.same = true; const own = document.querySelector('select[data-filter=clip]');"
            + " own.value = 'clip 1.0'; own.dispatchEvent(new Event('change', {bubbles: true}));"
            + " document.querySelector('th[data-key=Status] button').click();"
            + " window.row = document.querySelector('#trials tr:not([hidden]) a');"
            + " row.focus(); window.scrollTo(0, 300); window.top0 = window.scrollY");
  }

  private static void assertUndisturbed(Browser browser) {
    JsonNode state =
        browser.evaluate(
            "[window.same, document.activeElement === window.row, window.scrollY === window.top0,"
                + " document.querySelector('select[data-filter=clip]').value,"
                + " document.querySelector('th[data-key=Status]').ariaSort,"
                + " document.querySelectorAll('#trials tr:not([hidden])').length]");
    // The page was opened before it had columns for the settings.
    JsonNode columns =
        browser.evaluate(
            "[...document.getElementById('table').tHead.rows[0].cells]"
                + ".slice(0, 5).map(head => head.dataset.key)");
    assertEquals("[\"trial\",\"norm\",\"clip\",\"seed\",\"Status\"]", columns.toString());
    assertEquals("norm", browser.evaluate("document.getElementById('colour').value").asText());
    assertEquals(
        "[\"norm\",\"clip\"]",
        browser
            .evaluate("[...document.getElementById('colour').options].map(one => one.value)")
            .toString());
    assertEquals("[true,true,true,\"clip 1.0\",\"ascending\",4]", state.toString());
  }

  private static void everyChartHasData(Browser browser) throws InterruptedException {
    browser.evaluate(
        "(filter => { filter.value = '';"
            + " filter.dispatchEvent(new Event('change', {bubbles: true})); })"
            + "(document.querySelector('select[data-filter=clip]'))");
    JsonNode kinds =
        browser.evaluate("[...document.getElementById('kind').options].map(one => one.value)");
    assertTrue(kinds.size() >= 15, kinds.toString());
    for (JsonNode kind : kinds) {
      browser.evaluate(
          "(kind => { kind.value = '"
              + kind.asText()
              + "'; kind.dispatchEvent(new Event('change')); })(document.getElementById('kind'))");
      String label = "document.getElementById('kind').selectedOptions[0].textContent";
      browser.await("document.querySelector('.chart-canvas').ariaLabel?.startsWith(" + label + ")");
      browser.await("document.querySelectorAll('.chart-legend button').length >= " + (CELLS - 2));
      browser.await(
          "(canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)"
              + ".data.filter((value, i) => i % 4 === 3 && value > 200).length > 1000)"
              + "(document.querySelector('#chart canvas'))");
    }
  }

  private static void accessibleInAllSizes(Browser browser)
      throws IOException, InterruptedException {
    for (String scheme : List.of("light", "dark")) {
      browser.scheme(scheme);
      for (int width : List.of(390, 800, 1300, 1920)) {
        browser.resize(width, 900);
        browser.await("document.documentElement.scrollWidth <= " + width);
        browser.screenshotWhole(SCREENSHOTS.resolve("sweep-" + width + "-" + scheme + ".png"));
        assertEquals(List.of(), browser.inaccessible(), width + " " + scheme);
      }
    }
  }

  /** Where a sweep serves its pages, once it does. */
  static String address(JarProcess sweep) throws IOException, InterruptedException {
    while (sweep.running()) {
      Matcher address = ADDRESS.matcher(sweep.text());
      if (address.find()) {
        return address.group(1);
      }
      Thread.sleep(20);
    }
    throw new IllegalStateException("ended before it served: " + sweep.text());
  }
}
