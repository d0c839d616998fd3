package normsweep.train;

/** A trial whose loss or gradient is no finite number any more. */
public final class DivergedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int wholeEpochs;

  DivergedException(String what, double value, int epoch, int iteration) {
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

  /** Epochs that were finished before. */
  public int wholeEpochs() {
    return wholeEpochs;
  }
}
