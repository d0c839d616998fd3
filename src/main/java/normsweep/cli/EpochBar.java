package normsweep.cli;

import normsweep.base.Progress;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/** Shows the progress of an epoch on a terminal until the epoch's own line replaces it. */
final class EpochBar extends BaseTrainingListener {
  private final int iterations;
  private Progress bar;

  EpochBar(int iterations) {
    this.iterations = iterations;
  }

  @Override
  public void onEpochStart(Model model) {
    bar = Progress.vanishing("  training", iterations, "steps");
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    bar.step(1);
  }

  @Override
  public void onEpochEnd(Model model) {
    bar.close();
  }
}
