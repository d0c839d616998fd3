package normsweep.report.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.record.GradientNorm;
import normsweep.record.Norm;
import normsweep.record.TrainingDynamics.Step;
import normsweep.report.analysis.Dynamics;
import normsweep.report.analysis.NoiseScale;
import normsweep.report.analysis.ParameterNames;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.axis.ValueAxis;

/** Figures of measured steps. */
final class DynamicsFigures {
  private static final int CELLS = 9;
  private static final int POINTS = 24;
  private static final int NOISE_POINTS = 8;

  private DynamicsFigures() {}

  /** How training moves through its loss, over iterations. */
  static Optional<Figure> dynamics(SweepEvidence sweep) {
    Stream<LinePanel> panels =
        Stream.of(
            panel(
                sweep,
                "Cosine between successive gradients",
                false,
                trial -> points(trial, Dynamics::cosine)),
            panel(sweep, "Step length / weight norm", true, DynamicsFigures::relativeUpdates),
            panel(sweep, "Distance from the start", false, DynamicsFigures::distances),
            panel(
                sweep,
                "Range of the loss along the gradient (nats)",
                true,
                trial -> points(trial, Dynamics::lossVariation)),
            panel(
                sweep,
                "Effective smoothness constant",
                true,
                trial -> points(trial, Step::smoothness)),
            noiseScale(sweep));
    String caption =
        "Training dynamics at measured steps, smoothed. Range of the loss and effective smoothness"
            + " constant (largest change of the gradient per distance) are taken along the gradient"
            + " of half a mini-batch, at 0 to 2 times the learning rate, dropout masks fixed; the"
            + " noise scale compares the gradients of both halves, and is drawn where the gradient"
            + " can be told from noise."
            + SweepFigures.seedsNote(sweep).replaceFirst("; bands .*", ".");
    return Figure.ofLines("gradient-dynamics", caption, 3, 116, panels);
  }

  private static LinePanel panel(
      SweepEvidence sweep,
      String title,
      boolean logarithmic,
      Function<TrialEvidence, Stream<Line.Point>> values) {
    return ofCells(
        sweep,
        title,
        logarithmic,
        cell -> Line.withoutBand(Line.binned(cell.trials().stream().flatMap(values), POINTS)));
  }

  // On a logarithmic axis only what is positive has a place.
  private static LinePanel ofCells(
      SweepEvidence sweep,
      String title,
      boolean logarithmic,
      Function<TrialGroup, List<Line.Point>> points) {
    List<TrialGroup> cells = TrialGroup.atMost(sweep, CELLS);
    DoubleSummaryStatistics range =
        cells.stream()
            .flatMap(cell -> points.apply(cell).stream())
            .mapToDouble(Line.Point::y)
            .filter(value -> value > 0)
            .summaryStatistics();
    ValueAxis y =
        logarithmic && range.getCount() > 0 ? Axes.logarithmic(null, range) : Axes.linear(null);
    return LinePanel.ofCells(
        cells,
        title,
        Axes.iterations(sweep),
        y,
        cell ->
            points.apply(cell).stream().filter(point -> !logarithmic || point.y() > 0).toList());
  }

  private static Stream<Line.Point> points(TrialEvidence trial, ToDoubleFunction<Step> value) {
    return trial.dynamics().stream()
        .flatMap(found -> found.steps().stream())
        .map(step -> new Line.Point(step.iteration(), value.applyAsDouble(step)));
  }

  private static Stream<Line.Point> relativeUpdates(TrialEvidence trial) {
    return trial.dynamics().stream()
        .flatMap(found -> found.updates(GradientNorm.TOTAL).values().stream())
        .map(row -> new Line.Point(row.iteration(), row.updateNorm() / row.weightNorm()));
  }

  private static Stream<Line.Point> distances(TrialEvidence trial) {
    return trial.dynamics().stream()
        .flatMap(found -> found.updates(GradientNorm.TOTAL).values().stream())
        .map(row -> new Line.Point(row.iteration(), row.distance()));
  }

  // Numerator and denominator are summed over a run of steps, and over seeds, before they are
  // divided.
  private static LinePanel noiseScale(SweepEvidence sweep) {
    int last = sweep.config().training().epochs() * sweep.config().iterationsPerEpoch();
    double width = (double) last / NOISE_POINTS;
    return ofCells(
        sweep,
        "Gradient noise scale (images)",
        true,
        cell ->
            IntStream.range(0, NOISE_POINTS)
                .mapToObj(
                    run ->
                        NoiseScale.of(
                                cell.trials().stream()
                                    .flatMap(trial -> trial.dynamics().stream())
                                    .flatMap(found -> found.steps().stream())
                                    .filter(step -> (int) ((step.iteration() - 1) / width) == run)
                                    .toList())
                            .flatMap(NoiseScale::value)
                            .map(scale -> new Line.Point((run + 0.5) * width, scale)))
                .flatMap(Optional::stream)
                .toList());
  }

  /** Gradient norms relative to weight norms by parameter, in the order of the network. */
  static Optional<Figure> layers(SweepEvidence sweep) {
    List<TrialGroup> cells = TrialGroup.atMost(sweep, CELLS);
    List<String> names = names(cells);
    List<Line> lines = new ArrayList<>();
    for (TrialGroup cell : cells) {
      List<Line.Point> points = new ArrayList<>();
      for (int place = 0; place < names.size(); place++) {
        int at = place;
        quartiles(cell, names.get(place))
            .ifPresent(q -> points.add(new Line.Point(at, q[1], q[0], q[2])));
      }
      if (!points.isEmpty()) {
        lines.add(new Line(cell.label(), cell.style(), points));
      }
    }
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    DoubleSummaryStatistics range =
        lines.stream()
            .flatMap(line -> line.points().stream())
            .flatMapToDouble(point -> Arrays.stream(new double[] {point.low(), point.high()}))
            .filter(value -> value > 0)
            .summaryStatistics();
    String caption =
        "Gradient norm before clipping relative to the norm of the weights, by depth from the first"
            + " trained parameter to the last: medians and quartiles over the measured steps"
            + (sweep.config().grid().seed().size() > 1 ? ", averaged over seeds." : ".");
    SymbolAxis x = Axes.named(names.toArray(String[]::new), 8);
    x.setRange(-0.3, names.size() - 0.7);
    LinePanel panel =
        new LinePanel("", x, Axes.logarithmic("gradient norm / weight norm", range), lines);
    return Figure.ofLines("gradient-layers", caption, 1, 170, Stream.of(panel));
  }

  // Networks differ in the parameters of their norm, which come between those of other layers.
  private static List<String> names(List<TrialGroup> cells) {
    List<String> names = new ArrayList<>();
    for (TrialGroup cell : cells) {
      int after = -1;
      for (String name : own(cell)) {
        int at = names.indexOf(name);
        if (at < 0) {
          names.add(++after, name);
        } else {
          after = at;
        }
      }
    }
    return names;
  }

  private static Set<String> own(TrialGroup cell) {
    Set<String> names = new LinkedHashSet<>();
    cell.gradients()
        .flatMap(series -> series.parameters().stream())
        .forEach(parameter -> names.add(name(cell, parameter)));
    return names;
  }

  private static String name(TrialGroup cell, String parameter) {
    return ParameterNames.of(parameter, cell.head().norm() == Norm.LAYER_NORM);
  }

  // Averaged over the seeds.
  private static Optional<double[]> quartiles(TrialGroup cell, String name) {
    List<double[]> all = new ArrayList<>();
    for (TrialEvidence trial : cell.trials()) {
      if (trial.gradients().isPresent() && trial.dynamics().isPresent()) {
        trial.gradients().get().parameters().stream()
            .filter(parameter -> name(cell, parameter).equals(name))
            .flatMap(
                parameter ->
                    trial
                        .dynamics()
                        .get()
                        .relativeGradient(trial.gradients().get(), parameter)
                        .stream())
            .forEach(all::add);
      }
    }
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(
            IntStream.range(0, 3)
                .mapToDouble(
                    i -> Summary.of(all.stream().map(q -> q[i]).toList()).orElseThrow().mean())
                .toArray());
  }
}
