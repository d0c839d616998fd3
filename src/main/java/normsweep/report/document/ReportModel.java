package normsweep.report.document;

import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import normsweep.record.Norm;
import normsweep.record.Optimizer;
import normsweep.record.TrialSettings;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.Tables.Table;
import normsweep.report.figure.Figure.RenderedFigure;
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
   * @param demoted names, such as {@code figure-curves}, of what is not in the main part but in the
   *     appendix
   * @param forPdf whether figures are placeholders to draw in, not SVG
   */
  static Map<String, Object> of(
      SweepEvidence sweep,
      Findings findings,
      List<RenderedFigure> figures,
      List<LandscapePictures> landscapes,
      Set<String> demoted,
      boolean forPdf) {
    ReportModel model = new ReportModel();
    model.general(sweep, forPdf);
    model.findings(findings);
    model.tables(sweep, sweep.best(), findings.contrasts());
    model.figures(figures, landscapes, forPdf);
    model.landscapes(sweep.best());
    model.values.put("demoted", List.copyOf(demoted));
    return model.values;
  }

  private void general(SweepEvidence sweep, boolean forPdf) {
    values.put("sweep", sweep.config().name());
    values.put("dataSet", sweep.results().images().title());
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
    values.put(
        "varied",
        Sentences.list(sweep.config().varied().stream().map(TrialSettings::words).toList()));
    values.put("choices", Choices.of(sweep));
    values.put("provenance", SetUp.provenance(sweep));
    values.put("limits", SetUp.limits(sweep));
    values.put("future", SetUp.future(sweep));
  }

  private void findings(Findings findings) {
    values.put("answers", findings.answers());
    values.put("explanations", findings.explanations());
    values.put("recommendations", findings.recommendations().stream().limit(GUIDELINES).toList());
    for (Topic topic : Topic.values()) {
      int most = MOST.getOrDefault(topic, Integer.MAX_VALUE);
      values.put(topic.name().toLowerCase(Locale.ROOT), strongest(findings.about(topic), most));
    }
    values.put("tally", tally(findings));
  }

  private static String tally(Findings findings) {
    long concluded = count(findings, Strength.CONCLUSION);
    String rest =
        say(
            "%d describe these trials and %d report that no difference could be shown, or a reason"
                + " for doubt",
            count(findings, Strength.OBSERVATION), count(findings, Strength.CAUTION));
    return concluded == 0
        ? say("None of the findings is a conclusion: %s.", rest)
        : say(
            "Of the %d findings, %d %s, corrected for all %d comparisons; %s.",
            findings.findings().size(),
            concluded,
            concluded == 1 ? "is a conclusion" : "are conclusions",
            findings.contrasts().tested(),
            rest);
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

  private void tables(SweepEvidence whole, SweepEvidence sweep, Contrasts contrasts) {
    Map<String, Table> tables = new LinkedHashMap<>();
    tables.put("results", Tables.accuracy(whole));
    Tables.contrasts(contrasts).ifPresent(table -> tables.put("contrasts", table));
    tables.put("convergence", Tables.convergence(sweep));
    Tables.tuning(whole).ifPresent(table -> tables.put("tuning", table));
    tables.put("gradients", Tables.gradients(sweep));
    Tables.clipping(whole).ifPresent(table -> tables.put("clipping", table));
    Tables.dynamics(sweep).ifPresent(table -> tables.put("dynamics", table));
    LandscapeTable.brief(sweep).ifPresent(table -> tables.put("landscapes", table));
    LandscapeTable.surfaces(sweep).ifPresent(table -> tables.put("surfaces", table));
    LandscapeTable.hessians(sweep).ifPresent(table -> tables.put("hessians", table));
    List<Table> sections = SectionTables.of(sweep);
    for (int i = 0; i < sections.size(); i++) {
      tables.put("sections-" + (i + 1), sections.get(i));
    }
    List<String> predictions = new ArrayList<>();
    for (Table table : PredictionTables.of(sweep)) {
      predictions.add("predictions-" + (predictions.size() + 1));
      tables.put(predictions.get(predictions.size() - 1), table);
    }
    values.put("tables", tables);
    values.put("predictionTables", predictions);
    SweepPredictions.of(sweep)
        .ifPresent(all -> values.put("misclassified", Misclassified.of(sweep, all)));
  }

  private void figures(
      List<RenderedFigure> figures, List<LandscapePictures> landscapes, boolean forPdf) {
    Map<String, Map<String, Object>> shown = new LinkedHashMap<>();
    for (RenderedFigure figure : figures) {
      Map<String, Object> entry = new LinkedHashMap<>();
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
    for (LandscapePictures block : landscapes) {
      List<String> pictures = block.pictures().stream().map(ReportModel::png).toList();
      shown.put(block.name(), Map.of("caption", block.caption(), "pictures", pictures));
    }
    values.put("figures", shown);
  }

  private void landscapes(SweepEvidence sweep) {
    sweep.completed().stream()
        .flatMap(trial -> trial.landscape().stream())
        .findFirst()
        .ifPresent(
            found ->
                values.put(
                    "landscapeText",
                    say(
                        "Surfaces show how far the loss rises around each trained head, in"
                            + " inference mode, along two random directions in which every filter"
                            + " has the norm of the head's own filter [Li 2018], and which are zero"
                            + " for biases and norm parameters. All trials of a seed share the"
                            + " directions (seed %d) and the range (±%s). Sharpness is the largest"
                            + " rise of the validation loss (%d images) within a radius of %s.",
                        found.settings().seed(),
                        found.settings().range(),
                        found.images(),
                        found.settings().radius())));
  }

  static String png(byte[] picture) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(picture);
  }
}
