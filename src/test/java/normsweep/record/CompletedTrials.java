package normsweep.record;

/** Rows of completed trials whose scores do not matter. */
public final class CompletedTrials {
  private CompletedTrials() {}

  /** The row of a trial whose saved model is that of {@code bestEpoch}. */
  public static TrialResult of(Trial trial, int epochs, int bestEpoch) {
    return new TrialResult(
        trial.id(),
        trial.norm(),
        trial.placement(),
        trial.clip(),
        trial.seed(),
        trial.settings(),
        trial.tuned(),
        TrialResult.Status.COMPLETED,
        epochs,
        bestEpoch,
        0.5,
        1.0,
        0.5,
        1.0,
        2,
        0.0,
        1.0,
        100.0,
        "m",
        null);
  }

  /** The row of a trial whose classes have different numbers of test images. */
  public static TrialResult uneven(Trial trial, double balancedAccuracy, double macroF1) {
    return new TrialResult(
        trial.id(),
        trial.norm(),
        trial.placement(),
        trial.clip(),
        trial.seed(),
        trial.settings(),
        trial.tuned(),
        TrialResult.Status.COMPLETED,
        3,
        2,
        0.5,
        1.0,
        0.5,
        1.0,
        balancedAccuracy,
        macroF1,
        2,
        0.0,
        1.0,
        100.0,
        "m",
        null);
  }
}
