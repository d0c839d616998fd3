package normsweep.report.document;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import normsweep.record.TrialResult;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.SweepEvidence;

/** What the HTML page has beyond the PDF: a table of all trials, and what its scripts need. */
final class InteractiveParts {
  private static final String NONE = "–";

  private InteractiveParts() {}

  /** The page with its contents, the style and scripts of a screen, and the table. */
  static String added(String page, SweepEvidence sweep) throws IOException {
    Map<String, Object> values =
        Map.of(
            "trials", sweep.trials().stream().map(trial -> row(trial.row())).toList(),
            "chartData", ChartData.of(sweep).json(),
            "plotly", packedLibrary(),
            "script", HtmlReport.resource("interactive.js"));
    return Contents.inserted(
        page.replace("</style>", HtmlReport.resource("interactive.css") + "</style>")
            .replace("</body>", HtmlReport.page("interactive.ftlh", values) + "</body>"));
  }

  private static List<String> row(TrialResult row) {
    return List.of(
        row.trial().label(),
        Long.toString(row.seed()),
        row.status().id(),
        number(1, 100, row.testAccuracy()),
        number(3, 1, row.testLoss()),
        number(1, 100, row.valAccuracy()),
        number(3, 1, row.valLoss()),
        number(0, 1, row.bestEpoch()),
        number(1, 100, row.clippedFraction()),
        number(1, 1, row.completed() ? row.trainSeconds() : null));
  }

  private static String number(int decimals, double factor, Number value) {
    return Optional.ofNullable(value)
        .map(one -> Sentences.rounded(factor * one.doubleValue(), decimals, false))
        .orElse(NONE);
  }

  // As plain text, the library would triple the size of the page.
  private static String packedLibrary() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (InputStream library = InteractiveParts.class.getResourceAsStream(SurfacesPage.PLOTLY);
        GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      library.transferTo(gzip);
    }
    return Base64.getEncoder().encodeToString(packed.toByteArray());
  }
}
