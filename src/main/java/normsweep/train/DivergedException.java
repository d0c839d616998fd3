package normsweep.train;

/** A trial whose loss is no number any more. */
public final class DivergedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int wholeEpochs;

  DivergedException(int epoch, int iteration, double loss) {
    super(
        "the loss became "
            + loss
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
