package normsweep.report.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.record.Clip;
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
  private static final double FAR = 300;
  private static final int POINTS = 24;
  private static final int NOISE_POINTS = 8;

  private DynamicsFigures() {}

  /** How training moves through its loss, over iterations. */
  static Optional<Figure> dynamics(SweepEvidence sweep) {
    List<LinePanel> panels =
        List.of(
            panel(
                sweep,
                "Cosine between successive gradients",
                false,
                trial -> points(trial, Dynamics::cosine)),
            panel(sweep, "Step length / weight norm", true, DynamicsFigures::relativeUpdates),
            panel(sweep, "Distance from the start", false, DynamicsFigures::distances),
            panel(
                sweep,
                "Loss range along gradient (nats)",
                true,
                trial -> points(trial, Dynamics::lossVariation)),
            panel(
                sweep,
                "Effective smoothness constant",
                true,
                trial -> points(trial, Step::smoothness)),
            noiseScale(sweep));
    String caption =
        "Training dynamics at measured steps, smoothed"
            + (sweep.seeds().size() > 1 ? " and averaged over seeds." : ".")
            + " Loss range and effective smoothness constant (change of the gradient per distance)"
            + " are taken along the gradient of half a mini-batch; the noise scale compares both halves"
            + " and is drawn where the gradient can be told from noise."
            + SweepFigures.cutNote(panels);
    return Figure.ofLines("gradient-dynamics", caption, 3, 116, panels.stream());
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
    List<TrialGroup> cells = TrialGroup.atMost(sweep, SweepFigures.CELLS);
    double[] values =
        cells.stream()
            .flatMap(cell -> points.apply(cell).stream())
            .mapToDouble(Line.Point::y)
            .filter(value -> value > 0)
            .sorted()
            .toArray();
    // The last steps of a schedule that ends at a learning rate of zero would fill the panel.
    DoubleSummaryStatistics range =
        Arrays.stream(values)
            .filter(value -> value > values[values.length / 2] / FAR)
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

  /**
   * Gradient norms relative to weight norms by parameter, in the order of the network, one chart
   * per clipping choice.
   */
  static Optional<Figure> layers(SweepEvidence sweep) {
    List<TrialGroup> cells = TrialGroup.atMost(sweep, SweepFigures.CELLS);
    List<String> names = names(cells);
    Map<Clip, List<Line>> charts = new LinkedHashMap<>();
    for (int row = 0; row < names.size(); row++) {
      for (TrialGroup cell : cells) {
        double shift = sweep.heads().indexOf(cell.head()) - (sweep.heads().size() - 1) / 2.0;
        double place = names.size() - 1.0 - row - 0.2 * shift;
        List<Line> lines = charts.computeIfAbsent(cell.clip(), key -> new ArrayList<>());
        quartiles(cell, names.get(row))
            .filter(quartiles -> quartiles[0] > 0)
            .ifPresent(quartiles -> lines.addAll(whiskers(cell.style(), quartiles, place)));
      }
    }
    charts.values().removeIf(List::isEmpty);
    DoubleSummaryStatistics range =
        charts.values().stream()
            .flatMap(List::stream)
            .flatMap(line -> line.points().stream())
            .mapToDouble(Line.Point::x)
            .summaryStatistics();
    String[] bottomUp = names.toArray(String[]::new);
    Collections.reverse(Arrays.asList(bottomUp));
    List<LinePanel> panels = new ArrayList<>();
    charts.forEach(
        (clip, lines) -> {
          SymbolAxis y = Axes.named(bottomUp, 8.5f);
          y.setRange(-0.6, names.size() - 0.4);
          ValueAxis x = Axes.logarithmic("gradient norm / weight norm", range);
          List<TrialGroup> own = cells.stream().filter(c -> c.clip().equals(clip)).toList();
          panels.add(
              new LinePanel(
                  charts.size() > 1 ? clip.label() : "",
                  x,
                  y,
                  lines,
                  List.of(),
                  TrialGroup.legend(own)));
        });
    String caption =
        "Gradient norm before clipping relative to the norm of the weights, from the first trained"
            + " parameter (top) to the last: medians and quartiles over the measured steps"
            + (sweep.seeds().size() > 1 ? ", averaged over seeds." : ".");
    double height = 60 + 15.0 * names.size();
    return Figure.ofLines("gradient-layers", caption, 3, height, panels.stream());
  }

  private static List<Line> whiskers(LineStyle style, double[] quartiles, double place) {
    LineStyle thin = new LineStyle(style.color(), LineStyle.stroke(1), null);
    return List.of(
        new Line("", style, List.of(new Line.Point(quartiles[1], place))),
        new Line(
            "",
            thin,
            List.of(new Line.Point(quartiles[0], place), new Line.Point(quartiles[2], place))));
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
