package normsweep.train;

import java.util.Locale;

/** A trial whose loss or gradient is no longer finite. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int wholeEpochs;

  /** A value that is not finite in an epoch, from 1, after that many steps. */
  DivergedException(String what, double value, int epoch, int iteration) {
    super(
        String.format(Locale.ROOT, "the %s became %s in epoch %d", what, value, epoch)
            + " (iteration "
            + iteration
            + "); lower training.learningRate or clip gradients");
    wholeEpochs = epoch - 1;
  }

  /** Epochs completed before. */
  public int wholeEpochs() {
    return wholeEpochs;
  }
}
