package normsweep.train;

import java.util.function.DoubleSupplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/**
 * Ends a trial at the first step whose loss or gradient norm is not finite. The norm is checked too
 * because some activations hide a NaN, so that the loss alone would not show it.
 */
final class DivergenceListener extends BaseTrainingListener {
  private final DoubleSupplier gradientNorm;

  /**
   * A listener.
   *
   * @param gradientNorm supplies the norm of the step's gradient
   */
  DivergenceListener(DoubleSupplier gradientNorm) {
    this.gradientNorm = gradientNorm;
  }

  @Override
  public void iterationDone(Model model, int iterationsBefore, int epochsBefore) {
    int epoch = epochsBefore + 1;
    int iteration = iterationsBefore + 1;
    DivergedException.requireFinite("loss", model.score(), epoch, iteration);
    DivergedException.requireFinite("gradient norm", gradientNorm.getAsDouble(), epoch, iteration);
  }
}
