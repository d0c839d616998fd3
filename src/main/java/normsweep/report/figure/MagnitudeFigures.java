package normsweep.report.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientHistograms.Snapshot;
import normsweep.record.Norm;
import normsweep.record.TrialResult;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Magnitudes;
import normsweep.report.analysis.ParameterNames;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.data.Range;

/** Figures of gradient magnitudes. */
final class MagnitudeFigures {
  private static final int PANELS = 6;
  private static final int SNAPSHOTS = 40;
  private static final String MAGNITUDE = "log\u2081\u2080 |g| (nats/unit)";
  private static final String DENSITY = "share per decade (%)";
  private static final Range EVERYTHING = new Range(-99, 99);

  private MagnitudeFigures() {}

  /** Distributions over the whole training, side by side, one chart per head. */
  static Optional<Figure> sideBySide(SweepEvidence sweep) {
    List<LinePanel> panels = new ArrayList<>();
    List<Magnitudes> every = overall(sweep);
    Range shown = shownRange(every);
    double most =
        every.stream()
            .flatMap(all -> outline(all, EVERYTHING))
            .mapToDouble(Line.Point::y)
            .reduce(1, Math::max);
    List<TrialGroup> cells = TrialGroup.atMost(sweep, 3 * sweep.heads().size());
    for (HeadKind head : sweep.heads()) {
      LinePanel panel =
          LinePanel.ofCells(
                  cells.stream().filter(cell -> cell.head().equals(head)).toList(),
                  head.label(),
                  Axes.decades(MAGNITUDE, shown),
                  Axes.linear(panels.isEmpty() ? DENSITY : null, 0, 1.05 * most),
                  cell -> overall(cell).flatMap(all -> outline(all, shown)).toList())
              .withLegend(TrialGroup.legend(cells));
      if (!panel.lines().isEmpty()) {
        panels.add(panel);
      }
    }
    String caption =
        "Magnitudes |g| of gradient elements before clipping, over all trainable parameters and all"
            + " recorded iterations"
            + SweepFigures.firstSeedNote(sweep);
    int columns = panels.size() == 4 ? 4 : 3;
    return Figure.ofLines("gradient-magnitudes", caption, columns, 140, panels.stream());
  }

  private static Stream<Magnitudes> overall(TrialGroup cell) {
    return cell.histograms().map(Magnitudes::overall).stream();
  }

  private static List<Magnitudes> overall(SweepEvidence sweep) {
    return TrialGroup.of(sweep).stream().flatMap(MagnitudeFigures::overall).toList();
  }

  private static Stream<Line.Point> outline(Magnitudes magnitudes, Range shown) {
    List<Double> edges = magnitudes.edges();
    return IntStream.range(0, magnitudes.shares().size())
        .mapToObj(
            bin -> {
              double left = edges.get(bin);
              double right = edges.get(bin + 1);
              double density = 100 * magnitudes.shares().get(bin) / (right - left);
              return new Line.Point((left + right) / 2, density);
            })
        .filter(point -> shown.contains(point.x()));
  }

  /** How the distribution changes over time, one chart per cell. */
  static Optional<Figure> overTime(SweepEvidence sweep) {
    List<TrialGroup> cells =
        TrialGroup.atMost(sweep, PANELS).stream()
            .filter(cell -> cell.histograms().isPresent())
            .toList();
    if (cells.isEmpty()) {
      return Optional.empty();
    }
    Range shown = shownRange(overall(sweep));
    List<HeatPanel> charts = cells.stream().map(cell -> heatPanel(sweep, cell, shown)).toList();
    double most = HeatPanel.range(charts).getMax();
    ColorScale colors = new ColorScale(0, most > 0 ? most : 1);
    String caption =
        "Magnitudes |g| of gradient elements before clipping by iteration, over all trainable"
            + " parameters"
            + SweepFigures.firstSeedNote(sweep);
    Sheet sheet = HeatPanel.sheet(charts, 107, colors, DENSITY);
    return Optional.of(new Figure("gradient-magnitudes-time", caption, sheet));
  }

  private static HeatPanel heatPanel(SweepEvidence sweep, TrialGroup cell, Range shown) {
    GradientHistograms histograms = cell.histograms().orElseThrow();
    List<Snapshot> snapshots = thin(histograms.snapshots());
    List<HeatPanel.Block> blocks = new ArrayList<>();
    for (Snapshot at : snapshots) {
      outline(Magnitudes.at(histograms, at), shown)
          .map(point -> new HeatPanel.Block(at.iteration(), point.x(), point.y()))
          .forEach(blocks::add);
    }
    List<Double> edges = histograms.binEdgesLog10();
    double height = (edges.get(edges.size() - 1) - edges.get(0)) / (edges.size() - 1);
    double width =
        snapshots.size() < 2
            ? sweep.config().iterationsPerEpoch()
            : snapshots.get(1).iteration() - snapshots.get(0).iteration();
    NumberAxis y = Axes.decades(MAGNITUDE, shown);
    return new HeatPanel(cell.name(), Axes.iterations(sweep), y, blocks, width, height);
  }

  // At most as many as a chart can show, evenly spaced.
  private static List<Snapshot> thin(List<Snapshot> all) {
    int step = (all.size() + SNAPSHOTS - 1) / SNAPSHOTS;
    return IntStream.iterate(0, i -> i < all.size(), i -> i + step).mapToObj(all::get).toList();
  }

  /** The distributions of one trial's parameters over its entire training. */
  static Optional<Figure> ofTrial(TrialEvidence trial) {
    TrialResult row = trial.row();
    String caption =
        "Magnitudes |g| of gradient elements before clipping of " + row.id() + ", by parameter.";
    String title = row.trial().label() + ", seed " + row.seed();
    Stream<LinePanel> panel =
        trial.histograms().stream()
            .map(
                histograms ->
                    new LinePanel(
                        title,
                        Axes.decades(
                            MAGNITUDE, shownRange(List.of(Magnitudes.overall(histograms)))),
                        Axes.linear(DENSITY),
                        byParameter(histograms, trial.head().norm() == Norm.LAYER_NORM)));
    return Figure.ofLines("magnitudes." + row.id(), caption, 1, 230, panel);
  }

  private static List<Line> byParameter(GradientHistograms histograms, boolean layerNorm) {
    List<Line> lines = new ArrayList<>();
    for (String parameter : histograms.snapshots().get(0).parameters().keySet()) {
      List<Snapshot> own =
          histograms.snapshots().stream()
              .filter(at -> at.parameters().containsKey(parameter))
              .map(
                  at ->
                      new Snapshot(
                          at.iteration(),
                          at.epoch(),
                          Map.of(parameter, at.parameters().get(parameter))))
              .toList();
      Magnitudes all = Magnitudes.overall(new GradientHistograms(histograms.binEdgesLog10(), own));
      List<Line.Point> points = outline(all, EVERYTHING).toList();
      String name = ParameterNames.of(parameter, layerNorm);
      lines.add(new Line(name, LineStyle.numbered(lines.size()), points));
    }
    return lines;
  }

  // From the first percentile to the last per mille of all distributions, and half a decade around.
  private static Range shownRange(List<Magnitudes> all) {
    double low =
        all.stream()
            .mapToDouble(one -> one.quantile(one.below() + 0.01 * (1 - one.below())))
            .min()
            .orElse(0);
    double high = all.stream().mapToDouble(one -> one.quantile(0.999)).max().orElse(0);
    return low < high ? new Range(low - 0.5, high + 0.5) : new Range(-8, 2);
  }
}
