package normsweep.train;

/** A trial that stopped because it was asked to, with all its work on disk. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Several trials have stopped.
   *
   * @param saved what is on disk
   */
  public StoppedException(String saved) {
    super(saved);
  }

  StoppedException(String trial, Checkpoint.State state) {
    super(
        trial
            + (state.within() == null
                ? " after epoch " + state.epoch()
                : " in epoch " + (state.epoch() + 1) + ", after step " + state.iteration()));
  }
}
