package normsweep.report.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import normsweep.record.Norm;
import normsweep.record.SweepFolder;
import normsweep.report.MadeUpSweep;
import normsweep.report.Report;
import normsweep.ui.Browser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a browser shows it from a file. */
class HtmlReportIT {
  static {
    System.setProperty("java.awt.headless", "true");
  }

  private static final Path SCREENSHOTS = Path.of("target", "ui-screenshots");
  private static final String TRIALS = "document.querySelector('table.trials')";
  private static final String SHOWN_TRIALS =
      "[..." + TRIALS + ".tBodies[0].rows].filter(row => row.offsetHeight > 0)";
  private static final String LINES =
      "document.querySelector('#figure-curves .js-plotly-plot').data"
          + ".filter(trace => trace.hoverinfo !== 'skip').map(trace => trace.meta)";

  private static final String SURFACES = "document.querySelector('#surface-chart select').length";

  @TempDir static Path root;

  private static Browser browser;
  private static String address;

  @BeforeAll
  static void write() throws IOException, InterruptedException {
    SweepFolder folder =
        MadeUpSweep.quick()
            .epochs(4)
            .seeds(1L, 2L)
            .accuracy(t -> (t.norm() == Norm.LAYER_NORM ? 0.6 : 0.7) + 0.01 * t.seed())
            .gradientScale(t -> 3)
            .landscapes(t -> 2)
            .drawn()
            .predictions()
            .write(root);
    Report.write(folder);
    Path file = root.resolve("report.html");
    address = file.toUri().toString();
    browser = Browser.start();
  }

  @AfterAll
  static void stop() {
    browser.close();
  }

  @BeforeEach
  void open() throws InterruptedException {
    browser.resize(1400, 1000);
    browser.open("about:blank");
    browser.await("location.href === 'about:blank'");
    browser.open(address);
    browser.await("document.body?.classList.contains('ready')");
  }

  @AfterEach
  void nothingElseIsRequested() {
    assertEquals(List.of(), browser.complaints());
    for (String request : browser.requests()) {
      assertTrue(request.equals(address) || request.matches("(?s)(about|data|blob):.*"), request);
    }
  }

  @Test
  void contentsLeadToEachHeading() throws InterruptedException {
    List<String> headings =
        texts("[...document.querySelectorAll('h2, h3')].map(one => one.textContent)");
    assertTrue(headings.size() > 10, headings.toString());
    String links = "[...document.querySelectorAll('#contents a')]";
    assertEquals(headings, texts(links + ".map(link => link.textContent)"));
    assertEquals(
        headings, texts(links + ".map(link => document.querySelector(link.hash).textContent)"));
    browser.evaluate(links + ".find(link => link.textContent.includes('Gradients')).click()");
    browser.await(
        "Math.abs(document.querySelector(location.hash).getBoundingClientRect().top) < 50");
    assertTrue(
        browser.evaluate("document.getElementById('contents').offsetLeft === 0").asBoolean());
  }

  @Test
  void headersSortTheirTable() {
    String header = TRIALS + ".tHead.rows[0].cells[3]";
    String column = "[..." + TRIALS + ".tBodies[0].rows].map(row => row.cells[3].textContent)";
    List<String> before = texts(column);
    assertEquals(12, before.size());
    List<String> ascending = new ArrayList<>(before);
    ascending.sort(Comparator.comparingDouble(Double::parseDouble));
    browser.evaluate(header + ".querySelector('button').click()");
    assertEquals(ascending, texts(column));
    assertEquals("ascending", browser.evaluate(header + ".ariaSort").asText());
    browser.evaluate(header + ".querySelector('button').click()");
    List<String> descending = new ArrayList<>(before);
    descending.sort(
        Comparator.comparingDouble((String cell) -> Double.parseDouble(cell)).reversed());
    assertEquals(descending, texts(column));
    assertEquals("descending", browser.evaluate(header + ".ariaSort").asText());
    browser.evaluate(header + ".querySelector('button').click()");
    assertEquals(before, texts(column));
    assertEquals("none", browser.evaluate(header + ".ariaSort").asText());
  }

  @Test
  void filterHidesRowsAndLines() {
    assertEquals(12, browser.evaluate(SHOWN_TRIALS + ".length").asInt());
    assertEquals(6, texts(LINES).size());
    assertEquals(12, browser.evaluate(SURFACES).asInt());
    untick("norm", "layer norm");
    assertEquals(8, browser.evaluate(SHOWN_TRIALS + ".length").asInt());
    assertEquals(
        List.of(
            "batch norm, no clipping",
            "batch norm, clip 1.0",
            "filter response norm, no clipping",
            "filter response norm, clip 1.0"),
        texts(LINES));
    assertEquals(8, browser.evaluate(SURFACES).asInt());
    untick("clip", "no clipping");
    assertEquals(List.of("batch norm, clip 1.0", "filter response norm, clip 1.0"), texts(LINES));
    untick("seed", "1");
    assertEquals(List.of("2", "2"), texts(SHOWN_TRIALS + ".map(row => row.cells[1].textContent)"));
    assertTrue(
        browser
            .evaluate("document.querySelector('#filter output').textContent")
            .asText()
            .startsWith("2 of 12 trials in charts."));
    assertEquals(
        List.of("72.0", "72.0"),
        texts(
            "document.querySelector('#figure-test-accuracy .js-plotly-plot').data"
                + ".map(trace => trace.x[0].toFixed(1))"));
  }

  @Test
  void chartsShowTheirValues() throws Exception {
    browser.evaluate("document.getElementById('figure-curves').scrollIntoView()");
    JsonNode at =
        browser.evaluate(
            "(() => { const box = document.querySelector('#figure-curves .nsewdrag')"
                + ".getBoundingClientRect();"
                + " return [box.x + box.width / 2, box.y + box.height / 2]; })()");
    browser.point(at.get(0).asDouble(), at.get(1).asDouble());
    browser.await(
        "document.querySelector('#figure-curves .hoverlayer').textContent"
            + ".includes('layer norm, clip 1.0')");
    browser.screenshot(SCREENSHOTS.resolve("report.png"));
    assertEquals(
        0,
        browser
            .evaluate("document.querySelector('#figure-curves svg.printed').clientWidth")
            .asInt());
    browser.evaluate("document.querySelector('#figure-curves .chart-head input').click()");
    assertTrue(
        browser.evaluate("document.querySelector('#figure-curves svg.printed').clientWidth").asInt()
            > 300);
  }

  @Test
  void fitsNarrowScreens() throws Exception {
    browser.resize(390, 844);
    browser.open(address);
    browser.await("document.body?.classList.contains('ready') && innerWidth === 390");
    assertTrue(browser.evaluate("document.documentElement.scrollWidth <= innerWidth").asBoolean());
    browser.screenshot(SCREENSHOTS.resolve("report-narrow.png"));
  }

  private static void untick(String name, String value) {
    browser.evaluate(
        "document.querySelector('#filter [name=%s][value=\"%s\"]').click()".formatted(name, value));
  }

  private static List<String> texts(String expression) {
    List<String> texts = new ArrayList<>();
    browser.evaluate(expression).forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
