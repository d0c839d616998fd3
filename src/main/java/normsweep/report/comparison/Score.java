package normsweep.report.comparison;

import normsweep.record.Trial;
import normsweep.record.TrialResult;

/** What trials are compared by. Each trial's epoch was chosen by validation loss. */
enum Score {
  VALIDATION_ACCURACY("validation accuracy", "%", 100, 2),
  VALIDATION_LOSS("validation loss", "nats", 1, 3),
  TEST_ACCURACY("test accuracy", "%", 100, 2),
  TEST_LOSS("test loss", "nats", 1, 3);

  private final String label;
  private final String unit;
  private final double factor;
  private final int decimals;

  Score(String label, String unit, double factor, int decimals) {
    this.label = label;
    this.unit = unit;
    this.factor = factor;
    this.decimals = decimals;
  }

  String label() {
    return label;
  }

  String unit() {
    return unit;
  }

  int decimals() {
    return decimals;
  }

  /** The score of a completed trial, in {@link #unit()}; differences of percentages are points. */
  double of(TrialResult trial) {
    return factor
        * switch (this) {
          case VALIDATION_ACCURACY -> trial.valAccuracy();
          case VALIDATION_LOSS -> trial.valLoss();
          case TEST_ACCURACY -> trial.testAccuracy();
          case TEST_LOSS -> trial.testLoss();
        };
  }

  /** The smallest step in which the score can change in a cell of a sweep; 0 for losses. */
  double resolution(ComparedSweep sweep, Trial cell) {
    return switch (this) {
      case VALIDATION_ACCURACY -> factor / sweep.data(cell).validation();
      case TEST_ACCURACY -> factor / sweep.data(cell).test();
      default -> 0;
    };
  }
}
