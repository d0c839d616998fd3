package normsweep.ui.state;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientNorm;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.TrainingDynamics.Update;
import normsweep.record.Trial;
import normsweep.report.analysis.ClippedShare;
import normsweep.report.analysis.Dynamics;
import normsweep.report.analysis.GradientSeries;

/** What the sweep page can draw of every trial. */
@SuppressWarnings("ImmutableEnumChecker") // method references, which hold nothing
public enum CurveKind {
  VALIDATION_ACCURACY("Validation accuracy", true, epochs(EpochMetrics::valAccuracy)),
  VALIDATION_LOSS("Validation loss", false, epochs(EpochMetrics::valLoss)),
  TRAINING_ACCURACY("Training accuracy", true, epochs(EpochMetrics::trainAccuracy)),
  TRAINING_LOSS("Training loss", false, epochs(EpochMetrics::trainLoss)),
  LEARNING_RATE("Learning rate", false, epochs(EpochMetrics::learningRate)),
  NORM_BEFORE("Gradient norm before clipping", norms((before, after) -> before)),
  NORM_AFTER("Gradient norm after clipping", norms((before, after) -> after)),
  CLIPPING_FACTOR(
      "Clipping factor (norm after / before)", norms((before, after) -> after / before)),
  CLIPPED_SHARE("Clipped steps", true, CurveKind::clipped),
  UPDATE_RATIO("Update-to-weight ratio", updates(row -> row.updateNorm() / row.weightNorm())),
  DISTANCE("Distance from the start", updates(Update::distance)),
  COSINE("Cosine between successive gradients", steps(Dynamics::cosine)),
  GRADIENT_VARIANCE("Variance of an image's gradient", steps(Step::variance)),
  LOSS_RANGE("Loss range along the gradient", steps(Dynamics::lossVariation)),
  SMOOTHNESS("Effective smoothness constant", steps(Step::smoothness));

  /** Points of a curve; more would not be seen. */
  private static final int MOST_POINTS = 240;

  private final String label;
  private final boolean share;
  private final boolean bySteps;
  private final DoubleBinaryOperator ofNorms;
  private final BiFunction<Trial, TrialRecords, Curve> points;

  /**
   * Points of one trial.
   *
   * @param x numbers of epochs or steps, ascending
   */
  public record Curve(float[] x, float[] y) {
    private static final Curve NONE = new Curve(new float[0], new float[0]);

    private static <T> Curve of(List<T> rows, ToDoubleFunction<T> x, ToDoubleFunction<T> y) {
      return of(rows.stream().mapToDouble(x).toArray(), rows.stream().mapToDouble(y).toArray());
    }

    private static Curve of(double[] x, double[] y) {
      float[] xs = new float[x.length];
      float[] ys = new float[y.length];
      for (int i = 0; i < x.length; i++) {
        xs[i] = (float) x[i];
        ys[i] = (float) y[i];
      }
      return new Curve(xs, ys);
    }
  }

  CurveKind(
      String label,
      boolean share,
      boolean bySteps,
      DoubleBinaryOperator ofNorms,
      BiFunction<Trial, TrialRecords, Curve> points) {
    this.label = label;
    this.share = share;
    this.bySteps = bySteps;
    this.ofNorms = ofNorms;
    this.points = points;
  }

  /** Points that belong to epochs. */
  CurveKind(String label, boolean share, BiFunction<Trial, TrialRecords, Curve> points) {
    this(label, share, false, null, points);
  }

  /** Points that belong to measured steps. */
  CurveKind(String label, BiFunction<Trial, TrialRecords, Curve> points) {
    this(label, false, true, null, points);
  }

  /** What belongs to every step: made of the norms before and after clipping. */
  CurveKind(String label, DoubleBinaryOperator ofNorms) {
    this(label, false, true, ofNorms, null);
  }

  /** The kind of an {@link #id()}. */
  public static Optional<CurveKind> of(String id) {
    return Arrays.stream(values()).filter(kind -> kind.id().equals(id)).findFirst();
  }

  /** The name in addresses, such as {@code validation-accuracy}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The name in words. */
  public String label() {
    return label;
  }

  /** Whether values are shares of a whole, to be shown as percentages. */
  boolean share() {
    return share;
  }

  /** Whether the threshold of clipping by global norm is on the same scale. */
  boolean hasThreshold() {
    return this == NORM_BEFORE || this == NORM_AFTER;
  }

  /** Whether points belong to steps; otherwise, to epochs. */
  boolean bySteps() {
    return bySteps;
  }

  /** Whether an epoch that is not complete has points, too. */
  public boolean live() {
    return ofNorms != null || this == CLIPPED_SHARE;
  }

  /**
   * How many steps are averaged to one point, the same in all trials, whose points can then be
   * averaged in turn.
   */
  int stepsPerPoint(TrialRecords records, List<Trial> trials) {
    if (ofNorms == null) {
      return 1;
    }
    int most =
        trials.stream()
            .mapToInt(
                trial ->
                    records
                        .config(trial)
                        .map(config -> config.training().epochs() * config.iterationsPerEpoch())
                        .orElseGet(() -> records.norms(trial.id()).size()))
            .max()
            .orElse(0);
    return Math.max(1, (most + MOST_POINTS - 1) / MOST_POINTS);
  }

  /** A trial's points so far; none where nothing of this kind is recorded. */
  Curve of(Trial trial, TrialRecords records, int stepsPerPoint) {
    return ofNorms == null
        ? points.apply(trial, records)
        : norms(records.norms(trial.id()), stepsPerPoint);
  }

  private Curve norms(GradientSeries series, int stepsPerPoint) {
    double[] before = series.before(GradientNorm.TOTAL);
    double[] after = series.after(GradientNorm.TOTAL);
    int points = (before.length + stepsPerPoint - 1) / stepsPerPoint;
    double[] x = new double[points];
    double[] y = new double[points];
    for (int point = 0; point < points; point++) {
      int start = point * stepsPerPoint;
      x[point] = series.iterations()[start];
      y[point] =
          IntStream.range(start, Math.min(start + stepsPerPoint, before.length))
              .mapToDouble(i -> ofNorms.applyAsDouble(before[i], after[i]))
              .average()
              .orElse(Double.NaN);
    }
    return Curve.of(x, y);
  }

  // A lambda alone could be one of the other kind.
  private static DoubleBinaryOperator norms(DoubleBinaryOperator of) {
    return of;
  }

  private static BiFunction<Trial, TrialRecords, Curve> epochs(
      ToDoubleFunction<EpochMetrics> value) {
    return (trial, records) -> Curve.of(records.metrics(trial.id()), EpochMetrics::epoch, value);
  }

  private static BiFunction<Trial, TrialRecords, Curve> updates(ToDoubleFunction<Update> value) {
    return (trial, records) -> Curve.of(records.updates(trial.id()), Update::iteration, value);
  }

  // A quantity that a step does not have is not a number.
  private static BiFunction<Trial, TrialRecords, Curve> steps(ToDoubleFunction<Step> value) {
    return (trial, records) ->
        Curve.of(
            records.steps(trial.id()).stream()
                .filter(step -> Double.isFinite(value.applyAsDouble(step)))
                .toList(),
            Step::iteration,
            value);
  }

  private static Curve clipped(Trial trial, TrialRecords records) {
    return records
        .config(trial)
        .map(config -> config.iterationsPerEpoch())
        .map(perEpoch -> ClippedShare.byEpoch(records.norms(trial.id()), perEpoch))
        .map(shares -> Curve.of(shares, ClippedShare::epoch, ClippedShare::share))
        .orElse(Curve.NONE);
  }
}
