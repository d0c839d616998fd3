package normsweep.report.figure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.GradientNorm;
import normsweep.report.analysis.ClippedShare;
import normsweep.report.analysis.GradientNoise;
import normsweep.report.analysis.GradientSeries;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.NormHeatMap;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.axis.ValueAxis;

/** Figures of gradient norms. */
final class GradientFigures {
  private static final int POINTS = 64;
  private static final int PANELS = 6;
  private static final int PARAMETERS = 8;
  private static final int HEAT_COLUMNS = 60;

  private GradientFigures() {}

  /** Total norm before and after clipping, one chart per head. */
  static Optional<Figure> totals(SweepEvidence sweep) {
    List<LinePanel> panels = new ArrayList<>();
    List<TrialGroup> cells = TrialGroup.atMost(sweep, 3 * sweep.heads().size());
    Optional<double[]> range =
        logRange(
            traced(cells)
                .flatMap(trial -> trial.gradients().stream())
                .flatMap(
                    series ->
                        Stream.of(
                            series.before(GradientNorm.TOTAL), series.after(GradientNorm.TOTAL))));
    if (range.isEmpty()) {
      return Optional.empty();
    }
    for (HeadKind head : sweep.heads()) {
      List<Line> lines = new ArrayList<>();
      List<Double> thresholds = new ArrayList<>();
      for (TrialGroup cell : cells) {
        if (!cell.head().equals(head) || cell.withGradients().findAny().isEmpty()) {
          continue;
        }
        LineStyle style = LineStyle.of(head, cell.clip(), sweep.clips()).withoutMarker();
        lines.add(new Line("", style, total(cell, true)));
        if (cell.clip().active()) {
          LineStyle after = LineStyle.of(head, cell.clip(), sweep.clips());
          lines.add(new Line("", after, withoutBand(total(cell, false))));
          if (cell.clip().mode() == Clip.Mode.GLOBAL_NORM) {
            thresholds.add(cell.clip().threshold());
          }
        }
      }
      if (!lines.isEmpty()) {
        panels.add(
            new LinePanel(
                head.label(),
                iterations(sweep),
                Axes.logarithmic(
                    panels.isEmpty() ? "2-norm (nats/unit)" : null, range.get()[0], range.get()[1]),
                lines,
                thresholds));
      }
    }
    return Optional.of(
        new Figure(
            "gradient-total",
            "Total gradient 2-norm over iterations, smoothed to "
                + POINTS
                + " points, with bands from the smallest to the largest value of each. Solid: no"
                + " clipping; dashed: before clipping; dashed with markers: after clipping. The"
                + " thin grey line marks the threshold.",
            new Sheet(
                List.copyOf(panels), Math.min(3, panels.size()), 140, java.util.Map.of(), null)));
  }

  private static List<Line.Point> total(TrialGroup cell, boolean before) {
    List<int[]> iterations = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    cell.withGradients()
        .map(trial -> trial.gradients().orElseThrow())
        .forEach(
            series -> {
              iterations.add(series.iterations());
              values.add(
                  before ? series.before(GradientNorm.TOTAL) : series.after(GradientNorm.TOTAL));
            });
    return Binned.means(iterations, values, POINTS);
  }

  private static List<Line.Point> withoutBand(List<Line.Point> points) {
    return points.stream().map(point -> Line.Point.of(point.x(), point.y())).toList();
  }

  /** Share of clipped iterations per epoch, and relative gradient noise over iterations. */
  static Optional<Figure> steps(SweepEvidence sweep) {
    List<LinePanel> panels =
        Stream.of(clippedShare(sweep), noise(sweep)).flatMap(Optional::stream).toList();
    return panels.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Figure(
                "gradient-steps",
                (panels.size() > 1
                        ? "Left: share of iterations in which clipping changed the gradient. Right: "
                        : "Clipped steps or gradient noise: ")
                    + "noise is the standard deviation of the total gradient norm before clipping"
                    + " among "
                    + Measure.NOISE_WINDOW
                    + " consecutive iterations, relative to their mean."
                    + CurveFigures.seedsNote(sweep),
                Sheet.ofLines(panels, panels.size(), 140)));
  }

  private static Optional<LinePanel> clippedShare(SweepEvidence sweep) {
    List<Line> lines = new ArrayList<>();
    for (TrialGroup cell : TrialGroup.of(sweep)) {
      if (!cell.clip().active()) {
        continue;
      }
      SortedMap<Integer, List<Double>> shares = new TreeMap<>();
      for (TrialEvidence trial : cell.trials()) {
        for (ClippedShare share : trial.clippedByEpoch(sweep.config().iterationsPerEpoch())) {
          shares.computeIfAbsent(share.epoch(), key -> new ArrayList<>()).add(100 * share.share());
        }
      }
      List<Line.Point> points = new ArrayList<>();
      shares.forEach((epoch, values) -> points.add(Line.Point.mean(epoch, values)));
      if (!points.isEmpty()) {
        lines.add(
            new Line(cell.label(), LineStyle.of(cell.head(), cell.clip(), sweep.clips()), points));
      }
    }
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    double last = sweep.config().training().epochs();
    return Optional.of(
        new LinePanel(
            "Clipped steps",
            Axes.whole("epoch", 0.8, Math.max(2, last) + 0.2),
            Axes.linear("clipped iterations (%)", -3.0, 103.0),
            lines,
            List.of()));
  }

  private static Optional<LinePanel> noise(SweepEvidence sweep) {
    List<Line> lines = new ArrayList<>();
    for (TrialGroup cell : TrialGroup.atMost(sweep, 9)) {
      List<int[]> iterations = new ArrayList<>();
      List<double[]> values = new ArrayList<>();
      for (TrialEvidence trial : cell.trials()) {
        trial
            .noise(Measure.NOISE_WINDOW)
            .map(GradientNoise::windows)
            .ifPresent(
                windows -> {
                  iterations.add(
                      windows.stream().mapToInt(w -> (w.first() + w.last()) / 2).toArray());
                  values.add(windows.stream().mapToDouble(w -> 100 * w.relative()).toArray());
                });
      }
      List<Line.Point> points = withoutBand(Binned.means(iterations, values, 40));
      if (!points.isEmpty()) {
        lines.add(
            new Line(cell.label(), LineStyle.of(cell.head(), cell.clip(), sweep.clips()), points));
      }
    }
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new LinePanel(
            "Gradient noise",
            iterations(sweep),
            Axes.linear("deviation / mean (%)", null, null),
            lines,
            List.of()));
  }

  /**
   * Gradient norms of the parameters with the largest gradients over iterations, one chart per
   * cell.
   */
  static Optional<Figure> layers(SweepEvidence sweep) {
    List<LinePanel> panels = new ArrayList<>();
    List<TrialGroup> cells = withSeries(sweep);
    List<String> shown =
        cells.stream()
            .flatMap(cell -> first(cell).stream())
            .flatMap(series -> largest(series).stream())
            .distinct()
            .limit(PARAMETERS)
            .toList();
    Optional<double[]> range =
        logRange(
            cells.stream()
                .flatMap(cell -> first(cell).stream())
                .flatMap(
                    series ->
                        series.parameters().stream().filter(shown::contains).map(series::before)));
    if (range.isEmpty()) {
      return Optional.empty();
    }
    for (TrialGroup cell : cells) {
      GradientSeries series = first(cell).orElseThrow();
      List<Line> lines = new ArrayList<>();
      for (String name : shown) {
        if (series.parameters().contains(name)) {
          lines.add(
              new Line(
                  name,
                  LineStyle.numbered(shown.indexOf(name)),
                  withoutBand(
                      Binned.means(
                          List.of(series.iterations()), List.of(series.before(name)), 60))));
        }
      }
      panels.add(
          new LinePanel(
              cell.label(),
              iterations(sweep),
              Axes.logarithmic("2-norm (nats/unit)", range.get()[0], range.get()[1]),
              lines,
              List.of()));
    }
    return Optional.of(
        new Figure(
            "gradient-layers",
            "Gradient norm before clipping of the parameters with the largest gradients, over"
                + " iterations, smoothed"
                + firstSeedNote(sweep)
                + ".",
            Sheet.ofLines(panels, 2, 108)));
  }

  private static List<String> largest(GradientSeries series) {
    return series.parameters().stream()
        .sorted(
            Comparator.comparingDouble(
                (String name) -> -new Median().evaluate(series.before(name))))
        .limit(PARAMETERS - 2)
        .toList();
  }

  /** Norms by iteration and parameter as a heat map, one chart per cell. */
  static Optional<Figure> heatMap(SweepEvidence sweep) {
    List<TrialGroup> cells = withSeries(sweep);
    if (cells.isEmpty()) {
      return Optional.empty();
    }
    List<NormHeatMap> maps =
        cells.stream()
            .map(cell -> NormHeatMap.of(first(cell).orElseThrow(), HEAT_COLUMNS))
            .toList();
    ColorScale colors = colors(maps);
    List<Sheet.Panel> panels = new ArrayList<>();
    int rows = maps.stream().mapToInt(map -> map.parameters().size()).max().orElse(1);
    for (int i = 0; i < maps.size(); i++) {
      panels.add(heatPanel(sweep, cells.get(i).label(), maps.get(i), colors));
    }
    return Optional.of(
        new Figure(
            "gradient-heatmap",
            "Gradient norm before clipping by iteration and parameter"
                + firstSeedNote(sweep)
                + ". Parameters are in network order, from the input (top) to the output"
                + " (bottom).",
            new Sheet(
                panels,
                2,
                44 + Math.max(9, Math.min(11, 150.0 / rows)) * rows,
                java.util.Map.of(),
                colors.bar("log\u2081\u2080 of the gradient 2-norm (nats/unit)"))));
  }

  private static HeatPanel heatPanel(
      SweepEvidence sweep, String title, NormHeatMap map, ColorScale colors) {
    List<HeatPanel.Cell> cells = new ArrayList<>();
    int rows = map.parameters().size();
    String[] names = new String[rows];
    for (int row = 0; row < rows; row++) {
      int place = rows - 1 - row;
      names[place] = map.parameters().get(row);
      for (int column = 0; column < map.columns(); column++) {
        cells.add(
            new HeatPanel.Cell(
                map.columnStart(column) + (map.columnWidth() - 1) / 2,
                place,
                map.cell(row, column)));
      }
    }
    SymbolAxis y = new SymbolAxis(null, names);
    Axes.dress(y);
    y.setTickLabelFont(Fonts.SANS.awt(7.2f));
    y.setGridBandsVisible(false);
    return new HeatPanel(title, iterations(sweep), y, cells, map.columnWidth(), 1, colors);
  }

  private static ColorScale colors(List<NormHeatMap> maps) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (NormHeatMap map : maps) {
      for (int row = 0; row < map.parameters().size(); row++) {
        for (int column = 0; column < map.columns(); column++) {
          double value = map.cell(row, column);
          if (!Double.isNaN(value)) {
            low = Math.min(low, value);
            high = Math.max(high, value);
          }
        }
      }
    }
    return low < high ? new ColorScale(low, high) : new ColorScale(-1, 1);
  }

  private static List<TrialGroup> withSeries(SweepEvidence sweep) {
    return TrialGroup.atMost(sweep, PANELS).stream()
        .filter(cell -> first(cell).isPresent())
        .toList();
  }

  private static Optional<GradientSeries> first(TrialGroup cell) {
    return cell.withGradients()
        .findFirst()
        .flatMap(TrialEvidence::gradients)
        .filter(series -> series.size() > 0);
  }

  static String firstSeedNote(SweepEvidence sweep) {
    return sweep.config().grid().seed().size() > 1 ? ", of the first seed" : "";
  }

  private static Stream<TrialEvidence> traced(List<TrialGroup> cells) {
    return cells.stream().flatMap(TrialGroup::withGradients);
  }

  static ValueAxis iterations(SweepEvidence sweep) {
    double last = (double) sweep.config().training().epochs() * sweep.config().iterationsPerEpoch();
    return Axes.whole("iteration", 0, Math.max(2, last + 1));
  }

  // Whole decades and half a decade around the positive values.
  private static Optional<double[]> logRange(Stream<double[]> series) {
    double[] range = {Double.POSITIVE_INFINITY, 0};
    series.forEach(
        values -> {
          for (double value : values) {
            if (value > 0 && !Double.isInfinite(value)) {
              range[0] = Math.min(range[0], value);
              range[1] = Math.max(range[1], value);
            }
          }
        });
    return range[1] > 0
        ? Optional.of(new double[] {range[0] / 1.3, range[1] * 1.3})
        : Optional.empty();
  }
}
