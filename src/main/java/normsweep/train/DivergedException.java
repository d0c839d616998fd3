package normsweep.train;

/** A trial whose loss is no number any more. */
public final class DivergedException extends Exception {
  private static final long serialVersionUID = 1L;

  DivergedException(int epoch, int iteration, double loss) {
    super(
        "the loss became "
            + loss
            + " in epoch "
            + epoch
            + " (iteration "
            + iteration
            + "); lower training.learningRate or clip gradients");
  }
}
