package normsweep.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import normsweep.record.TrialResult;
import normsweep.tail.Tail;

/**
 * The parameters that a trial ended with, from its last checkpoint. They differ from those of the
 * saved model, which are the best epoch's, unless that was the last one.
 */
public final class LastEpoch {
  private LastEpoch() {}

  /**
   * Sets a tail with the saved model's parameters to those after the last epoch, batch-norm
   * statistics included.
   *
   * @param folder the trial's checkpoints
   * @return whether it has them now; it is left as it is if there is no intact checkpoint of the
   *     trial's last epoch, or if its best epoch is not exactly the saved model
   */
  public static boolean restore(Tail tail, TrialResult trial, Path folder) throws IOException {
    if (trial.bestEpoch() != null && trial.bestEpoch() == trial.epochs()) {
      return true;
    }
    TailState state = new TailState(tail);
    Optional<Checkpoint> last =
        Checkpoint.newest(
            folder,
            checkpoint ->
                checkpoint.state().trial().equals(trial.id())
                    && checkpoint.state().epoch() == trial.epochs()
                    && checkpoint.state().layout().equals(state.layout())
                    && Arrays.equals(checkpoint.best(), state.parameters()));
    last.ifPresent(found -> state.setParameters(found.parameters()));
    return last.isPresent();
  }
}
