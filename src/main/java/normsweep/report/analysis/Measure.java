package normsweep.report.analysis;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import normsweep.record.GradientNorm;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/** A measure of a completed trial for comparing heads and clipping choices. */
public enum Measure {
  /** Share of test images classified correctly. */
  TEST_ACCURACY("test accuracy", Better.HIGH, Scale.SHARE),
  /** Highest share of validation images classified correctly. */
  BEST_VALIDATION_ACCURACY("best validation accuracy", Better.HIGH, Scale.SHARE),
  /** Epochs to 95 % of the trial's best validation accuracy. */
  EPOCHS_TO_95(
      "number of epochs to 95 % of its own best validation accuracy", Better.LOW, Scale.EPOCHS),
  /** Wall-clock time to 95 % of the trial's best validation accuracy. */
  SECONDS_TO_95("time to 95 % of its own best validation accuracy", Better.LOW, Scale.SECONDS),
  /** Mean validation accuracy over the epochs. */
  AREA_UNDER_CURVE("area under the validation accuracy curve", Better.HIGH, Scale.SHARE),
  /** Largest drop in validation accuracy between two epochs. */
  LARGEST_DROP("largest drop in validation accuracy between two epochs", Better.LOW, Scale.SHARE),
  /** Standard deviation of the validation loss over the last third of the epochs. */
  LATE_LOSS_DEVIATION(
      "standard deviation of the validation loss over the last third of the epochs",
      Better.LOW,
      Scale.PLAIN),
  /** Training accuracy minus validation accuracy. */
  GENERALISATION_GAP("generalisation gap", Better.LOW, Scale.SHARE),
  /** Median over the iterations of the total gradient norm before clipping. */
  GRADIENT_NORM(
      "total gradient norm before clipping (median over iterations)", Better.NEITHER, Scale.PLAIN),
  /** Standard deviation divided by mean of the total gradient norm in a window. */
  GRADIENT_NOISE("relative gradient noise", Better.NEITHER, Scale.PERCENTAGE),

  /** Largest rise of the validation loss within a radius of the loss surface. */
  SHARPNESS("sharpness of the loss surface", Better.LOW, Scale.PLAIN),

  /** Total variation of the loss surface relative to that of its convex envelope. */
  ROUGHNESS("roughness of the loss surface", Better.LOW, Scale.PLAIN),

  /** Share of grid points at which the loss surface is locally convex. */
  CONVEX_SHARE("locally convex share of the loss surface", Better.NEITHER, Scale.PERCENTAGE),

  /** Largest eigenvalue of the Hessian of the head's loss. */
  TOP_EIGENVALUE("largest Hessian eigenvalue", Better.LOW, Scale.PLAIN);

  /** Iterations in a window of {@link #GRADIENT_NOISE}. */
  public static final int NOISE_WINDOW = 20;

  /** Which values are the good ones. */
  public enum Better {
    /** Large values. */
    HIGH,
    /** Small values. */
    LOW,
    /** Neither: the measure describes, it does not rank. */
    NEITHER
  }

  private enum Scale {
    SHARE(100, " %", " points", 1),
    PERCENTAGE(100, " %", " points", 1),
    EPOCHS(1, " epochs", " epochs", 1),
    SECONDS(1, " s", " s", 1),
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
  private final Better better;
  private final Scale scale;

  Measure(String label, Better better, Scale scale) {
    this.label = label;
    this.better = better;
    this.scale = scale;
  }

  /** A short name, to be followed by a value. */
  public String label() {
    return label;
  }

  /** Which values are the good ones. */
  public Better better() {
    return better;
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
      case BEST_VALIDATION_ACCURACY -> trial.convergence().map(Convergence::bestAccuracy);
      case EPOCHS_TO_95 -> trial.convergence().map(curve -> (double) curve.reach(0.95).epoch());
      case SECONDS_TO_95 -> trial.convergence().map(curve -> curve.reach(0.95).seconds());
      case AREA_UNDER_CURVE -> trial.convergence().map(Convergence::areaUnderCurve);
      case LARGEST_DROP -> trial.stability().map(Stability::largestDrop);
      case LATE_LOSS_DEVIATION ->
          trial.stability().map(stability -> Math.sqrt(stability.lossVariance()));
      case GENERALISATION_GAP -> trial.generalisation().map(Generalisation::accuracyGap);
      case GRADIENT_NORM ->
          trial.gradients().map(series -> new Median().evaluate(series.before(GradientNorm.TOTAL)));
      case GRADIENT_NOISE ->
          trial
              .noise(NOISE_WINDOW)
              .map(GradientNoise::medianRelative)
              .filter(OptionalDouble::isPresent)
              .map(OptionalDouble::getAsDouble);
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
      case BEST_VALIDATION_ACCURACY, LARGEST_DROP -> 1.0 / sweep.config().data().validation();
      case EPOCHS_TO_95 -> 1;
      default -> 0;
    };
  }

  /** A value with its unit. */
  public String format(double number) {
    return digits(number, String.format(Locale.ROOT, "%%.%df", scale.decimals)) + scale.unit;
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
    return digits(number, String.format(Locale.ROOT, "%%+.%df", scale.decimals));
  }

  // A proper minus sign, and no sign on values that round to zero.
  private String digits(double number, String format) {
    String text = String.format(Locale.ROOT, format, number * scale.factor);
    if (text.matches("[+-]0\\.?0*")) {
      text = text.substring(1);
    }
    return text.replace('-', '\u2212');
  }
}
