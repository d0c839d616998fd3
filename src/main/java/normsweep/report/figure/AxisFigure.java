package normsweep.report.figure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import normsweep.record.TrialSettings;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import org.jfree.chart.axis.ValueAxis;

/** The figure of a sweep with one further axis of numbers: test accuracy against its values. */
final class AxisFigure {
  // Values over a larger factor are spaced by their ratios, as learning rates are.
  private static final double LOGARITHMIC = 8;

  private AxisFigure() {}

  /**
   * One curve for each head and clipping choice; empty unless exactly one setting has several
   * values, all of them are numbers, and completed trials have at least two of them.
   */
  static Optional<Figure> of(SweepEvidence sweep) {
    Map<String, Set<Object>> axes = new TreeMap<>();
    for (TrialSettings settings : sweep.settings()) {
      settings
          .values()
          .forEach(
              (key, value) -> axes.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(value));
    }
    axes.values().removeIf(values -> values.size() < 2);
    if (axes.size() != 1) {
      return Optional.empty();
    }
    String key = axes.keySet().iterator().next();
    Set<Object> values = axes.get(key);
    long completed =
        sweep.completed().stream()
            .map(trial -> trial.row().settings().values().get(key))
            .distinct()
            .count();
    return completed > 1 && values.stream().allMatch(Number.class::isInstance)
        ? figure(sweep, key)
        : Optional.empty();
  }

  private static Optional<Figure> figure(SweepEvidence sweep, String key) {
    Map<String, LineStyle> styles = new TreeMap<>();
    Map<String, SortedMap<Double, List<Double>>> curves = new TreeMap<>();
    List<String> order = new ArrayList<>();
    for (TrialGroup cell : TrialGroup.of(sweep)) {
      String name = cell.head().label() + ", " + cell.clip().label();
      Number at = (Number) cell.trials().get(0).row().settings().values().get(key);
      List<Double> accuracies =
          cell.trials().stream().flatMap(t -> Measure.TEST_ACCURACY.of(t).stream()).toList();
      if (!accuracies.isEmpty()) {
        if (styles.put(name, cell.style()) == null) {
          order.add(name);
        }
        curves.computeIfAbsent(name, k -> new TreeMap<>()).put(at.doubleValue(), accuracies);
      }
    }
    List<Line> lines =
        order.stream()
            .map(name -> new Line(name, styles.get(name), points(curves.get(name))))
            .toList();
    boolean severalSeeds = sweep.seeds().size() > 1;
    String caption =
        "Test accuracy against "
            + TrialSettings.words(key)
            + (severalSeeds
                ? ": means over seeds, with bands from the lowest to the highest seed."
                : ", one seed.");
    LinePanel panel =
        new LinePanel(
            "", axis(TrialSettings.words(key), lines), Axes.linear("test accuracy (%)"), lines);
    return Figure.ofLines("accuracy-by-setting", caption, 1, 230, Stream.of(panel));
  }

  private static List<Line.Point> points(SortedMap<Double, List<Double>> curve) {
    List<Line.Point> points = new ArrayList<>();
    curve.forEach((x, accuracies) -> points.add(point(x, accuracies)));
    return points;
  }

  // Intervals of a mean over two or three seeds would cover each other and the curves.
  private static Line.Point point(double x, Collection<Double> accuracies) {
    DoubleSummaryStatistics all =
        accuracies.stream().mapToDouble(accuracy -> 100 * accuracy).summaryStatistics();
    return new Line.Point(x, all.getAverage(), all.getMin(), all.getMax());
  }

  private static ValueAxis axis(String label, List<Line> lines) {
    DoubleSummaryStatistics values =
        lines.stream()
            .flatMap(line -> line.points().stream())
            .mapToDouble(Line.Point::x)
            .summaryStatistics();
    double margin = 0.04 * (values.getMax() - values.getMin());
    return values.getMin() > 0 && values.getMax() >= LOGARITHMIC * values.getMin()
        ? Axes.logarithmic(label, values)
        : Axes.linear(label, values.getMin() - margin, values.getMax() + margin);
  }
}
