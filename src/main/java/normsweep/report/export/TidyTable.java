package normsweep.report.export;

import static normsweep.report.export.TidyRows.with;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import normsweep.base.AtomicFiles;
import normsweep.base.Progress;
import normsweep.landscape.section.Interpolation;
import normsweep.landscape.section.Interpolations;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientNorm;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrainingDynamics;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;
import normsweep.record.prediction.ImageScores;
import normsweep.record.prediction.Predictions;

/**
 * Everything that a sweep has recorded as one tidy table: one row per value, with the trial and its
 * settings, when and of what it was taken, its name and its unit.
 */
public final class TidyTable {
  private final TidyRows rows;
  private final SweepConfig config;
  private final List<String> classes;
  private int stepsPerEpoch;

  private TidyTable(TidyRows rows, SweepConfig config, List<String> classes) {
    this.rows = rows;
    this.config = config;
    this.classes = classes;
  }

  /**
   * Writes {@code measurements.csv} of a sweep.
   *
   * @return its number of rows
   * @throws normsweep.base.NormSweepException exit code 3 if a file of a trial is damaged
   */
  public static long write(SweepFolder folder) throws IOException {
    SweepResults results = folder.readResults();
    List<Interpolation> lines =
        Files.exists(Interpolations.file(folder)) ? Interpolations.read(folder).lines() : List.of();
    TreeSet<String> axes = new TreeSet<>();
    results.trials().forEach(r -> axes.addAll(r.settings().plus(r.tuned()).values().keySet()));
    long[] count = new long[1];
    AtomicFiles.write(
        folder.measurements(),
        file -> {
          int trials = results.trials().size();
          try (Progress progress = Progress.of("Reading trials", trials, "trials");
              TidyRows rows = new TidyRows(file, axes)) {
            TidyTable table = new TidyTable(rows, folder.readConfig(), results.images().labels());
            TidyLandscape landscape = new TidyLandscape(rows);
            for (TrialResult row : results.trials()) {
              rows.of(row);
              table.add(row, folder.trial(row.id()));
              landscape.add(folder, row.id(), lines);
              progress.step(1);
            }
            count[0] = rows.count();
          }
        });
    return count[0];
  }

  private void add(TrialResult row, TrialFolder folder) throws IOException {
    stepsPerEpoch = config.of(row.trial()).iterationsPerEpoch();
    rows.addAll(Map.of(), Measures.of(row));
    ExportedTrial records = ExportedTrial.read(folder);
    for (EpochMetrics epoch : records.epochs()) {
      rows.addAll(Map.of("epoch", epoch.epoch()), Measures.of(epoch));
    }
    for (GradientNorm norm : records.gradients()) {
      Map<String, Object> place = at(norm.iteration(), norm.parameter());
      rows.add(place, "normBefore", "nat", norm.normBefore());
      rows.add(place, "normAfter", "nat", norm.normAfter());
    }
    for (TrainingDynamics.Update update : records.updates()) {
      Map<String, Object> place = at(update.iteration(), update.parameter());
      rows.add(place, "weightNorm", "1", update.weightNorm());
      rows.add(place, "updateNorm", "1", update.updateNorm());
      rows.add(place, "distance", "1", update.distance());
    }
    for (TrainingDynamics.Step step : records.steps()) {
      int iteration = step.iteration();
      rows.addAll(Map.of("epoch", epoch(iteration), "iteration", iteration), Measures.of(step));
    }
    for (GradientHistograms.Snapshot snapshot : records.histograms().snapshots()) {
      for (var one : snapshot.parameters().entrySet()) {
        Map<String, Object> place = at(snapshot.iteration(), one.getKey());
        add(place, one.getValue(), records.histograms().binEdgesLog10());
      }
    }
    if (Files.exists(folder.predictions())) {
      Predictions predictions = Predictions.read(folder.predictions());
      add("validation", predictions.validation());
      add("test", predictions.test());
    }
  }

  private void add(Map<String, Object> place, GradientHistograms.Counts counts, List<Double> edges)
      throws IOException {
    String measure = "gradientElements";
    rows.add(with(place, "bin", "below"), measure, "1", counts.below());
    for (int bin = 0; bin < counts.bins().size(); bin++) {
      String edge = TrialSettings.text(edges.get(bin));
      rows.add(with(place, "bin", edge), measure, "1", counts.bins().get(bin));
    }
  }

  private void add(String images, ImageScores scores) throws IOException {
    for (int row = 0; row < scores.size(); row++) {
      Map<String, Object> image = Map.of("images", images, "image", scores.images()[row]);
      int label = scores.labels()[row];
      int predicted = scores.predicted(row);
      rows.add(with(image, "class", classes.get(label)), "label", "1", label);
      rows.add(with(image, "class", classes.get(predicted)), "predicted", "1", predicted);
      rows.add(image, "correct", "1", label == predicted ? 1 : 0);
      double[] probabilities = scores.probabilities(row);
      for (int i = 0; i < probabilities.length; i++) {
        // Recorded in half precision.
        float probability = (float) probabilities[i];
        rows.add(with(image, "class", classes.get(i)), "probability", "1", probability);
      }
    }
  }

  private Map<String, Object> at(int step, String parameter) {
    return Map.of("epoch", epoch(step), "iteration", step, "parameter", parameter);
  }

  private int epoch(int step) {
    return (step - 1) / stepsPerEpoch + 1;
  }
}
