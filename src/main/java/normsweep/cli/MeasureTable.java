package normsweep.cli;

import java.util.List;
import java.util.Locale;
import normsweep.landscape.SurfaceMeasures;
import normsweep.landscape.TrialLandscape;

/** The measures of all trials as a text table. */
final class MeasureTable {
  private static final String HEAD =
      String.format(
          Locale.ROOT,
          "%-42s %9s %9s %9s %8s %10s %10s%n",
          "trial",
          "loss",
          "rise",
          "rough",
          "convex",
          "top eig.",
          "least eig.");

  private MeasureTable() {}

  /** The table: one line of headings, then one line per trial. */
  static String of(List<TrialLandscape> trials) {
    StringBuilder table = new StringBuilder(HEAD);
    for (TrialLandscape trial : trials) {
      SurfaceMeasures measures = trial.measures();
      table.append(
          String.format(
              Locale.ROOT,
              "%-42s %9.4f %9.4f %9s %7.1f%% %10.3f %10.3f%n",
              trial.trial(),
              trial.centreLoss(),
              measures.sharpness(),
              measures.roughness() == null
                  ? "-"
                  : String.format(Locale.ROOT, "%.4f", measures.roughness()),
              100 * measures.positiveDefiniteShare(),
              trial.spectrum().largest()[0],
              trial.spectrum().smallest()));
    }
    return table.toString();
  }
}
