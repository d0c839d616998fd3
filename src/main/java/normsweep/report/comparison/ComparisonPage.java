package normsweep.report.comparison;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import normsweep.report.document.HtmlReport;

/** The comparison as one self-contained HTML page in the report's style, light and dark. */
public final class ComparisonPage {
  private ComparisonPage() {}

  /** The page. */
  public static String of(SweepsComparison comparison) throws IOException {
    List<Map<String, String>> sweeps =
        comparison.sweeps().stream()
            .map(
                sweep ->
                    Map.of(
                        "letter", sweep.letter(),
                        "folder", sweep.folder().toString(),
                        "completed", Integer.toString(sweep.completed().size()),
                        "total", Integer.toString(sweep.results().trials().size())))
            .toList();
    return HtmlReport.page(
        "comparison.ftlh",
        Map.of(
            "sweeps", sweeps,
            "differences", comparison.differences(),
            "warnings", comparison.warnings(),
            "cells", CellTable.of(comparison),
            "notes", String.join(" ", ComparisonNotes.METHOD),
            "chosen", ComparisonNotes.chosen(comparison)));
  }
}
