package normsweep.report.export;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import normsweep.base.AtomicFiles;
import normsweep.base.Progress;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientNorm;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.TrainingDynamics;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;
import normsweep.report.export.Measures.TidyMeasure;

/**
 * Everything that the trials of a sweep have recorded as one tidy table: one row per value, with
 * the trial and its settings, when and of what it was taken, its name and its unit.
 */
public final class TidyTable {
  private static final List<String> TRIAL = List.of("trial", "norm", "placement", "clip", "seed");
  private static final List<String> VALUE =
      List.of("epoch", "iteration", "parameter", "bin", "measure", "unit", "value");

  private final SequenceWriter out;
  private final SweepConfig config;
  private final List<String> axes;
  private List<String> trial = List.of();
  private int stepsPerEpoch;
  private long rows;

  private TidyTable(SequenceWriter out, SweepConfig config, List<String> axes) {
    this.out = out;
    this.config = config;
    this.axes = axes;
  }

  /**
   * Writes {@code measurements.csv} of a sweep.
   *
   * @return its number of rows
   * @throws normsweep.base.NormSweepException exit code 3 if a file of a trial is damaged
   */
  public static long write(SweepFolder folder) throws IOException {
    List<TrialResult> results = folder.readResults().trials();
    TreeSet<String> axes = new TreeSet<>();
    results.forEach(row -> axes.addAll(row.settings().plus(row.tuned()).values().keySet()));
    CsvSchema.Builder columns = CsvSchema.builder().setUseHeader(true).setLineSeparator("\n");
    TRIAL.forEach(columns::addColumn);
    axes.forEach(columns::addColumn);
    VALUE.forEach(columns::addColumn);
    long[] rows = new long[1];
    AtomicFiles.write(
        folder.measurements(),
        file -> {
          try (Progress progress = Progress.of("Reading trials", results.size(), "trials");
              SequenceWriter out = new CsvMapper().writer(columns.build()).writeValues(file)) {
            TidyTable table = new TidyTable(out, folder.readConfig(), List.copyOf(axes));
            for (TrialResult row : results) {
              table.add(row, ExportedTrial.read(folder.trial(row.id())));
              progress.step(1);
            }
            rows[0] = table.rows;
          }
        });
    return rows[0];
  }

  private void add(TrialResult row, ExportedTrial records) throws IOException {
    List<String> cells = new ArrayList<>();
    cells.add(row.id());
    cells.add(row.norm().id());
    cells.add(row.placement().id());
    cells.add(row.clip().id());
    cells.add(Long.toString(row.seed()));
    Map<String, Object> settings = row.settings().plus(row.tuned()).values();
    axes.forEach(axis -> cells.add(cell(settings.get(axis))));
    trial = cells;
    stepsPerEpoch = config.of(row.trial()).iterationsPerEpoch();
    addAll("", "", Measures.of(row));
    for (var epoch : records.epochs()) {
      addAll(Integer.toString(epoch.epoch()), "", Measures.of(epoch));
    }
    for (GradientNorm norm : records.gradients()) {
      atStep(norm.iteration(), norm.parameter(), "", "normBefore", "nat", norm.normBefore());
      atStep(norm.iteration(), norm.parameter(), "", "normAfter", "nat", norm.normAfter());
    }
    for (TrainingDynamics.Update update : records.updates()) {
      String parameter = update.parameter();
      atStep(update.iteration(), parameter, "", "weightNorm", "1", update.weightNorm());
      atStep(update.iteration(), parameter, "", "updateNorm", "1", update.updateNorm());
      atStep(update.iteration(), parameter, "", "distance", "1", update.distance());
    }
    for (TrainingDynamics.Step step : records.steps()) {
      addAll(epoch(step.iteration()), Integer.toString(step.iteration()), Measures.of(step));
    }
    addHistograms(records.histograms());
  }

  private void addHistograms(GradientHistograms histograms) throws IOException {
    String measure = "gradientElements";
    for (GradientHistograms.Snapshot snapshot : histograms.snapshots()) {
      int step = snapshot.iteration();
      for (var one : snapshot.parameters().entrySet()) {
        atStep(step, one.getKey(), "below", measure, "1", one.getValue().below());
        for (int bin = 0; bin < one.getValue().bins().size(); bin++) {
          String edge = cell(histograms.binEdgesLog10().get(bin));
          atStep(step, one.getKey(), edge, measure, "1", one.getValue().bins().get(bin));
        }
      }
    }
  }

  private void addAll(String epoch, String step, Map<TidyMeasure, Double> values)
      throws IOException {
    for (Map.Entry<TidyMeasure, Double> one : values.entrySet()) {
      String value = cell(one.getValue());
      add(List.of(epoch, step, "", "", one.getKey().name(), one.getKey().unit(), value));
    }
  }

  private void atStep(
      int step, String parameter, String bin, String measure, String unit, Number value)
      throws IOException {
    String number = Integer.toString(step);
    add(List.of(epoch(step), number, parameter, bin, measure, unit, value.toString()));
  }

  private String epoch(int step) {
    return Integer.toString((step - 1) / stepsPerEpoch + 1);
  }

  private void add(List<String> value) throws IOException {
    List<String> row = new ArrayList<>(trial);
    row.addAll(value);
    out.write(row);
    rows++;
  }

  private static String cell(Object value) {
    return value == null ? "" : TrialSettings.text(value);
  }
}
