package normsweep.report.analysis;

import java.util.Optional;
import normsweep.record.GradientNorm;
import normsweep.record.TrainingDynamics.Step;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/** A measure of a completed trial for comparing heads and clipping choices. */
public enum Measure {
  TEST_ACCURACY("test accuracy", Scale.SHARE),
  TEST_LOSS("test loss", Scale.NATS),
  /** That of the saved model, not the largest of all epochs. */
  VALIDATION_ACCURACY("validation accuracy", Scale.SHARE),
  /** That of the saved model. */
  VALIDATION_LOSS("validation loss", Scale.NATS),
  EPOCHS_TO_95("number of epochs to 95 % of a trial's best validation accuracy", Scale.EPOCHS),
  AREA_UNDER_CURVE("area under the validation accuracy curve", Scale.SHARE),
  LARGEST_DROP("largest drop in validation accuracy between two epochs", Scale.POINTS),
  LATE_LOSS_DEVIATION(
      "standard deviation of the validation loss over the last third of the epochs", Scale.NATS),
  GENERALISATION_GAP("generalisation gap", Scale.POINTS),
  GRADIENT_NORM("total gradient norm before clipping (median over iterations)", Scale.PLAIN),
  /** Median over windows of the standard deviation divided by the mean of the total norm. */
  GRADIENT_NOISE("relative gradient noise", Scale.SHARE),
  /** Median over the measured steps. */
  SMOOTHNESS("effective smoothness constant of the loss along the gradient", Scale.PLAIN),
  SHARPNESS("sharpness of the loss surface", Scale.PLAIN),
  ROUGHNESS("roughness of the loss surface", Scale.PLAIN),
  CONVEX_SHARE("locally convex share of the loss surface", Scale.SHARE),
  TOP_EIGENVALUE("largest Hessian eigenvalue", Scale.PLAIN);

  /** Iterations in a window of {@link #GRADIENT_NOISE}. */
  public static final int NOISE_WINDOW = 20;

  private static final double SMALL = 0.01;
  private static final double FINEST = 5e-5;

  private enum Scale {
    SHARE(100, " %", " points", 1),
    /** A difference of shares itself. */
    POINTS(100, " points", " points", 1),
    EPOCHS(1, " epochs", " epochs", 1),
    NATS(1, " nats", " nats", 3),
    PLAIN(1, "", "", 3);

    private final double factor;
    private final String unit;
    private final String differenceUnit;
    private final int decimals;

    Scale(double factor, String unit, String differenceUnit, int decimals) {
      this.factor = factor;
      this.unit = unit;
      this.differenceUnit = differenceUnit;
      this.decimals = decimals;
    }
  }

  private final String label;
  private final Scale scale;

  Measure(String label, Scale scale) {
    this.label = label;
    this.scale = scale;
  }

  /** A short name, to be followed by a value. */
  public String label() {
    return label;
  }

  /** Whether the smallest value leads, not the largest. */
  public boolean lowIsBetter() {
    return switch (this) {
      case TEST_LOSS, VALIDATION_LOSS -> true;
      case EPOCHS_TO_95, LARGEST_DROP, LATE_LOSS_DEVIATION, GENERALISATION_GAP -> true;
      case SMOOTHNESS, SHARPNESS, ROUGHNESS, TOP_EIGENVALUE -> true;
      default -> false;
    };
  }

  /**
   * What heads are ordered by to be compared in this measure. Test images choose nothing: in their
   * measures, the head that validation chooses is compared with the others.
   */
  public Measure chosenBy() {
    return switch (this) {
      case TEST_ACCURACY -> VALIDATION_ACCURACY;
      case TEST_LOSS -> VALIDATION_LOSS;
      default -> this;
    };
  }

  /** The measure of a trial; empty if the trial is not completed or lacks the data. */
  public Optional<Double> of(TrialEvidence trial) {
    return trial.row().completed()
        ? value(trial).filter(number -> !number.isNaN() && !number.isInfinite())
        : Optional.empty();
  }

  private Optional<Double> value(TrialEvidence trial) {
    return switch (this) {
      case TEST_ACCURACY -> Optional.ofNullable(trial.row().testAccuracy());
      case TEST_LOSS -> Optional.ofNullable(trial.row().testLoss());
      case VALIDATION_ACCURACY -> Optional.ofNullable(trial.row().valAccuracy());
      case VALIDATION_LOSS -> Optional.ofNullable(trial.row().valLoss());
      case EPOCHS_TO_95 ->
          trial.curve().flatMap(curve -> curve.reach(0.95)).map(reach -> (double) reach.epoch());
      case AREA_UNDER_CURVE -> trial.curve().map(LearningCurve::areaUnderCurve);
      case LARGEST_DROP -> trial.curve().flatMap(LearningCurve::largestDrop);
      case LATE_LOSS_DEVIATION -> trial.curve().flatMap(LearningCurve::lateLossDeviation);
      case GENERALISATION_GAP -> trial.curve().map(LearningCurve::generalisationGap);
      case GRADIENT_NORM ->
          trial.gradients().map(series -> new Median().evaluate(series.before(GradientNorm.TOTAL)));
      case GRADIENT_NOISE -> trial.noise(NOISE_WINDOW).flatMap(GradientNoise::medianRelative);
      case SMOOTHNESS -> trial.dynamics().flatMap(found -> found.median(Step::smoothness));
      case SHARPNESS -> trial.landscape().map(found -> found.measures().sharpness());
      case ROUGHNESS ->
          trial.landscape().flatMap(found -> Optional.ofNullable(found.measures().roughness()));
      case CONVEX_SHARE -> trial.landscape().map(found -> found.measures().positiveDefiniteShare());
      case TOP_EIGENVALUE -> trial.landscape().map(found -> found.spectrum().largest()[0]);
    };
  }

  /** The smallest step in which a value can change; 0 for measures without one. */
  public double resolution(SweepEvidence sweep) {
    return switch (this) {
      case TEST_ACCURACY -> 1.0 / sweep.testImages();
      case VALIDATION_ACCURACY, LARGEST_DROP -> 1.0 / sweep.config().data().validation();
      case EPOCHS_TO_95 -> 1;
      case CONVEX_SHARE -> 1.0 / leastInnerPoints(sweep);
      default -> 0;
    };
  }

  // A Hessian needs the neighbours of a point on both sides.
  private static double leastInnerPoints(SweepEvidence sweep) {
    return sweep.completed().stream()
        .flatMap(trial -> trial.landscape().stream())
        .mapToDouble(found -> Math.pow(found.surface().grid().points() - 2, 2))
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** A value with its unit. */
  public String format(double number) {
    return digits(number, false) + scale.unit;
  }

  /** A difference with its sign and unit. */
  public String formatDifference(double number) {
    return signed(number) + scale.differenceUnit;
  }

  /** Both ends of an interval of a difference, followed by the unit. */
  public String formatInterval(Interval interval) {
    return signed(interval.low()) + " to " + signed(interval.high()) + scale.differenceUnit;
  }

  private String signed(double number) {
    return digits(number, true);
  }

  private String digits(double number, boolean plus) {
    double value = number * scale.factor;
    return switch (scale) {
      case PLAIN -> (plus && value > 0 ? "+" : "") + Digits.of(value, FINEST);
      case NATS -> Sentences.rounded(value, Math.abs(value) < SMALL ? 4 : 3, plus);
      default -> Sentences.rounded(value, scale.decimals, plus);
    };
  }
}
