package normsweep.ui.state;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientNorm;
import normsweep.record.SweepConfig;
import normsweep.record.TrainingDynamics.Update;
import normsweep.record.Trial;
import normsweep.report.analysis.ClippedShare;
import normsweep.report.analysis.GradientSeries;

/** What the sweep page can draw of every trial. */
public enum CurveKind {
  VALIDATION_ACCURACY("Validation accuracy", true, EpochMetrics::valAccuracy),
  VALIDATION_LOSS("Validation loss", false, EpochMetrics::valLoss),
  TRAINING_ACCURACY("Training accuracy", true, EpochMetrics::trainAccuracy),
  TRAINING_LOSS("Training loss", false, EpochMetrics::trainLoss),
  LEARNING_RATE("Learning rate", false, EpochMetrics::learningRate),
  NORM_BEFORE("Gradient norm before clipping", false, null),
  NORM_AFTER("Gradient norm after clipping", false, null),
  CLIPPED_SHARE("Clipped steps", true, null),
  UPDATE_RATIO("Update-to-weight ratio", false, null);

  /** Points of a curve; more would not be seen. */
  private static final int MOST_POINTS = 240;

  private final String label;
  private final boolean share;

  @SuppressWarnings("ImmutableEnumChecker") // method references, which hold nothing
  private final ToDoubleFunction<EpochMetrics> column;

  /**
   * Points of one trial.
   *
   * @param x numbers of epochs or steps, ascending
   */
  public record Curve(float[] x, float[] y) {
    private static final Curve NONE = new Curve(new float[0], new float[0]);

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

  CurveKind(String label, boolean share, ToDoubleFunction<EpochMetrics> column) {
    this.label = label;
    this.share = share;
    this.column = column;
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
    return hasThreshold() || this == UPDATE_RATIO;
  }

  /**
   * How many steps are averaged to one point, the same in all trials, whose points can then be
   * averaged in turn.
   */
  int stepsPerPoint(TrialRecords records, List<Trial> trials) {
    if (!hasThreshold()) {
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
    return switch (this) {
      case NORM_BEFORE, NORM_AFTER -> norms(records.norms(trial.id()), stepsPerPoint);
      case CLIPPED_SHARE ->
          records
              .config(trial)
              .map(config -> clipped(records.norms(trial.id()), config))
              .orElse(Curve.NONE);
      case UPDATE_RATIO -> updates(records.updates(trial.id()));
      default -> {
        List<EpochMetrics> rows = records.metrics(trial.id());
        yield Curve.of(
            rows.stream().mapToDouble(EpochMetrics::epoch).toArray(),
            rows.stream().mapToDouble(column).toArray());
      }
    };
  }

  private Curve norms(GradientSeries series, int stepsPerPoint) {
    String total = GradientNorm.TOTAL;
    double[] norms = this == NORM_BEFORE ? series.before(total) : series.after(total);
    int[] starts = // of the steps of each point
        IntStream.range(0, norms.length).filter(i -> i % stepsPerPoint == 0).toArray();
    return Curve.of(
        Arrays.stream(starts).mapToDouble(i -> series.iterations()[i]).toArray(),
        Arrays.stream(starts)
            .mapToDouble(
                i ->
                    Arrays.stream(norms, i, Math.min(i + stepsPerPoint, norms.length))
                        .average()
                        .orElse(Double.NaN))
            .toArray());
  }

  private static Curve clipped(GradientSeries series, SweepConfig config) {
    List<ClippedShare> epochs = ClippedShare.byEpoch(series, config.iterationsPerEpoch());
    return Curve.of(
        epochs.stream().mapToDouble(ClippedShare::epoch).toArray(),
        epochs.stream().mapToDouble(ClippedShare::share).toArray());
  }

  private static Curve updates(List<Update> rows) {
    return Curve.of(
        rows.stream().mapToDouble(Update::iteration).toArray(),
        rows.stream().mapToDouble(row -> row.updateNorm() / row.weightNorm()).toArray());
  }
}
