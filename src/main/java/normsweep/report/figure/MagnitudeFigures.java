package normsweep.report.figure;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientHistograms.Snapshot;
import normsweep.record.TrialResult;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Magnitudes;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import org.jfree.data.Range;

/** Figures of gradient magnitudes. */
final class MagnitudeFigures {
  private static final int PANELS = 6;
  private static final int SNAPSHOTS = 40;
  private static final String MAGNITUDE = "log\u2081\u2080 |g| (nats/unit)";
  private static final String DENSITY = "elements per decade (%)";

  private MagnitudeFigures() {}

  /** Distributions over the whole training, side by side, one chart per head. */
  static Optional<Figure> sideBySide(SweepEvidence sweep) {
    List<LinePanel> panels = new ArrayList<>();
    Range shown = shownRange(sweep);
    double most = 1.05 * mostDense(sweep);
    List<TrialGroup> cells = TrialGroup.atMost(sweep, 4 * sweep.heads().size());
    for (HeadKind head : sweep.heads()) {
      LinePanel panel =
          LinePanel.ofCells(
              cells.stream().filter(cell -> cell.head().equals(head)).toList(),
              head.label(),
              Axes.decades(MAGNITUDE, shown),
              Axes.linear(panels.isEmpty() ? DENSITY : null, 0, most),
              cell -> overall(cell).map(all -> outline(all, shown)).orElse(List.of()));
      if (!panel.lines().isEmpty()) {
        panels.add(panel);
      }
    }
    String caption =
        "Magnitudes |g| of gradient elements before clipping, of all trainable parameters and all"
            + " recorded iterations together"
            + SweepFigures.firstSeedNote(sweep);
    return Figure.ofLines("gradient-magnitudes", caption, 3, 125, panels.stream());
  }

  private static Optional<Magnitudes> overall(TrialGroup cell) {
    return cell.histograms().map(Magnitudes::overall);
  }

  private static double mostDense(SweepEvidence sweep) {
    return TrialGroup.of(sweep).stream()
        .flatMap(cell -> overall(cell).stream())
        .flatMap(all -> outline(all, new Range(-99, 99)).stream())
        .mapToDouble(Line.Point::y)
        .reduce(1, Math::max);
  }

  private static List<Line.Point> outline(Magnitudes magnitudes, Range shown) {
    List<Line.Point> points = new ArrayList<>();
    for (int bin = 0; bin < magnitudes.shares().size(); bin++) {
      double left = magnitudes.edges().get(bin);
      double right = magnitudes.edges().get(bin + 1);
      double centre = (left + right) / 2;
      if (shown.contains(centre)) {
        points.add(new Line.Point(centre, 100 * magnitudes.shares().get(bin) / (right - left)));
      }
    }
    return points;
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
    Range shown = shownRange(sweep);
    List<HeatPanel> charts = cells.stream().map(cell -> heatPanel(sweep, cell, shown)).toList();
    double most = HeatPanel.range(charts).getMax();
    ColorScale colors = new ColorScale(0, most > 0 ? most : 1);
    String caption =
        "Magnitudes |g| of gradient elements before clipping over iterations, all trainable"
            + " parameters together"
            + SweepFigures.firstSeedNote(sweep);
    Sheet sheet = HeatPanel.sheet(charts, 105, colors, DENSITY);
    return Optional.of(new Figure("gradient-magnitudes-time", caption, sheet));
  }

  private static HeatPanel heatPanel(SweepEvidence sweep, TrialGroup cell, Range shown) {
    GradientHistograms histograms = cell.histograms().orElseThrow();
    List<Snapshot> snapshots = thin(histograms.snapshots());
    List<HeatPanel.Cell> blocks = new ArrayList<>();
    for (Snapshot at : snapshots) {
      for (Line.Point point : outline(Magnitudes.at(histograms, at), shown)) {
        blocks.add(new HeatPanel.Cell(at.iteration(), point.x(), point.y()));
      }
    }
    List<Double> edges = histograms.binEdgesLog10();
    return new HeatPanel(
        cell.label(),
        Axes.iterations(sweep),
        Axes.decades(MAGNITUDE, shown),
        blocks,
        snapshots.size() < 2
            ? sweep.config().iterationsPerEpoch()
            : snapshots.get(1).iteration() - snapshots.get(0).iteration(),
        (edges.get(edges.size() - 1) - edges.get(0)) / (edges.size() - 1));
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
        trial.histograms().map(MagnitudeFigures::byParameter).stream()
            .map(
                lines -> new LinePanel(title, Axes.linear(MAGNITUDE), Axes.linear(DENSITY), lines));
    return Figure.ofLines("magnitudes." + row.id(), caption, 1, 230, panel);
  }

  private static List<Line> byParameter(GradientHistograms histograms) {
    List<Double> edges = histograms.binEdgesLog10();
    Range whole = new Range(edges.get(0), edges.get(edges.size() - 1));
    List<Line> lines = new ArrayList<>();
    for (String name : histograms.snapshots().get(0).parameters().keySet()) {
      List<Snapshot> own =
          histograms.snapshots().stream()
              .filter(at -> at.parameters().containsKey(name))
              .map(
                  at ->
                      new Snapshot(
                          at.iteration(), at.epoch(), Map.of(name, at.parameters().get(name))))
              .toList();
      Magnitudes all = Magnitudes.overall(new GradientHistograms(edges, own));
      lines.add(new Line(name, LineStyle.numbered(lines.size()), outline(all, whole)));
    }
    return lines;
  }

  // From the first percentile to the last per mille of all distributions, and half a decade around.
  private static Range shownRange(SweepEvidence sweep) {
    DoubleSummaryStatistics ends =
        TrialGroup.of(sweep).stream()
            .flatMap(cell -> overall(cell).stream())
            .flatMapToDouble(
                all ->
                    DoubleStream.of(
                        all.quantile(all.below() + 0.01 * (1 - all.below())), all.quantile(0.999)))
            .summaryStatistics();
    return ends.getMin() < ends.getMax()
        ? new Range(ends.getMin() - 0.5, ends.getMax() + 0.5)
        : new Range(-8, 2);
  }
}
