package normsweep.report.figure;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.TrialSettings;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.PairedDifference;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.axis.ValueAxis;

/** Figures of test accuracy and test loss. */
final class ResultFigures {
  // Values over a larger factor are spaced by their ratios, as learning rates are.
  private static final double LOGARITHMIC = 8;
  private static final int CELLS = 9;

  // An interval of the mean over two seeds is 13 standard errors long on either side.
  private static final int LEAST_SEEDS = 3;

  // Means stand this far above the seeds' own values, in rows.
  private static final double ABOVE = 0.22;

  private ResultFigures() {}

  /** Test accuracy of each cell: its seeds, joined between clipping choices, and their mean. */
  static Optional<Figure> accuracies(SweepEvidence sweep) {
    List<TrialGroup> cells =
        TrialGroup.of(sweep).stream()
            .filter(cell -> !values(sweep, cell.head(), cell.clip()).isEmpty())
            .toList();
    if (cells.isEmpty()) {
      return Optional.empty();
    }
    boolean several = sweep.seeds().size() > 1;
    List<Line> lines = new ArrayList<>();
    Map<List<Object>, List<Line.Point>> seeds = new LinkedHashMap<>();
    String[] names = new String[cells.size()];
    for (int i = 0; i < cells.size(); i++) {
      TrialGroup cell = cells.get(i);
      int place = cells.size() - 1 - i;
      names[place] = cell.name();
      Map<Long, Double> values = values(sweep, cell.head(), cell.clip());
      Summary summary = Summary.of(values.values()).orElseThrow();
      Optional<Interval> interval =
          several
              ? interval(summary)
              : Optional.of(
                  Interval.wilson(
                      summary.mean() * sweep.testImages(),
                      sweep.testImages(),
                      Interval.CONFIDENCE));
      double at = several ? place + ABOVE : place;
      lines.addAll(mean(cell.style(), 100, summary.mean(), interval, at));
      if (several) {
        values.forEach(
            (seed, value) ->
                seeds
                    .computeIfAbsent(List.of(cell.head(), seed), key -> new ArrayList<>())
                    .add(new Line.Point(100 * value, place)));
      }
    }
    seeds.forEach(
        (key, points) ->
            lines.add(new Line("", LineStyle.of((HeadKind) key.get(0), 0).faint(), points)));
    String where = SweepFigures.where(sweep);
    String caption =
        several
            ? "Test accuracy"
                + where
                + ". Small dots are seeds, joined by thin lines between the clipping"
                + " choices of a head; large markers above them are means"
                + (sweep.seeds().size() < LEAST_SEEDS
                    ? "."
                    : " with 95 % intervals over seeds (Student's t).")
            : "Test accuracy"
                + where
                + " with the 95 % Wilson interval for the number of test images. With one"
                + " seed, differences between seeds are unknown.";
    LinePanel panel = rows("", lines, names, "test accuracy (%)");
    return Figure.ofLines(
        "test-accuracy", caption, 1, height(names.length, several), Stream.of(panel));
  }

  /**
   * What clipping changes in test accuracy and test loss, seed by seed; empty for one seed or
   * without trials to compare.
   */
  static Optional<Figure> clippingEffect(SweepEvidence sweep) {
    List<TrialGroup> cells =
        TrialGroup.of(sweep).stream()
            .filter(cell -> cell.clip().active())
            .filter(cell -> effect(sweep, Measure.TEST_ACCURACY, cell).isPresent())
            .toList();
    if (cells.isEmpty() || sweep.seeds().size() < 2) {
      return Optional.empty();
    }
    boolean oneClip = cells.stream().map(TrialGroup::clip).distinct().count() == 1;
    List<LinePanel> panels = new ArrayList<>();
    for (Measure measure : List.of(Measure.TEST_ACCURACY, Measure.TEST_LOSS)) {
      double factor = measure == Measure.TEST_ACCURACY ? 100 : 1;
      List<Line> lines = new ArrayList<>();
      String[] names = new String[cells.size()];
      for (int i = 0; i < cells.size(); i++) {
        TrialGroup cell = cells.get(i);
        int place = cells.size() - 1 - i;
        names[place] = oneClip ? cell.head().label() : cell.name();
        effect(sweep, measure, cell)
            .ifPresent(
                found -> {
                  Optional<Interval> interval =
                      found.interval().filter(range -> found.pairs() >= LEAST_SEEDS);
                  lines.addAll(
                      mean(cell.style(), factor, found.difference(), interval, place + ABOVE));
                });
        Map<Long, Double> none = sweep.bySeed(measure, cell.head(), Clip.NONE);
        sweep
            .bySeed(measure, cell.head(), cell.clip())
            .forEach(
                (seed, value) -> {
                  if (none.containsKey(seed)) {
                    double difference = factor * (value - none.get(seed));
                    Line.Point point = new Line.Point(difference, place);
                    lines.add(new Line("", cell.style().faint(), List.of(point)));
                  }
                });
      }
      LineStyle zero = new LineStyle(Palette.SOFT, LineStyle.stroke(0.8f), null);
      List<Line.Point> ends =
          List.of(new Line.Point(0, -0.6), new Line.Point(0, names.length - 0.4));
      lines.add(new Line("", zero, ends));
      String unit = measure == Measure.TEST_ACCURACY ? "difference (points)" : "difference (nats)";
      String title = measure == Measure.TEST_ACCURACY ? "Test accuracy" : "Test loss";
      panels.add(rows(title, lines, names, unit));
    }
    String caption =
        "Effect of clipping: value with clipping minus value without. Small dots are seeds; large"
            + " markers are means"
            + (sweep.seeds().size() < LEAST_SEEDS
                ? "."
                : " with 95 % intervals over seeds (Student's t), not corrected for the number of"
                    + " comparisons.");
    double height = height(cells.size(), true) + 14;
    return Figure.ofLines("clipping-effect", caption, 2, height, panels.stream());
  }

  private static Optional<PairedDifference> effect(
      SweepEvidence sweep, Measure measure, TrialGroup cell) {
    return PairedDifference.of(
        sweep.bySeed(measure, cell.head(), cell.clip()),
        sweep.bySeed(measure, cell.head(), Clip.NONE),
        measure.resolution(sweep));
  }

  private static Map<Long, Double> values(SweepEvidence sweep, HeadKind head, Clip clip) {
    return sweep.bySeed(Measure.TEST_ACCURACY, head, clip);
  }

  private static Optional<Interval> interval(Summary summary) {
    return summary.interval().filter(range -> summary.n() >= LEAST_SEEDS);
  }

  // A marker, and its interval if there is one.
  private static List<Line> mean(
      LineStyle style, double factor, double mean, Optional<Interval> interval, double at) {
    List<Line> lines = new ArrayList<>();
    lines.add(new Line("", style, List.of(new Line.Point(factor * mean, at))));
    interval.ifPresent(
        range ->
            lines.add(
                new Line(
                    "",
                    new LineStyle(style.color(), LineStyle.stroke(1.4f), null),
                    List.of(
                        new Line.Point(factor * range.low(), at),
                        new Line.Point(factor * range.high(), at)))));
    return lines;
  }

  private static LinePanel rows(String title, List<Line> lines, String[] names, String unit) {
    DoubleSummaryStatistics range =
        lines.stream()
            .flatMap(line -> line.points().stream())
            .mapToDouble(Line.Point::x)
            .summaryStatistics();
    double margin = 0.03 * Math.max(range.getMax() - range.getMin(), 1e-6);
    NumberAxis x = Axes.linear(unit, range.getMin() - margin, range.getMax() + margin);
    SymbolAxis y = Axes.named(names, 9);
    y.setRange(-0.6, names.length - 0.4);
    return new LinePanel(title, x, y, lines);
  }

  private static double height(int rows, boolean several) {
    return 40 + Math.max(14, Math.min(several ? 23 : 17, 300.0 / rows)) * rows;
  }

  /**
   * Test accuracy against the values of one further axis, one curve for each head and clipping
   * choice; empty unless exactly one setting has several values, all of them are numbers, and
   * completed trials have at least two of them.
   */
  static Optional<Figure> bySetting(SweepEvidence sweep) {
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
        ? bySetting(sweep, key)
        : Optional.empty();
  }

  private static Optional<Figure> bySetting(SweepEvidence sweep, String key) {
    Map<String, TrialGroup> cells = new LinkedHashMap<>();
    Map<String, SortedMap<Double, Summary>> curves = new TreeMap<>();
    for (TrialSettings settings : sweep.settings()) {
      double at = ((Number) settings.values().get(key)).doubleValue();
      for (TrialGroup cell : TrialGroup.atMost(sweep.at(settings), CELLS)) {
        String name = cell.name();
        Summary.of(values(sweep.at(settings), cell.head(), cell.clip()).values())
            .ifPresent(
                found -> {
                  cells.putIfAbsent(name, cell);
                  curves.computeIfAbsent(name, k -> new TreeMap<>()).put(at, found);
                });
      }
    }
    List<Line> lines = new ArrayList<>();
    cells.forEach(
        (name, cell) -> {
          List<Line.Point> points = new ArrayList<>();
          // Intervals of a mean over two or three seeds would cover each other and the curves.
          curves
              .get(name)
              .forEach(
                  (x, all) ->
                      points.add(
                          new Line.Point(
                              x, 100 * all.mean(), 100 * all.least(), 100 * all.most())));
          lines.add(new Line(name, cell.style(), points));
        });
    String words = TrialSettings.words(key);
    String caption =
        "Test accuracy against "
            + words
            + (sweep.seeds().size() > 1
                ? ": means over seeds, with bands from the lowest seed to the highest."
                : ", one seed.");
    LinePanel panel =
        new LinePanel(
            "",
            axis(words, lines),
            Axes.linear("test accuracy (%)"),
            lines,
            List.of(),
            TrialGroup.legend(List.copyOf(cells.values())));
    return Figure.ofLines("accuracy-by-setting", caption, 1, 230, Stream.of(panel));
  }

  private static ValueAxis axis(String label, List<Line> lines) {
    double[] values =
        lines.stream()
            .flatMap(line -> line.points().stream())
            .mapToDouble(Line.Point::x)
            .distinct()
            .sorted()
            .toArray();
    double least = values[0];
    double most = values[values.length - 1];
    double margin = 0.04 * (most - least);
    return least > 0 && most >= LOGARITHMIC * least
        ? Axes.logarithmic(label, values)
        : Axes.linear(label, least - margin, most + margin);
  }
}
