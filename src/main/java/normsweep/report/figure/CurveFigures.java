package normsweep.report.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import normsweep.record.EpochMetrics;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;

/** Figures of losses and accuracies. */
final class CurveFigures {
  private CurveFigures() {}

  /** Training and validation loss and accuracy of all trials on shared axes. */
  static Optional<Figure> curves(SweepEvidence sweep) {
    List<TrialGroup> cells =
        TrialGroup.of(sweep).stream()
            .filter(cell -> cell.trials().stream().anyMatch(trial -> !trial.epochs().isEmpty()))
            .toList();
    if (cells.isEmpty()) {
      return Optional.empty();
    }
    List<LinePanel> panels =
        List.of(
            panel(sweep, cells, "Training loss", "cross-entropy (nats)", EpochMetrics::trainLoss),
            panel(sweep, cells, "Validation loss", "cross-entropy (nats)", EpochMetrics::valLoss),
            panel(
                sweep,
                cells,
                "Training accuracy",
                "accuracy (%)",
                row -> 100 * row.trainAccuracy()),
            panel(
                sweep,
                cells,
                "Validation accuracy",
                "accuracy (%)",
                row -> 100 * row.valAccuracy()));
    return Optional.of(
        new Figure(
            "curves",
            "Loss and accuracy per epoch. Training figures are taken on the batches during training,"
                + " with dropout and augmentation; validation is in inference mode."
                + seedsNote(sweep),
            Sheet.ofLines(panels, 2, 142)));
  }

  static String seedsNote(SweepEvidence sweep) {
    return sweep.config().grid().seed().size() > 1
        ? " Lines are means over seeds; bands range from the smallest to the largest value."
        : "";
  }

  private static LinePanel panel(
      SweepEvidence sweep,
      List<TrialGroup> cells,
      String title,
      String unit,
      ToDoubleFunction<EpochMetrics> value) {
    List<Line> lines = new ArrayList<>();
    for (TrialGroup cell : cells) {
      SortedMap<Integer, List<Double>> epochs = new TreeMap<>();
      for (TrialEvidence trial : cell.trials()) {
        for (EpochMetrics row : trial.epochs()) {
          epochs
              .computeIfAbsent(row.epoch(), key -> new ArrayList<>())
              .add(value.applyAsDouble(row));
        }
      }
      List<Line.Point> points = new ArrayList<>();
      epochs.forEach((epoch, values) -> points.add(Line.Point.mean(epoch, values)));
      lines.add(
          new Line(cell.label(), LineStyle.of(cell.head(), cell.clip(), sweep.clips()), points));
    }
    double last = sweep.config().training().epochs();
    return new LinePanel(
        title,
        Axes.whole("epoch", 0.8, Math.max(2, last) + 0.2),
        Axes.linear(unit, null, null),
        lines,
        List.of());
  }

  private static double rowHeight(SweepEvidence sweep) {
    return Math.min(24, 14 + 3 * sweep.config().grid().seed().size());
  }

  /** Test accuracy of each cell with the sampling interval for the number of test images. */
  static Optional<Figure> accuracies(SweepEvidence sweep, double confidence) {
    List<TrialGroup> cells =
        TrialGroup.of(sweep).stream()
            .filter(
                cell ->
                    cell.trials().stream()
                        .anyMatch(trial -> Measure.TEST_ACCURACY.of(trial).isPresent()))
            .toList();
    if (cells.isEmpty()) {
      return Optional.empty();
    }
    List<Line> lines = new ArrayList<>();
    String[] names = new String[cells.size()];
    double low = 100;
    double high = 0;
    for (int i = 0; i < cells.size(); i++) {
      TrialGroup cell = cells.get(i);
      int place = cells.size() - 1 - i;
      names[place] = cell.label();
      LineStyle style = LineStyle.of(cell.head(), cell.clip(), List.of(cell.clip()));
      double spacing = cell.trials().size() < 2 ? 0 : 0.5 / (cell.trials().size() - 1);
      double at = place + spacing * (cell.trials().size() - 1) / 2;
      for (TrialEvidence trial : cell.trials()) {
        Optional<Double> accuracy = Measure.TEST_ACCURACY.of(trial);
        if (accuracy.isPresent()) {
          double share = accuracy.get();
          Interval range =
              Interval.wilson(share * sweep.testImages(), sweep.testImages(), confidence);
          lines.add(
              new Line(
                  "",
                  new LineStyle(style.color(), List.of(), 1, null),
                  List.of(
                      Line.Point.of(100 * range.low(), at),
                      Line.Point.of(100 * range.high(), at))));
          lines.add(new Line("", style, List.of(Line.Point.of(100 * share, at))));
          low = Math.min(low, 100 * range.low());
          high = Math.max(high, 100 * range.high());
        }
        at -= spacing;
      }
    }
    SymbolAxis y = new SymbolAxis(null, names);
    y.setGridBandsVisible(false);
    y.setRange(-0.6, names.length - 0.4);
    Axes.dress(y);
    NumberAxis x = Axes.linear("test accuracy (%)", low - 0.5, high + 0.5);
    LinePanel panel = new LinePanel("", x, y, lines, List.of());
    return Optional.of(
        new Figure(
            "test-accuracy",
            "Test accuracy of each trial, with the 95 % Wilson interval for "
                + sweep.testImages()
                + " test images, which ignores differences between seeds.",
            new Sheet(
                List.of(panel),
                1,
                40 + rowHeight(sweep) * names.length,
                java.util.Map.of(),
                null)));
  }
}
