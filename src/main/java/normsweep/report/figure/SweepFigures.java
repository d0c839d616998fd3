package normsweep.report.figure;

import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import normsweep.record.EpochMetrics;
import normsweep.report.analysis.SweepEvidence;

/** All figures of a sweep; those without data are left out. */
public final class SweepFigures {
  static final int CELLS = 9;

  private SweepFigures() {}

  /**
   * The figures of the report, in order of appearance. If the sweep has further axes, all but the
   * one that compares their values show its best setting.
   */
  public static List<Figure> of(SweepEvidence whole) {
    SweepEvidence sweep = whole.best();
    Stream<Figure> results =
        Stream.of(ResultFigures.accuracies(sweep), ResultFigures.bySetting(whole), curves(sweep))
            .flatMap(Optional::stream);
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
    Stream<Figure> further =
        Stream.of(ResultFigures.clippingEffect(sweep), SampleFigures.of(sweep))
            .flatMap(Optional::stream);
    return Stream.of(
            results,
            PredictionFigures.of(sweep),
            gradients,
            further,
            SectionFigures.of(sweep),
            HessianFigures.of(sweep))
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

  /** Training and validation loss and accuracy on shared axes. */
  private static Optional<Figure> curves(SweepEvidence sweep) {
    String loss = "loss (nats)";
    String accuracy = "accuracy (%)";
    List<LinePanel> panels =
        List.of(
            panel(sweep, "Training loss", loss, EpochMetrics::trainLoss),
            saved(sweep, panel(sweep, "Validation loss", loss, EpochMetrics::valLoss)),
            panel(sweep, "Training accuracy", accuracy, row -> 100 * row.trainAccuracy()),
            panel(sweep, "Validation accuracy", accuracy, row -> 100 * row.valAccuracy()));
    String caption =
        "Loss and accuracy by epoch"
            + where(sweep)
            + "; training on the batches with dropout and augmentation,"
            + " validation in inference mode. Rings mark the epoch of the saved model"
            + (sweep.seeds().size() > 1 ? " (median over seeds)." : ".")
            + seedsNote(sweep)
            + cutNote(panels)
            + choicesNote(sweep);
    return Figure.ofLines("curves", caption, 2, 150, panels.stream());
  }

  private static LinePanel panel(
      SweepEvidence sweep, String title, String unit, ToDoubleFunction<EpochMetrics> value) {
    Function<TrialGroup, List<Line.Point>> means =
        cell ->
            Line.means(
                cell.trials().stream()
                    .flatMap(trial -> trial.epochs().stream())
                    .map(row -> new Line.Point(row.epoch(), value.applyAsDouble(row))));
    List<TrialGroup> cells = TrialGroup.atMost(sweep, CELLS);
    DoubleStream shown =
        cells.stream()
            .flatMap(cell -> means.apply(cell).stream())
            .flatMapToDouble(point -> DoubleStream.of(point.low(), point.high()));
    return LinePanel.ofCells(cells, title, Axes.epochs(sweep), Axes.linear(unit, shown), means);
  }

  /** The same panel with a ring on each cell's line at the median saved epoch of its trials. */
  private static LinePanel saved(SweepEvidence sweep, LinePanel panel) {
    List<Line> lines = new ArrayList<>();
    for (TrialGroup cell : TrialGroup.atMost(sweep, CELLS)) {
      int[] epochs =
          cell.trials().stream()
              .filter(trial -> trial.row().completed())
              .mapToInt(trial -> trial.row().bestEpoch())
              .sorted()
              .toArray();
      panel.lines().stream()
          .filter(line -> epochs.length > 0 && line.label().equals(cell.name()))
          .flatMap(line -> line.points().stream())
          .filter(point -> point.x() == epochs[(epochs.length - 1) / 2])
          .map(
              point ->
                  new Line("", cell.style().ring(), List.of(new Line.Point(point.x(), point.y()))))
          .forEach(lines::add);
    }
    lines.addAll(panel.lines());
    return new LinePanel(panel.title(), panel.x(), panel.y(), lines, List.of(), panel.legend());
  }

  /** Which setting of further axes a caption is about. */
  static String where(SweepEvidence sweep) {
    return sweep.settings().stream()
        .filter(settings -> !settings.isEmpty())
        .map(settings -> " at " + settings.label())
        .findFirst()
        .orElse("");
  }

  /** The end of a caption of lines that stand for several seeds. */
  static String seedsNote(SweepEvidence sweep) {
    String still = sweep.config().training().patience() > 0 ? " that still train" : "";
    return sweep.config().grid().seed().size() > 1
        ? " Lines are means over seeds" + still + ", bands their range."
        : "";
  }

  /** The end of a caption of charts that do not show all values. */
  static String cutNote(List<LinePanel> panels) {
    return panels.stream().anyMatch(LinePanel::cut)
        ? " Values far outside the rest are cut off."
        : "";
  }

  private static String choicesNote(SweepEvidence sweep) {
    long shown = TrialGroup.atMost(sweep, CELLS).stream().map(TrialGroup::clip).distinct().count();
    int all = sweep.clips().size();
    return shown < all ? say(" Shown are %d of %d clipping choices.", shown, all) : "";
  }

  /** The end of a caption of what is drawn for one seed. */
  static String firstSeedNote(SweepEvidence sweep) {
    return sweep.config().grid().seed().size() > 1 ? ", of the first seed." : ".";
  }
}
