package normsweep.report.document;

import static java.util.stream.Collectors.joining;
import static normsweep.report.analysis.Sentences.say;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.landscape.LossSurface;
import normsweep.landscape.TrialLandscape;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.GradientNorm;
import normsweep.record.Records;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;
import normsweep.report.analysis.ClippingFactor;
import normsweep.report.analysis.GradientNoise;
import normsweep.report.analysis.GradientSeries;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.figure.ColorScale;
import normsweep.report.figure.Line;
import normsweep.report.figure.LineStyle;
import normsweep.report.figure.LossScale;
import normsweep.report.figure.TrialGroup;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * What {@code interactive.js} draws and filters by: the curves of every trial, unlike figures,
 * which show means over seeds. Numbers have five digits; null stands for what is not finite.
 *
 * @param heads names of heads, as in tables
 * @param clips names of clipping choices, as in tables
 * @param seeds all seeds
 * @param settings names of the settings of further axes; one empty name if there are none
 * @param shown place in {@code settings} of those that figures show
 * @param student half widths of 95 % intervals of means over two and more seeds, in standard errors
 * @param levels limits of the bands of {@code colors}, for all loss surfaces
 * @param colors positions from 0 to 1, and colours
 */
record ChartData(
    List<String> heads,
    List<String> clips,
    List<Long> seeds,
    List<String> settings,
    int shown,
    List<Double> student,
    double[] levels,
    List<List<Object>> colors,
    List<ChartCell> cells,
    List<ChartTrial> trials) {
  private static final int POINTS = 64;

  /** A head with a clipping choice and settings: places in the lists of names, and its looks. */
  record ChartCell(
      String label,
      int head,
      int clip,
      int setting,
      String color,
      String dash,
      String symbol,
      Double threshold) {}

  /**
   * A trial; lists without data are empty.
   *
   * @param cell place of its cell
   * @param saved epoch of the saved model, null if there is none
   * @param test test accuracy and the ends of its interval, in %
   * @param epochs training loss, validation loss, and both accuracies in %, by epoch
   * @param before total gradient norm before clipping: iteration, mean, smallest, largest
   * @param after the same after clipping
   * @param factor clipping factor
   * @param noise relative gradient noise in %
   */
  record ChartTrial(
      int cell,
      long seed,
      String id,
      Integer saved,
      List<Double> test,
      List<List<Double>> epochs,
      List<List<Double>> before,
      List<List<Double>> after,
      List<List<Double>> factor,
      List<List<Double>> noise,
      ChartSurface surface) {}

  /** A loss surface: {@code loss.get(j).get(i)} at {@code a.get(i)}, {@code b.get(j)}. */
  record ChartSurface(List<Double> a, List<Double> b, List<List<Double>> loss) {}

  /** Collects the data of a sweep. */
  static ChartData of(SweepEvidence sweep) {
    List<String> heads = sweep.heads().stream().map(HeadKind::label).toList();
    List<String> clips = sweep.clips().stream().map(Clip::label).toList();
    List<TrialSettings> settings = sweep.settings();
    List<ChartCell> cells = new ArrayList<>();
    List<ChartTrial> trials = new ArrayList<>();
    for (TrialGroup group : TrialGroup.of(sweep)) {
      Clip clip = group.clip();
      TrialResult row = group.trials().get(0).row();
      LineStyle style = group.style();
      cells.add(
          new ChartCell(
              group.label(),
              heads.indexOf(group.head().label()),
              clips.indexOf(clip.label()),
              settings.indexOf(row.settings()),
              say("#%06x", style.color().getRGB() & 0xffffff),
              dash(style),
              symbol(group.head()) + (clip.active() ? "-open" : ""),
              clip.mode() == Clip.Mode.GLOBAL_NORM ? clip.threshold() : null));
      for (TrialEvidence trial : group.trials()) {
        trials.add(trial(cells.size() - 1, trial, sweep.testImages()));
      }
    }
    DoubleSummaryStatistics losses =
        surfaces(sweep)
            .flatMap(surface -> Stream.of(surface.min(), surface.max()))
            .mapToDouble(loss -> loss)
            .summaryStatistics();
    return new ChartData(
        heads,
        clips,
        sweep.trials().stream().map(one -> one.row().seed()).distinct().sorted().toList(),
        settings.stream().map(TrialSettings::label).toList(),
        Math.max(0, settings.indexOf(sweep.best().settings().get(0))),
        IntStream.range(1, Math.max(2, sweep.config().grid().seed().size()))
            .mapToObj(
                freedom ->
                    new TDistribution(freedom)
                        .inverseCumulativeProbability((1 + Interval.CONFIDENCE) / 2))
            .toList(),
        losses.getCount() == 0
            ? new double[0]
            : LossScale.of(losses.getMin(), losses.getMax()).levels(),
        ColorScale.stops().entrySet().stream()
            .map(stop -> List.<Object>of(stop.getKey(), stop.getValue()))
            .toList(),
        cells,
        trials);
  }

  /** As JSON that a script element of well-formed XML may contain. */
  String json() {
    try {
      return Records.json()
          .writer()
          .without(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(this)
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<LossSurface> surfaces(SweepEvidence sweep) {
    return sweep.completed().stream()
        .flatMap(trial -> trial.landscape().stream())
        .map(TrialLandscape::surface);
  }

  private static ChartTrial trial(int cell, TrialEvidence trial, int images) {
    Optional<GradientSeries> gradients = trial.gradients();
    return new ChartTrial(
        cell,
        trial.row().seed(),
        trial.row().id(),
        trial.row().bestEpoch(),
        Measure.TEST_ACCURACY.of(trial).map(share -> test(share, images)).orElse(List.of()),
        trial.epochs().stream()
            .map(
                row ->
                    numbers(
                        row.trainLoss(),
                        row.valLoss(),
                        100 * row.trainAccuracy(),
                        100 * row.valAccuracy()))
            .toList(),
        series(gradients, one -> one.before(GradientNorm.TOTAL)),
        trial.row().clip().active()
            ? series(gradients, one -> one.after(GradientNorm.TOTAL))
            : List.of(),
        trial.row().clip().active() ? series(gradients, ClippingFactor::series) : List.of(),
        points(
            trial.noise(Measure.NOISE_WINDOW).map(GradientNoise::windows).stream()
                .flatMap(List::stream)
                .map(
                    one -> new Line.Point((one.first() + one.last()) / 2.0, 100 * one.relative()))),
        trial.landscape().map(TrialLandscape::surface).map(ChartData::surface).orElse(null));
  }

  private static List<Double> test(double share, int images) {
    Interval range = Interval.wilson(share * images, images, Interval.CONFIDENCE);
    return numbers(100 * share, 100 * range.low(), 100 * range.high());
  }

  private static List<List<Double>> series(
      Optional<GradientSeries> gradients, Function<GradientSeries, double[]> values) {
    return points(
        gradients.stream()
            .flatMap(
                series -> {
                  double[] own = values.apply(series);
                  return IntStream.range(0, own.length)
                      .mapToObj(i -> new Line.Point(series.iterations()[i], own[i]));
                }));
  }

  private static List<List<Double>> points(Stream<Line.Point> all) {
    return Line.binned(all, POINTS).stream()
        .map(point -> numbers(point.x(), point.y(), point.low(), point.high()))
        .toList();
  }

  private static ChartSurface surface(LossSurface surface) {
    int points = surface.grid().points();
    return new ChartSurface(
        numbers(IntStream.range(0, points).mapToDouble(surface.grid()::a).toArray()),
        numbers(IntStream.range(0, points).mapToDouble(surface.grid()::b).toArray()),
        Arrays.stream(surface.loss()).map(ChartData::numbers).toList());
  }

  private static List<Double> numbers(double... values) {
    List<Double> numbers = new ArrayList<>();
    for (double value : values) {
      numbers.add(Double.isFinite(value) ? Double.valueOf(say("%.5g", value)) : null);
    }
    return numbers;
  }

  private static String dash(LineStyle style) {
    float[] lengths = style.stroke().getDashArray();
    return lengths == null
        ? "solid"
        : IntStream.range(0, lengths.length)
            .mapToObj(i -> say("%.1fpx", lengths[i]))
            .collect(joining(","));
  }

  // The same shapes as the markers of figures; hollow with clipping.
  private static String symbol(HeadKind head) {
    return switch (head.norm()) {
      case BATCH_NORM -> "circle";
      case LAYER_NORM -> "square";
      case NONE -> "triangle-down";
      case FILTER_RESPONSE_NORM ->
          head.placement() == FrnPlacement.SPATIAL ? "diamond" : "triangle-up";
    };
  }
}
