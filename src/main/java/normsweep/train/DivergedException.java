package normsweep.train;

/** A trial whose loss or gradient is no longer finite. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int wholeEpochs;

  private DivergedException(String what, double value, int epoch, int iteration) {
    super(
        "the "
            + what
            + " became "
            + value
            + " in epoch "
            + epoch
            + " (iteration "
            + iteration
            + "); lower training.learningRate or clip gradients");
    wholeEpochs = epoch - 1;
  }

  /**
   * Ends a trial whose {@code value} is infinite or not a number.
   *
   * @param what the name of the value
   * @param epoch the current epoch, from 1
   * @param iteration steps completed
   */
  static void requireFinite(String what, double value, int epoch, int iteration) {
    if (!Double.isFinite(value)) {
      throw new DivergedException(what, value, epoch, iteration);
    }
  }

  /** Epochs completed before. */
  public int wholeEpochs() {
    return wholeEpochs;
  }
}
