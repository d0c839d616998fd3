package normsweep.report.document;

import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import normsweep.record.Norm;
import normsweep.record.Optimizer;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.Tables.Table;
import normsweep.report.figure.RenderedFigure;
import normsweep.report.figure.Sheet;
import normsweep.report.finding.Finding;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;
import normsweep.report.finding.Findings;
import normsweep.report.prediction.SweepPredictions;

/** The data model of the report's template. */
final class ReportModel {
  // A4 minus the style sheet's margins.
  private static final double PDF_WIDTH = 178;
  private static final int MISSING = 8;
  private static final int GUIDELINES = 8;
  private static final int SUMMARY_CLIPPING = 6;
  // How many findings of a topic are shown at most; other topics show all.
  private static final Map<Topic, Integer> MOST = Map.of(Topic.STABILITY, 8, Topic.CLIPPING, 16);
  // Thousands of cells, which as vectors would be large, slow and show seams.
  private static final Set<String> RASTER = Set.of("gradient-heatmap", "gradient-magnitudes-time");

  private final Map<String, Object> values = new LinkedHashMap<>();

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
    model.general(sweep, forPdf);
    model.findings(findings);
    model.tables(sweep, sweep.best(), findings.contrasts(), forPdf);
    model.figures(figures, forPdf);
    model.landscapes(sweep.best(), landscapes, figures.size());
    return model.values;
  }

  private void general(SweepEvidence sweep, boolean forPdf) {
    values.put("sweep", sweep.config().name());
    values.put("completed", Integer.toString(sweep.completed().size()));
    values.put("total", Integer.toString(sweep.trials().size()));
    int seeds = sweep.config().grid().seed().size();
    values.put("seedCount", seeds == 1 ? "one seed" : seeds + " seeds");
    List<String> missing = sweep.missing();
    List<String> shown = new ArrayList<>(missing.stream().limit(MISSING).toList());
    if (missing.size() > MISSING) {
      shown.add("… and " + (missing.size() - MISSING) + " more.");
    }
    values.put("missing", shown);
    values.put("forPdf", forPdf);
    values.put("control", sweep.config().grid().norm().contains(Norm.NONE));
    Optimizer optimizer = sweep.best().config().training().optimizer();
    values.put("optimizer", optimizer.label());
    values.put("proportional", optimizer.hasMomentum());
    values.put("protocol", SetUp.protocol(sweep));
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
    values.put("summary", summary);
    values.put("recommendations", findings.recommendations().stream().limit(GUIDELINES).toList());
    for (Topic topic : Topic.values()) {
      int most = MOST.getOrDefault(topic, Integer.MAX_VALUE);
      values.put(topic.name().toLowerCase(Locale.ROOT), strongest(findings.about(topic), most));
    }
    values.put(
        "tally",
        say(
            "Of the %d findings in this report, %d are conclusions (a difference beyond the noise"
                + " between seeds, corrected for all %d comparisons), %d describe only this sweep,"
                + " and %d report that no difference could be shown or give a reason for doubt.",
            findings.findings().size(),
            count(findings, Strength.CONCLUSION),
            findings.contrasts().tested(),
            count(findings, Strength.OBSERVATION),
            count(findings, Strength.CAUTION)));
  }

  // Conclusions first if not all findings fit, otherwise in the order of the rules.
  private static List<Finding> strongest(List<Finding> findings, int most) {
    List<Finding> kept =
        findings.stream().sorted(Comparator.comparing(Finding::strength)).limit(most).toList();
    return findings.stream().filter(kept::contains).toList();
  }

  private static long count(Findings findings, Strength strength) {
    return findings.findings().stream().filter(one -> one.strength() == strength).count();
  }

  private void tables(
      SweepEvidence whole, SweepEvidence sweep, Contrasts contrasts, boolean forPdf) {
    List<Table> results = new ArrayList<>(List.of(Tables.accuracy(1, whole)));
    Tables.contrasts(2, contrasts).ifPresent(results::add);
    results.add(Tables.convergence(results.size() + 1, sweep));
    Tables.tuning(results.size() + 1, whole).ifPresent(results::add);
    values.put("resultTables", results);
    int number = results.size() + (forPdf ? 0 : predictions(results.size() + 1, sweep)) + 1;
    values.put("gradientTable", Tables.gradients(number, sweep));
    number += put("clippingTable", forPdf ? Optional.empty() : Tables.clipping(number + 1, whole));
    number += put("landscapeTable", Tables.landscapes(number + 1, sweep));
    number += put("dynamicsTable", Tables.dynamics(number + 1, sweep));
    if (!forPdf) {
      values.put("sectionTables", SectionTables.of(number + 1, sweep));
    }
  }

  // How many tables there are then.
  private int put(String name, Optional<Table> table) {
    table.ifPresent(found -> values.put(name, found));
    return table.isPresent() ? 1 : 0;
  }

  private int predictions(int first, SweepEvidence sweep) {
    List<Table> tables = PredictionTables.of(first, sweep);
    SweepPredictions.of(sweep)
        .ifPresent(
            all -> {
              values.put("predictionTables", tables);
              values.put("misclassified", Misclassified.of(sweep, all));
            });
    return tables.size();
  }

  private void figures(List<RenderedFigure> figures, boolean forPdf) {
    Map<String, Map<String, String>> shown = new LinkedHashMap<>();
    for (RenderedFigure figure : figures) {
      Map<String, String> entry = new LinkedHashMap<>();
      entry.put("number", Integer.toString(shown.size() + 1));
      entry.put("caption", figure.figure().caption());
      if (RASTER.contains(figure.name())) {
        entry.put("png", png(figure.png()));
      } else if (forPdf) {
        Sheet sheet = figure.figure().sheet();
        double height = PDF_WIDTH * sheet.height() / sheet.width();
        entry.put("object", figure.name());
        entry.put("type", PdfReport.FIGURE_TYPE);
        entry.put("size", say("width:%.1fmm;height:%.1fmm", PDF_WIDTH, height));
      } else {
        entry.put("svg", figure.svg());
      }
      shown.put(figure.name(), entry);
    }
    values.put("figures", shown);
  }

  private void landscapes(SweepEvidence sweep, List<LandscapePictures> landscapes, int figures) {
    List<Map<String, Object>> blocks = new ArrayList<>();
    for (LandscapePictures block : landscapes) {
      List<String> pictures = block.pictures().stream().map(ReportModel::png).toList();
      String number = Integer.toString(figures + blocks.size() + 1);
      blocks.add(Map.of("number", number, "caption", block.caption(), "pictures", pictures));
    }
    values.put("landscapePictures", blocks);
    sweep.completed().stream()
        .flatMap(trial -> trial.landscape().stream())
        .findFirst()
        .ifPresent(
            found ->
                values.put(
                    "landscapeText",
                    say(
                        "The figures show the loss on %d validation images in inference mode around"
                            + " each trained head, along two random directions in which every"
                            + " filter has the norm of the head's own filter [2], and which are"
                            + " zero for biases and norm parameters. All trials of a seed share the"
                            + " directions (seed %d), and all pictures share range (±%s) and"
                            + " colours. Sharpness is the largest rise of the loss within a radius"
                            + " of %s.",
                        found.images(),
                        found.settings().seed(),
                        found.settings().range(),
                        found.settings().radius())));
  }

  static String png(byte[] picture) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(picture);
  }
}
