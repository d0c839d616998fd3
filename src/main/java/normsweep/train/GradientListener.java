package normsweep.train;

import java.util.List;
import normsweep.tail.TailParameter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/**
 * Clips the gradient of every step and records it before and after. DL4J calls it between the
 * backward pass and the updater, where the gradient is still the sum over the batch.
 */
final class GradientListener extends BaseTrainingListener {
  private final List<TailParameter> parameters;
  private final GradientClipping clipping;
  private final GradientTracker tracker;
  private TrainableGradients views;
  private double totalNorm;

  GradientListener(
      List<TailParameter> parameters, GradientClipping clipping, GradientTracker tracker) {
    this.parameters = parameters;
    this.clipping = clipping;
    this.tracker = tracker;
  }

  /** The last step's norm of all trainable gradients together, before clipping. */
  double totalNorm() {
    return totalNorm;
  }

  @Override
  public void onGradientCalculation(Model model) {
    ComputationGraph graph = (ComputationGraph) model;
    int iteration = graph.getIterationCount() + 1;
    int epoch = graph.getEpochCount() + 1;
    if (views == null) {
      views = TrainableGradients.of(graph.getFlattenedGradients(), parameters);
    }
    TrainableGradients gradients = views.summedOver(Math.toIntExact(graph.getInput(0).size(0)));
    tracker.beforeClipping(gradients, iteration, epoch);
    double[] before = gradients.norms();
    totalNorm = TrainableGradients.total(before);
    double[] after = clipping.clip(gradients, before);
    tracker.afterClipping(gradients, iteration, before, after);
  }
}
