package normsweep.report.figure;

import static normsweep.record.GradientNorm.TOTAL;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.report.analysis.ClippingFactor;
import normsweep.report.analysis.GradientNoise;
import normsweep.report.analysis.GradientSeries;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.NormHeatMap;
import normsweep.report.analysis.ParameterNames;
import normsweep.report.analysis.SweepEvidence;
import org.jfree.chart.axis.SymbolAxis;

/** Figures of gradient norms. */
final class GradientFigures {
  private static final int POINTS = 64;
  private static final int PANELS = 6;
  private static final int HEAT_COLUMNS = 60;
  private static final String NORM = "2-norm (nats/unit)";

  private GradientFigures() {}

  /** Total norm before and after clipping, one chart per head. */
  static Optional<Figure> totals(SweepEvidence sweep) {
    List<TrialGroup> cells = withSeries(sweep, 3 * sweep.heads().size());
    DoubleSummaryStatistics range =
        positive(
            cells.stream()
                .flatMap(TrialGroup::gradients)
                .flatMap(series -> Stream.of(series.before(TOTAL), series.after(TOTAL))));
    List<LinePanel> panels = new ArrayList<>();
    for (HeadKind head : sweep.heads()) {
      List<TrialGroup> own = cells.stream().filter(cell -> cell.head().equals(head)).toList();
      if (range.getCount() > 0 && !own.isEmpty()) {
        panels.add(
            new LinePanel(
                head.label(),
                Axes.iterations(sweep),
                Axes.logarithmic(panels.isEmpty() ? NORM : null, range),
                own.stream().flatMap(GradientFigures::totals).toList(),
                own.stream()
                    .map(TrialGroup::clip)
                    .filter(clip -> clip.mode() == Clip.Mode.GLOBAL_NORM)
                    .map(Clip::threshold)
                    .toList()));
      }
    }
    String caption =
        "Total gradient 2-norm over iterations, smoothed to "
            + POINTS
            + " points, with bands from the smallest to the largest value of each. Solid: no"
            + " clipping; dashed: before clipping; dashed with markers: after clipping. The"
            + " thin grey line marks the threshold.";
    return Figure.ofLines("gradient-total", caption, 3, 140, panels.stream());
  }

  private static Stream<Line> totals(TrialGroup cell) {
    LineStyle style = cell.style();
    List<Line.Point> points = totals(cell, series -> series.before(TOTAL));
    Line before = new Line("", style.withoutMarker(), points);
    List<Line.Point> after = Line.withoutBand(totals(cell, series -> series.after(TOTAL)));
    return cell.clip().active() ? Stream.of(before, new Line("", style, after)) : Stream.of(before);
  }

  private static List<Line.Point> totals(
      TrialGroup cell, Function<GradientSeries, double[]> norms) {
    return Line.binned(
        cell.gradients().flatMap(series -> points(series, norms.apply(series))), POINTS);
  }

  private static Stream<Line.Point> points(GradientSeries series, double[] norms) {
    int[] iterations = series.iterations();
    return IntStream.range(0, norms.length).mapToObj(i -> new Line.Point(iterations[i], norms[i]));
  }

  /** What clipping multiplied gradients by, and relative gradient noise, over iterations. */
  static Optional<Figure> steps(SweepEvidence sweep) {
    List<LinePanel> panels =
        Stream.of(clippingFactor(sweep), noise(sweep))
            .filter(panel -> !panel.lines().isEmpty())
            .toList();
    String caption =
        (panels.size() > 1
                ? "Left: the factor by which clipping multiplied the gradient, averaged over runs"
                    + " of iterations. Right: "
                : "Clipping factor or gradient noise: ")
            + "noise is the standard deviation of the total gradient norm before clipping among "
            + Measure.NOISE_WINDOW
            + " consecutive iterations with full mini-batches, relative to their mean."
            + SweepFigures.seedsNote(sweep);
    return Figure.ofLines("gradient-steps", caption, 2, 140, panels.stream());
  }

  private static LinePanel clippingFactor(SweepEvidence sweep) {
    return LinePanel.ofCells(
        TrialGroup.of(sweep).stream().filter(cell -> cell.clip().active()).toList(),
        "Clipping factor",
        Axes.iterations(sweep),
        Axes.linear("factor", -0.03, 1.03),
        cell ->
            Line.binned(
                cell.gradients().flatMap(series -> points(series, ClippingFactor.series(series))),
                POINTS));
  }

  private static LinePanel noise(SweepEvidence sweep) {
    return LinePanel.ofCells(
        TrialGroup.atMost(sweep, 9),
        "Gradient noise",
        Axes.iterations(sweep),
        Axes.linear("deviation / mean (%)"),
        cell ->
            Line.withoutBand(
                Line.binned(
                    cell.trials().stream()
                        .flatMap(trial -> trial.noise(Measure.NOISE_WINDOW).stream())
                        .map(GradientNoise::windows)
                        .flatMap(List::stream)
                        .map(w -> new Line.Point((w.first() + w.last()) / 2.0, 100 * w.relative())),
                    40)));
  }

  /** Norms by iteration and parameter as a heat map, one chart per cell. */
  static Optional<Figure> heatMap(SweepEvidence sweep) {
    List<TrialGroup> cells = withSeries(sweep, PANELS);
    if (cells.isEmpty()) {
      return Optional.empty();
    }
    List<HeatPanel> charts = cells.stream().map(cell -> heatPanel(sweep, cell)).toList();
    DoubleSummaryStatistics range = HeatPanel.range(charts);
    ColorScale colors =
        range.getMin() < range.getMax()
            ? new ColorScale(range.getMin(), range.getMax())
            : new ColorScale(-1, 1);
    int rows = cells.stream().mapToInt(cell -> first(cell).parameters().size()).max().orElse(1);
    double height = 44 + Math.max(9, Math.min(11, 150.0 / rows)) * rows;
    String caption =
        "Gradient norm before clipping by iteration and parameter"
            + SweepFigures.firstSeedNote(sweep)
            + " Parameters are in network order, from the input (top) to the output (bottom).";
    String unit = "log\u2081\u2080 of the gradient 2-norm (nats/unit)";
    return Optional.of(
        new Figure("gradient-heatmap", caption, HeatPanel.sheet(charts, height, colors, unit)));
  }

  private static HeatPanel heatPanel(SweepEvidence sweep, TrialGroup cell) {
    NormHeatMap map = NormHeatMap.of(first(cell), HEAT_COLUMNS);
    List<HeatPanel.Block> blocks = new ArrayList<>();
    int rows = map.parameters().size();
    String[] names = new String[rows];
    for (int row = 0; row < rows; row++) {
      int place = rows - 1 - row;
      names[place] =
          ParameterNames.of(map.parameters().get(row), cell.head().norm() == Norm.LAYER_NORM);
      for (int column = 0; column < map.columns(); column++) {
        double centre = map.columnStart(column) + (map.columnWidth() - 1) / 2;
        blocks.add(new HeatPanel.Block(centre, place, map.cell(row, column)));
      }
    }
    SymbolAxis y = Axes.named(names, 7.2f);
    return new HeatPanel(cell.label(), Axes.iterations(sweep), y, blocks, map.columnWidth(), 1);
  }

  private static List<TrialGroup> withSeries(SweepEvidence sweep, int most) {
    return TrialGroup.atMost(sweep, most).stream()
        .filter(cell -> cell.gradients().findAny().isPresent())
        .toList();
  }

  private static GradientSeries first(TrialGroup cell) {
    return cell.gradients().findFirst().orElseThrow();
  }

  // Only positive, finite values have a place on a logarithmic axis.
  private static DoubleSummaryStatistics positive(Stream<double[]> series) {
    return series
        .flatMapToDouble(Arrays::stream)
        .filter(value -> value > 0 && !Double.isInfinite(value))
        .summaryStatistics();
  }
}
