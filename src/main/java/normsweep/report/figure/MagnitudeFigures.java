package normsweep.report.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientHistograms.Snapshot;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Magnitudes;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;

/** Figures of gradient magnitudes. */
final class MagnitudeFigures {
  private static final int PANELS = 6;
  private static final int SNAPSHOTS = 40;
  private static final String MAGNITUDE = "log\u2081\u2080 |g| (nats/unit)";

  private MagnitudeFigures() {}

  /** Distributions over the whole training, side by side, one chart per head. */
  static Optional<Figure> sideBySide(SweepEvidence sweep) {
    List<LinePanel> panels = new ArrayList<>();
    double[] shown = shownRange(sweep);
    double most = 1.05 * mostDense(sweep);
    for (HeadKind head : sweep.heads()) {
      List<Line> lines = new ArrayList<>();
      for (TrialGroup cell : TrialGroup.atMost(sweep, 4 * sweep.heads().size())) {
        Optional<GradientHistograms> histograms = first(cell);
        if (cell.head().equals(head) && histograms.isPresent()) {
          Magnitudes all = Magnitudes.overall(histograms.get());
          lines.add(
              new Line(
                  cell.label(),
                  LineStyle.of(head, cell.clip(), sweep.clips()),
                  outline(all, shown)));
        }
      }
      if (!lines.isEmpty()) {
        panels.add(
            new LinePanel(
                head.label(),
                Axes.decades(MAGNITUDE, shown[0], shown[1]),
                Axes.linear(panels.isEmpty() ? "elements per decade (%)" : null, 0.0, most),
                lines,
                List.of()));
      }
    }
    return panels.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Figure(
                "gradient-magnitudes",
                "Magnitudes |g| of gradient elements before clipping, of all trainable parameters and all recorded"
                    + " iterations together"
                    + GradientFigures.firstSeedNote(sweep)
                    + ".",
                Sheet.ofLines(panels, Math.min(3, panels.size()), 125)));
  }

  private static double mostDense(SweepEvidence sweep) {
    double most = 1;
    for (TrialGroup cell : TrialGroup.of(sweep)) {
      Optional<GradientHistograms> histograms = first(cell);
      if (histograms.isPresent()) {
        for (Line.Point point :
            outline(Magnitudes.overall(histograms.get()), new double[] {-99, 99})) {
          most = Math.max(most, point.y());
        }
      }
    }
    return most;
  }

  private static List<Line.Point> outline(Magnitudes magnitudes, double[] shown) {
    List<Line.Point> points = new ArrayList<>();
    for (int bin = 0; bin < magnitudes.shares().size(); bin++) {
      double left = magnitudes.edges().get(bin);
      double right = magnitudes.edges().get(bin + 1);
      double centre = (left + right) / 2;
      if (centre >= shown[0] && centre <= shown[1]) {
        points.add(Line.Point.of(centre, 100 * magnitudes.shares().get(bin) / (right - left)));
      }
    }
    return points;
  }

  /** How the distribution changes over time, one chart per cell. */
  static Optional<Figure> overTime(SweepEvidence sweep) {
    List<TrialGroup> cells =
        TrialGroup.atMost(sweep, PANELS).stream().filter(cell -> first(cell).isPresent()).toList();
    if (cells.isEmpty()) {
      return Optional.empty();
    }
    double[] shown = shownRange(sweep);
    double most = 0;
    List<List<HeatPanel.Cell>> blocks = new ArrayList<>();
    List<Double> widths = new ArrayList<>();
    double height = 1;
    for (TrialGroup cell : cells) {
      GradientHistograms histograms = first(cell).orElseThrow();
      List<Snapshot> snapshots = thin(histograms.snapshots());
      double width =
          snapshots.size() < 2
              ? sweep.config().iterationsPerEpoch()
              : snapshots.get(1).iteration() - snapshots.get(0).iteration();
      List<HeatPanel.Cell> block = new ArrayList<>();
      for (Snapshot snapshot : snapshots) {
        Magnitudes at = Magnitudes.at(histograms, snapshot);
        for (int bin = 0; bin < at.shares().size(); bin++) {
          double left = at.edges().get(bin);
          double right = at.edges().get(bin + 1);
          height = right - left;
          double density = 100 * at.shares().get(bin) / height;
          if ((left + right) / 2 >= shown[0] && (left + right) / 2 <= shown[1]) {
            block.add(new HeatPanel.Cell(snapshot.iteration(), (left + right) / 2, density));
            most = Math.max(most, density);
          }
        }
      }
      blocks.add(block);
      widths.add(width);
    }
    ColorScale colors = new ColorScale(0, most > 0 ? most : 1);
    List<Sheet.Panel> panels = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      panels.add(
          new HeatPanel(
              cells.get(i).label(),
              GradientFigures.iterations(sweep),
              Axes.decades(MAGNITUDE, shown[0], shown[1]),
              blocks.get(i),
              widths.get(i),
              height,
              colors));
    }
    return Optional.of(
        new Figure(
            "gradient-magnitudes-time",
            "Magnitudes |g| of gradient elements before clipping over iterations, all trainable parameters"
                + " together"
                + GradientFigures.firstSeedNote(sweep)
                + ".",
            new Sheet(panels, 2, 105, Map.of(), colors.bar("elements per decade (%)"))));
  }

  /** The distributions of one trial's parameters over its entire training. */
  static Optional<Figure> ofTrial(TrialEvidence trial) {
    return trial
        .histograms()
        .map(
            histograms -> {
              List<Line> lines = new ArrayList<>();
              List<String> names = List.copyOf(histograms.snapshots().get(0).parameters().keySet());
              for (int i = 0; i < names.size(); i++) {
                String name = names.get(i);
                GradientHistograms one =
                    new GradientHistograms(
                        histograms.binEdgesLog10(),
                        histograms.snapshots().stream()
                            .filter(snapshot -> snapshot.parameters().containsKey(name))
                            .map(
                                snapshot ->
                                    new Snapshot(
                                        snapshot.iteration(),
                                        snapshot.epoch(),
                                        Map.of(name, snapshot.parameters().get(name))))
                            .toList());
                double[] all = {
                  histograms.binEdgesLog10().get(0),
                  histograms.binEdgesLog10().get(histograms.binEdgesLog10().size() - 1)
                };
                lines.add(
                    new Line(name, LineStyle.numbered(i), outline(Magnitudes.overall(one), all)));
              }
              LinePanel panel =
                  new LinePanel(
                      trial.row().trial().label() + ", seed " + trial.row().seed(),
                      Axes.linear(MAGNITUDE, null, null),
                      Axes.linear("elements per decade (%)", null, null),
                      lines,
                      List.of());
              return new Figure(
                  "magnitudes." + trial.row().id(),
                  "Magnitudes |g| of gradient elements before clipping of "
                      + trial.row().id()
                      + ", by parameter.",
                  Sheet.ofLines(List.of(panel), 1, 230));
            });
  }

  // The first to the last percentile of all distributions, and half a decade around them.
  private static double[] shownRange(SweepEvidence sweep) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (TrialGroup cell : TrialGroup.of(sweep)) {
      Optional<GradientHistograms> histograms = first(cell);
      if (histograms.isPresent()) {
        Magnitudes all = Magnitudes.overall(histograms.get());
        low = Math.min(low, all.quantile(all.below() + 0.01 * (1 - all.below())));
        high = Math.max(high, all.quantile(0.999));
      }
    }
    return low < high ? new double[] {low - 0.5, high + 0.5} : new double[] {-8, 2};
  }

  private static Optional<GradientHistograms> first(TrialGroup cell) {
    return cell.trials().stream()
        .map(TrialEvidence::histograms)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static List<Snapshot> thin(List<Snapshot> snapshots) {
    int step = (snapshots.size() + SNAPSHOTS - 1) / SNAPSHOTS;
    List<Snapshot> kept = new ArrayList<>();
    for (int i = 0; i < snapshots.size(); i += step) {
      kept.add(snapshots.get(i));
    }
    return kept;
  }
}
