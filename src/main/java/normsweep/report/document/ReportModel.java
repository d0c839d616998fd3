package normsweep.report.document;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.figure.RenderedFigure;
import normsweep.report.finding.Finding;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;
import normsweep.report.finding.Findings;
import normsweep.report.finding.Recommendation;

/** The data model of the report's template. */
final class ReportModel {
  // A4 minus the style sheet's margins.
  private static final double PDF_WIDTH = 178;
  private static final int MISSING = 8;
  private static final int SUMMARY_CLIPPING = 6;
  private static final int CLIPPING = 16;
  // Thousands of cells, which as vectors would be large, slow and show seams.
  private static final Set<String> RASTER = Set.of("gradient-heatmap", "gradient-magnitudes-time");

  private final Map<String, Object> values = new LinkedHashMap<>();
  private int tables;
  private int pictures;

  private ReportModel() {}

  /**
   * Collects what the template needs.
   *
   * @param figures pictures to show
   * @param landscapes pictures of loss surfaces
   * @param forPdf whether figures are placeholders to draw in, not SVG
   */
  static Map<String, Object> of(
      SweepEvidence sweep,
      Findings findings,
      List<RenderedFigure> figures,
      List<LandscapePictures> landscapes,
      boolean forPdf) {
    ReportModel model = new ReportModel();
    model.general(sweep);
    model.findings(findings);
    model.tables(sweep);
    model.figures(figures, forPdf);
    model.landscapes(sweep, landscapes);
    return model.values;
  }

  private void general(SweepEvidence sweep) {
    values.put("sweep", sweep.config().name());
    values.put("completed", Integer.toString(sweep.completed().size()));
    values.put("total", Integer.toString(sweep.trials().size()));
    int seeds = sweep.config().grid().seed().size();
    values.put("seedCount", seeds == 1 ? "one seed" : seeds + " seeds");
    List<String> missing = sweep.missing();
    List<String> shown = new ArrayList<>(missing.subList(0, Math.min(MISSING, missing.size())));
    if (missing.size() > MISSING) {
      shown.add("… and " + (missing.size() - MISSING) + " more.");
    }
    values.put("missing", shown);
    values.put("protocol", SetUp.protocol(sweep.config()));
    values.put("setup", SetUp.rows(sweep));
    values.put("limits", SetUp.limits(sweep));
    values.put("future", SetUp.future(sweep));
  }

  private void findings(Findings findings) {
    List<Finding> summary = new ArrayList<>(findings.about(Topic.EVIDENCE));
    summary.addAll(findings.about(Topic.ACCURACY));
    summary.addAll(strongest(findings.about(Topic.CLIPPING), SUMMARY_CLIPPING));
    for (Topic topic : List.of(Topic.CONVERGENCE, Topic.STABILITY, Topic.GENERALISATION)) {
      findings.about(topic).stream()
          .filter(finding -> finding.strength() == Strength.CONCLUSION)
          .findFirst()
          .ifPresent(summary::add);
    }
    values.put("summary", items(summary));
    values.put(
        "recommendations",
        findings.recommendations().stream().map(Recommendation::text).limit(8).toList());
    values.put("accuracy", items(findings.about(Topic.ACCURACY)));
    values.put("convergence", items(findings.about(Topic.CONVERGENCE)));
    values.put("stability", items(strongest(findings.about(Topic.STABILITY), 8)));
    values.put("generalisation", items(findings.about(Topic.GENERALISATION)));
    values.put("clipping", items(strongest(findings.about(Topic.CLIPPING), CLIPPING)));
    values.put("gradients", items(findings.about(Topic.GRADIENTS)));
    values.put("landscape", items(findings.about(Topic.LANDSCAPE)));
    values.put("discussion", items(findings.about(Topic.DISCUSSION)));

    values.put("tally", tally(findings));
  }

  // Conclusions first if not all findings fit, otherwise in the order of the rules.
  private static List<Finding> strongest(List<Finding> findings, int most) {
    if (findings.size() <= most) {
      return findings;
    }
    List<Finding> kept = new ArrayList<>();
    for (Strength strength : Strength.values()) {
      findings.stream().filter(finding -> finding.strength() == strength).forEach(kept::add);
    }
    List<Finding> first = kept.subList(0, most);
    return findings.stream().filter(first::contains).toList();
  }

  private static String tally(Findings findings) {
    Map<Strength, Integer> counts = new LinkedHashMap<>();
    findings.findings().forEach(finding -> counts.merge(finding.strength(), 1, Integer::sum));
    return String.format(
        Locale.ROOT,
        "Of the %d findings in this report, %d are conclusions (a difference beyond the noise"
            + " between seeds, or a count that has no noise), %d describe only this sweep,"
            + " and %d report that no difference could be shown or give a reason for doubt.",
        findings.findings().size(),
        counts.getOrDefault(Strength.CONCLUSION, 0),
        counts.getOrDefault(Strength.OBSERVATION, 0),
        counts.getOrDefault(Strength.CAUTION, 0));
  }

  private static List<Map<String, String>> items(List<Finding> findings) {
    return findings.stream()
        .map(
            finding ->
                Map.of(
                    "text",
                    finding.text(),
                    "strength",
                    finding.strength().name().toLowerCase(Locale.ROOT)))
        .toList();
  }

  private void tables(SweepEvidence sweep) {
    List<Table> results = new ArrayList<>();
    results.add(Tables.accuracy(++tables, sweep));
    Tables.comparisons(tables + 1, sweep)
        .ifPresent(
            table -> {
              tables++;
              results.add(table);
            });
    results.add(Tables.convergence(++tables, sweep));
    values.put("resultTables", results);
    values.put("gradientTable", Tables.gradients(++tables, sweep));
    Optional<Table> landscapes = Tables.landscapes(tables + 1, sweep);
    landscapes.ifPresent(table -> values.put("landscapeTable", table));
  }

  private void figures(List<RenderedFigure> figures, boolean forPdf) {
    Map<String, Map<String, Object>> shown = new LinkedHashMap<>();
    for (RenderedFigure figure : figures) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("number", Integer.toString(++pictures));
      entry.put("caption", figure.figure().caption());
      if (RASTER.contains(figure.name())) {
        entry.put("png", png(figure.png()));
      } else if (forPdf) {
        double millimetres =
            PDF_WIDTH * figure.figure().sheet().height() / figure.figure().sheet().width();
        entry.put("object", figure.name());
        entry.put("type", PdfReport.FIGURE_TYPE);
        entry.put(
            "size",
            String.format(Locale.ROOT, "width:%.1fmm;height:%.1fmm", PDF_WIDTH, millimetres));
      } else {
        entry.put("svg", figure.svg());
      }
      shown.put(figure.name(), entry);
    }
    values.put("figures", shown);
  }

  private void landscapes(SweepEvidence sweep, List<LandscapePictures> landscapes) {
    List<Map<String, Object>> blocks = new ArrayList<>();
    for (LandscapePictures block : landscapes) {
      List<List<String>> rows =
          block.rows().stream().map(row -> row.stream().map(ReportModel::png).toList()).toList();
      blocks.add(
          Map.of("number", Integer.toString(++pictures), "caption", block.caption(), "rows", rows));
    }
    values.put("landscapePictures", blocks);
    sweep.completed().stream()
        .flatMap(trial -> trial.landscape().stream())
        .findFirst()
        .ifPresent(
            found ->
                values.put(
                    "landscapeText",
                    String.format(
                        Locale.ROOT,
                        "The figures show the loss on %d validation images in inference mode around each trained"
                            + " head, along two random directions in which every filter has the norm of the"
                            + " head's own filter [2], and which are zero for biases and norm parameters. All"
                            + " trials of a seed share the directions (seed %d), and all pictures share range"
                            + " (±%s) and colours. Sharpness is the largest rise of the loss within a radius"
                            + " of %s.",
                        found.images(),
                        found.settings().seed(),
                        found.settings().range(),
                        found.settings().radius())));
  }

  private static String png(byte[] picture) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(picture);
  }
}
