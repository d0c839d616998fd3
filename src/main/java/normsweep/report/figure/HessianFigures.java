package normsweep.report.figure;

import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import normsweep.landscape.hessian.Curvature;
import normsweep.landscape.hessian.Curvature.Hessian;
import normsweep.landscape.hessian.ImageSet;
import normsweep.landscape.hessian.SpectralDensity;
import normsweep.record.Optimizer;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;

/** Figures of Hessians: their density of eigenvalues, and their size over epochs. */
public final class HessianFigures {
  /** Name of the figure of densities. */
  public static final String DENSITY = "hessian-density";

  /** Name of the figure over epochs. */
  public static final String TRAJECTORY = "hessian-trajectory";

  private static final int CELLS = 9;
  // Quadrature cannot tell smaller eigenvalues apart.
  private static final double LINEAR = 1;
  private static final double TRACE_LINEAR = 10;
  // In decades.
  private static final double KERNEL = 0.15;
  private static final double STEP = 0.05;
  private static final double LEAST_SHARE = 1e-6;

  private HessianFigures() {}

  /** Both figures; none if no Hessian was computed. */
  static Stream<Figure> of(SweepEvidence sweep) {
    return Stream.of(densities(sweep), trajectories(sweep)).flatMap(Optional::stream);
  }

  private static Stream<Curvature> curvature(TrialEvidence trial) {
    return trial.row().completed()
        ? trial.geometry().stream().flatMap(found -> found.curvature().stream())
        : Stream.empty();
  }

  private static Optional<Figure> densities(SweepEvidence sweep) {
    String caption =
        say(
            "Density of the eigenvalues of the Hessian of each saved model's head, in %s, by"
                + " stochastic Lanczos quadrature, smoothed over %s decades. The horizontal axis is"
                + " logarithmic beyond ±%s and linear between; the vertical axis is logarithmic.",
            images(sweep, ImageSet.VALIDATION), KERNEL, Axes.number(LINEAR));
    return Figure.ofLines(
        DENSITY,
        caption,
        2,
        190,
        Stream.of(
            densities(sweep, "Weights only", Curvature::weights),
            densities(sweep, "All parameters", Curvature::all)));
  }

  private static LinePanel densities(
      SweepEvidence sweep, String title, Function<Curvature, Hessian> part) {
    List<TrialGroup> cells = TrialGroup.atMost(sweep, CELLS);
    DoubleSummaryStatistics values =
        cells.stream()
            .flatMap(cell -> densities(cell, part).stream())
            .flatMap(density -> density.values().stream())
            .mapToDouble(Double::doubleValue)
            .summaryStatistics();
    NumberAxis x =
        Axes.symmetricLogarithmic(
            "eigenvalue",
            LINEAR,
            values.getCount() == 0 ? DoubleStream.of(0).summaryStatistics() : values);
    ValueAxis y =
        Axes.logarithmic(
            "share of eigenvalues per decade",
            DoubleStream.of(LEAST_SHARE, 1 / KERNEL).summaryStatistics());
    List<Line> lines =
        cells.stream()
            .map(
                cell ->
                    new Line(
                        cell.label(),
                        cell.style().withoutMarker(),
                        smoothed(densities(cell, part), x.getLowerBound(), x.getUpperBound())))
            .filter(line -> !line.points().isEmpty())
            .toList();
    return new LinePanel(title, x, y, lines);
  }

  private static List<SpectralDensity> densities(
      TrialGroup cell, Function<Curvature, Hessian> part) {
    return cell.trials().stream()
        .flatMap(HessianFigures::curvature)
        .map(part)
        .flatMap(found -> Optional.ofNullable(found.density()).stream())
        .toList();
  }

  // A normal kernel around each eigenvalue's place on the axis.
  private static List<Line.Point> smoothed(List<SpectralDensity> all, double low, double high) {
    List<Line.Point> points = new ArrayList<>();
    for (double x = low; x <= high && !all.isEmpty(); x += STEP) {
      double share = 0;
      for (SpectralDensity density : all) {
        for (int i = 0; i < density.values().size(); i++) {
          double away = (x - Axes.symmetric(density.values().get(i), LINEAR)) / KERNEL;
          share += density.weights().get(i) * Math.exp(-away * away / 2);
        }
      }
      double height = share / (all.size() * KERNEL * Math.sqrt(2 * Math.PI));
      // Below the axis, which a logarithm of zero would not be.
      points.add(new Line.Point(x, Math.max(height, LEAST_SHARE / 10)));
    }
    return points;
  }

  private static Optional<Figure> trajectories(SweepEvidence sweep) {
    boolean adam = sweep.config().training().optimizer() == Optimizer.ADAM;
    // (2 + 2·β₁) / ((1 − β₁)·η) with β₁ = 0.9.
    double limit = 38 / sweep.config().training().learningRate();
    String caption =
        say(
            "Curvature of the head's loss in %s over epochs. The trainable block and batch-norm"
                + " statistics are those of the saved model at every epoch. The trace is"
                + " Hutchinson's estimate; its axis is logarithmic beyond ±%s, the others are"
                + " logarithmic. As Adam scales them: preconditioned by the root of the expected"
                + " squared gradient of a mini-batch%s.",
            images(sweep, ImageSet.TRAINING),
            Axes.number(TRACE_LINEAR),
            adam
                ? "; above the black line, 38 / learning rate, full-batch Adam is unstable (Cohen"
                    + " et al. 2022)"
                : "");
    return Figure.ofLines(
        TRAJECTORY,
        caption,
        2,
        150,
        Stream.of(
            largest(sweep, "Largest eigenvalue, all parameters", Curvature::all),
            largest(sweep, "Largest eigenvalue, weights", Curvature::weights),
            trace(sweep),
            panel(
                sweep,
                "Largest eigenvalue, weights, as Adam scales them",
                point ->
                    Optional.ofNullable(point.weights().adam()).stream()
                        .mapToDouble(Curvature.Sharpness::value),
                adam ? List.of(limit) : List.of())));
  }

  private static LinePanel largest(
      SweepEvidence sweep, String title, Function<Curvature, Hessian> part) {
    return panel(
        sweep,
        title,
        point -> DoubleStream.of(part.apply(point).spectrum().largest()[0]),
        List.of());
  }

  private static LinePanel panel(
      SweepEvidence sweep,
      String title,
      Function<Curvature, DoubleStream> value,
      List<Double> references) {
    DoubleSummaryStatistics range = new DoubleSummaryStatistics();
    references.forEach(range::accept);
    List<Line> lines = lines(sweep, point -> value.apply(point).filter(number -> number > 0));
    lines.forEach(line -> line.points().forEach(point -> range.accept(point.y())));
    ValueAxis y = lines.isEmpty() ? Axes.linear(null) : Axes.logarithmic(null, range);
    return new LinePanel(title, epochs(sweep), y, lines, references, List.of());
  }

  private static LinePanel trace(SweepEvidence sweep) {
    List<Line> lines = lines(sweep, point -> DoubleStream.of(point.weights().trace().value()));
    DoubleSummaryStatistics range =
        lines.stream()
            .flatMap(line -> line.points().stream())
            .mapToDouble(Line.Point::y)
            .summaryStatistics();
    List<Line> placed =
        lines.stream()
            .map(
                line ->
                    new Line(
                        line.label(),
                        line.style(),
                        line.points().stream()
                            .map(p -> new Line.Point(p.x(), Axes.symmetric(p.y(), TRACE_LINEAR)))
                            .toList()))
            .toList();
    ValueAxis y =
        lines.isEmpty() ? Axes.linear(null) : Axes.symmetricLogarithmic(null, TRACE_LINEAR, range);
    return new LinePanel("Trace, weights", epochs(sweep), y, placed);
  }

  // Saved models of different seeds are of different epochs, so that no mean could be taken there;
  // all have one of the last epoch.
  private static List<Line> lines(SweepEvidence sweep, Function<Curvature, DoubleStream> value) {
    boolean alone = sweep.config().grid().seed().size() == 1;
    int last = sweep.config().training().epochs();
    return TrialGroup.atMost(sweep, CELLS).stream()
        .map(
            cell ->
                new Line(
                    cell.label(),
                    cell.style(),
                    Line.withoutBand(
                        Line.means(
                            cell.trials().stream()
                                .flatMap(HessianFigures::curvature)
                                .filter(point -> point.images() == ImageSet.TRAINING)
                                .filter(point -> alone || !point.saved() || point.epoch() == last)
                                .flatMap(
                                    point ->
                                        value
                                            .apply(point)
                                            .mapToObj(y -> new Line.Point(point.epoch(), y)))))))
        .filter(line -> !line.points().isEmpty())
        .toList();
  }

  private static ValueAxis epochs(SweepEvidence sweep) {
    int last = Math.max(2, sweep.config().training().epochs());
    return Axes.whole("epoch", -0.03 * last, 1.03 * last);
  }

  private static String images(SweepEvidence sweep, ImageSet set) {
    return sweep.completed().stream()
        .flatMap(HessianFigures::curvature)
        .filter(point -> point.images() == set)
        .findFirst()
        .map(point -> say("inference mode on %d %s images", point.count(), set.id()))
        .orElse("inference mode");
  }
}
