package normsweep.report.figure;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import normsweep.record.EpochMetrics;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;

/** All figures of a sweep; those without data are left out. */
public final class SweepFigures {
  private static final double CONFIDENCE = 0.95;

  private SweepFigures() {}

  /**
   * The figures of the report, in order of appearance. If the sweep has further axes, all but the
   * one that compares their values show its best setting.
   */
  public static List<Figure> of(SweepEvidence whole) {
    SweepEvidence sweep = whole.best();
    Stream<Figure> results =
        Stream.of(accuracies(sweep), AxisFigure.of(whole), curves(sweep)).flatMap(Optional::stream);
    Stream<Figure> gradients =
        Stream.of(
                GradientFigures.totals(sweep),
                GradientFigures.steps(sweep),
                MagnitudeFigures.sideBySide(sweep),
                MagnitudeFigures.overTime(sweep),
                DynamicsFigures.layers(sweep),
                GradientFigures.heatMap(sweep),
                DynamicsFigures.dynamics(sweep))
            .flatMap(Optional::stream);
    return Stream.of(results, PredictionFigures.of(sweep), gradients, SectionFigures.of(sweep))
        .flatMap(Function.identity())
        .toList();
  }

  /** Figures of single trials, which appear only in the figures folder. */
  public static List<Figure> ofTrials(SweepEvidence sweep) {
    return sweep.trials().stream()
        .map(MagnitudeFigures::ofTrial)
        .flatMap(Optional::stream)
        .toList();
  }

  /** Training and validation loss and accuracy of all trials on shared axes. */
  private static Optional<Figure> curves(SweepEvidence sweep) {
    String loss = "cross-entropy (nats)";
    String accuracy = "accuracy (%)";
    Stream<LinePanel> panels =
        Stream.of(
            panel(sweep, "Training loss", loss, EpochMetrics::trainLoss),
            panel(sweep, "Validation loss", loss, EpochMetrics::valLoss),
            panel(sweep, "Training accuracy", accuracy, row -> 100 * row.trainAccuracy()),
            panel(sweep, "Validation accuracy", accuracy, row -> 100 * row.valAccuracy()));
    String caption =
        "Loss and accuracy per epoch. Training figures are taken on the batches during training,"
            + " with dropout and augmentation; validation is in inference mode."
            + seedsNote(sweep);
    return Figure.ofLines("curves", caption, 2, 142, panels);
  }

  /** The end of a caption of lines that stand for several seeds. */
  static String seedsNote(SweepEvidence sweep) {
    String still = sweep.config().training().patience() > 0 ? " that still train" : "";
    return sweep.config().grid().seed().size() > 1
        ? " Lines are means over seeds"
            + still
            + "; bands range from the smallest to the largest value."
        : "";
  }

  /** The end of a caption of what is drawn for one seed. */
  static String firstSeedNote(SweepEvidence sweep) {
    return sweep.config().grid().seed().size() > 1 ? ", of the first seed." : ".";
  }

  private static LinePanel panel(
      SweepEvidence sweep, String title, String unit, ToDoubleFunction<EpochMetrics> value) {
    return LinePanel.ofCells(
        TrialGroup.of(sweep),
        title,
        Axes.epochs(sweep),
        Axes.linear(unit),
        cell ->
            Line.means(
                cell.trials().stream()
                    .flatMap(trial -> trial.epochs().stream())
                    .map(row -> new Line.Point(row.epoch(), value.applyAsDouble(row)))));
  }

  /** Test accuracy of each cell with the sampling interval for the number of test images. */
  private static Optional<Figure> accuracies(SweepEvidence sweep) {
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
    for (int i = 0; i < cells.size(); i++) {
      TrialGroup cell = cells.get(i);
      int place = cells.size() - 1 - i;
      names[place] = cell.label();
      LineStyle style = LineStyle.of(cell.head(), 0);
      LineStyle thin = new LineStyle(style.color(), LineStyle.stroke(1), null);
      int seeds = cell.trials().size();
      for (int k = 0; k < seeds; k++) {
        double at = place + (seeds < 2 ? 0 : 0.25 - 0.5 * k / (seeds - 1));
        Optional<Double> accuracy = Measure.TEST_ACCURACY.of(cell.trials().get(k));
        if (accuracy.isPresent()) {
          double share = accuracy.get();
          Interval range =
              Interval.wilson(share * sweep.testImages(), sweep.testImages(), CONFIDENCE);
          Line.Point least = new Line.Point(100 * range.low(), at);
          Line.Point most = new Line.Point(100 * range.high(), at);
          lines.add(new Line("", thin, List.of(least, most)));
          lines.add(new Line("", style, List.of(new Line.Point(100 * share, at))));
        }
      }
    }
    DoubleSummaryStatistics percent =
        lines.stream()
            .flatMap(line -> line.points().stream())
            .mapToDouble(Line.Point::x)
            .summaryStatistics();
    NumberAxis x = Axes.linear("test accuracy (%)", percent.getMin() - 0.5, percent.getMax() + 0.5);
    SymbolAxis y = Axes.named(names, 9);
    y.setRange(-0.6, names.length - 0.4);
    double rowHeight = Math.min(24, 14 + 3 * sweep.config().grid().seed().size());
    double height = 40 + rowHeight * names.length;
    String caption =
        "Test accuracy of each trial, with the 95 % Wilson interval for "
            + sweep.testImages()
            + " test images, which ignores differences between seeds.";
    LinePanel panel = new LinePanel("", x, y, lines);
    return Figure.ofLines("test-accuracy", caption, 1, height, Stream.of(panel));
  }
}
