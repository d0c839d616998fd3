package normsweep.ui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import normsweep.base.NormSweepException;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientHistograms.Snapshot;
import normsweep.record.Records;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.TrainingDynamics.Update;
import normsweep.report.analysis.Dynamics;
import normsweep.ui.state.WholeLines;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;

/**
 * What a trial has recorded so far, by name and then by step. Values are those of its files, never
 * means: of a long trial, every so many steps, so that a page stays fast.
 *
 * @param metrics columns of {@code metrics.csv}
 * @param before norms of {@code gradients.csv} by parameter, before clipping
 * @param after the same after clipping
 * @param histograms of {@code histograms.json} by parameter
 * @param updates of {@code updates.csv}, the norm of each step by that of the parameter
 * @param distances of the same, how far each parameter is from the start
 * @param dynamics columns of {@code dynamics.csv}
 * @param deviations standard deviations of activations by layer, which only {@code --ui} records
 * @param means their means
 */
record TrialCurves(
    Map<String, Series> metrics,
    Map<String, Series> before,
    Map<String, Series> after,
    Histograms histograms,
    Map<String, Series> updates,
    Map<String, Series> distances,
    Map<String, Series> dynamics,
    Map<String, Series> deviations,
    Map<String, Series> means) {
  /** Values of one kind in a page; half of what a screen has room for in one chart. */
  private static final int MOST_VALUES = 12_000;

  private static final int MOST_STEPS = 500;
  private static final int FEWEST_STEPS = 60;
  private static final int MOST_HISTOGRAMS = 100;

  /** A line of a chart. */
  record Series(List<Integer> x, List<Float> y) {
    private Series() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    private void add(int at, double value) {
      x.add(at);
      y.add((float) value);
    }
  }

  /**
   * Histograms over time.
   *
   * @param edges of the bins, log10 of magnitudes
   * @param steps when they were taken
   * @param counts by parameter and step: elements below the first edge, then those in each bin
   */
  record Histograms(List<Double> edges, List<Integer> steps, Map<String, List<List<Long>>> counts) {
    private static final Histograms NONE = new Histograms(List.of(), List.of(), Map.of());
  }

  /** Of files that are missing or cannot be read, nothing. */
  static TrialCurves of(
      TrialFolder files, List<EpochMetrics> epochs, Optional<Amendments> statistics) {
    Map<String, Series> before = new LinkedHashMap<>();
    Map<String, Series> after = new LinkedHashMap<>();
    gradients(files.gradients(), before, after);
    List<Update> updates = rows(files.updates(), Update.class);
    return new TrialCurves(
        metrics(epochs),
        before,
        after,
        histograms(files.histograms()),
        // Parameters that start at 0 have no ratio then.
        byParameter(updates, row -> row.updateNorm() / row.weightNorm()),
        byParameter(updates, Update::distance),
        dynamics(rows(files.dynamics(), Step.class)),
        activations(statistics, report -> report.getStdev(StatsType.Activations)),
        activations(statistics, report -> report.getMean(StatsType.Activations)));
  }

  private static Map<String, Series> metrics(List<EpochMetrics> epochs) {
    Map<String, ToDoubleFunction<EpochMetrics>> columns = new LinkedHashMap<>();
    columns.put("trainLoss", EpochMetrics::trainLoss);
    columns.put("valLoss", EpochMetrics::valLoss);
    columns.put("trainAccuracy", EpochMetrics::trainAccuracy);
    columns.put("valAccuracy", EpochMetrics::valAccuracy);
    columns.put("learningRate", EpochMetrics::learningRate);
    Map<String, Series> series = new LinkedHashMap<>();
    columns.forEach(
        (name, value) -> {
          Series line = new Series();
          epochs.forEach(row -> line.add(row.epoch(), value.applyAsDouble(row)));
          series.put(name, line);
        });
    return series;
  }

  // A long trial has a hundred thousand rows, of which one in many is parsed.
  private static void gradients(Path file, Map<String, Series> before, Map<String, Series> after) {
    try {
      WholeLines lines = WholeLines.of(file);
      int parameters = 0;
      while (parameters + 1 < lines.size() && lines.get(parameters + 1).startsWith("1,")) {
        parameters++;
      }
      if (parameters == 0) {
        return;
      }
      int steps = (lines.size() - 1) / parameters;
      int most = Math.max(FEWEST_STEPS, Math.min(MOST_STEPS, MOST_VALUES / parameters));
      int every = (steps + most - 1) / most;
      for (int step = 0; step < steps; step += every) {
        for (int line = 1 + step * parameters; line <= (step + 1) * parameters; line++) {
          String[] fields = lines.get(line).split(",", -1);
          int iteration = Integer.parseInt(fields[0]);
          add(before, fields[1], iteration, Double.parseDouble(fields[2]));
          add(after, fields[1], iteration, Double.parseDouble(fields[3]));
        }
      }
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      before.clear(); // `run` and `report` say why
      after.clear();
    }
  }

  private static void add(Map<String, Series> series, String name, int x, double y) {
    series.computeIfAbsent(name, key -> new Series()).add(x, y);
  }

  private static Histograms histograms(Path file) {
    try {
      GradientHistograms all = Records.readJson(file, GradientHistograms.class);
      int size = all.snapshots().size();
      int every = Math.max(1, (size + MOST_HISTOGRAMS - 1) / MOST_HISTOGRAMS);
      List<Snapshot> shown =
          IntStream.range(0, size)
              .filter(i -> i % every == 0)
              .mapToObj(all.snapshots()::get)
              .toList();
      Map<String, List<List<Long>>> counts = new LinkedHashMap<>();
      for (Snapshot snapshot : shown) {
        snapshot
            .parameters()
            .forEach(
                (name, of) -> {
                  List<Long> row = new ArrayList<>();
                  row.add(of.below());
                  row.addAll(of.bins());
                  counts.computeIfAbsent(name, key -> new ArrayList<>()).add(row);
                });
      }
      return new Histograms(
          all.binEdgesLog10(), shown.stream().map(Snapshot::iteration).toList(), counts);
    } catch (NormSweepException e) {
      return Histograms.NONE;
    }
  }

  private static <T> List<T> rows(Path file, Class<T> type) {
    try {
      return Files.exists(file) ? Records.readCsv(file, type) : List.of();
    } catch (NormSweepException e) {
      return List.of();
    }
  }

  private static Map<String, Series> byParameter(
      List<Update> rows, ToDoubleFunction<Update> value) {
    Map<String, Series> series = new LinkedHashMap<>();
    for (Update row : rows) {
      if (Double.isFinite(value.applyAsDouble(row))) {
        add(series, row.parameter(), row.iteration(), value.applyAsDouble(row));
      }
    }
    return series;
  }

  private static Map<String, Series> dynamics(List<Step> steps) {
    Map<String, ToDoubleFunction<Step>> columns = new LinkedHashMap<>();
    columns.put("cosine", Dynamics::cosine);
    columns.put("variance", Step::variance);
    columns.put("loss", Step::loss);
    columns.put("lossLeast", Step::lossLeast);
    columns.put("lossMost", Step::lossMost);
    columns.put("gradientChange", Step::gradientChange);
    columns.put("smoothness", Step::smoothness);
    Map<String, Series> series = new LinkedHashMap<>();
    columns.forEach(
        (name, value) ->
            steps.forEach(step -> add(series, name, step.iteration(), value.applyAsDouble(step))));
    return series;
  }

  private static Map<String, Series> activations(
      Optional<Amendments> statistics, Function<StatsReport, Map<String, Double>> values) {
    Map<String, Series> byLayer = new LinkedHashMap<>();
    try {
      List<StatsReport> reports = statistics.map(Amendments::reports).orElse(List.of());
      List<String> layers = statistics.map(Amendments::layers).orElse(List.of());
      int every = (reports.size() + MOST_STEPS - 1) / MOST_STEPS;
      for (int i = 0; i < reports.size(); i += every) {
        StatsReport report = reports.get(i);
        Map<String, Double> all = values.apply(report);
        for (String layer : layers) {
          if (all.containsKey(layer)) {
            // DL4J counts steps from 0, all other records from 1.
            add(byLayer, layer, report.getIterationCount() + 1, all.get(layer));
          }
        }
      }
    } catch (RuntimeException e) {
      return Map.of(); // a foreign journal may leave anything out
    }
    return byLayer;
  }
}
