package normsweep.bench;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/**
 * Measures the time from the end of one training step to the end of the next within an epoch: the
 * full cost of a step, including the wait for its features.
 */
final class StepClock extends BaseTrainingListener {
  private final int warmUpEpochs;
  private final int fullBatches;
  private final List<Double> millis = new ArrayList<>();
  private long last;
  private int epochs;
  private int steps;

  /**
   * A clock.
   *
   * @param warmUpEpochs epochs that do not count: the JVM compiles while they run
   * @param fullBatches full steps per epoch, which count; a last, smaller one does not
   */
  StepClock(int warmUpEpochs, int fullBatches) {
    this.warmUpEpochs = warmUpEpochs;
    this.fullBatches = fullBatches;
  }

  @Override
  public void onEpochStart(Model model) {
    epochs++;
    last = 0;
    steps = 0;
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    long now = System.nanoTime();
    steps++;
    if (last != 0 && epochs > warmUpEpochs && steps <= fullBatches) {
      millis.add((now - last) / 1e6);
    }
    last = now;
  }

  /** Milliseconds of every step that counted. */
  double[] millis() {
    return millis.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
