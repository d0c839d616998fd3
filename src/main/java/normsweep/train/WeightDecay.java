package normsweep.train;

import java.util.List;
import normsweep.record.Optimizer;
import normsweep.tail.Optimizers;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Weight decay of kernels and matrices; biases, norms and running statistics do not decay.
 *
 * <ul>
 *   <li>Decoupled, for {@link Optimizer#ADAMW} (Loshchilov &amp; Hutter: Decoupled Weight Decay
 *       Regularization, ICLR 2019): w ← (1 - η·λ)·w before the optimizer's step, with the learning
 *       rate η of that step.
 *   <li>Coupled, for all others: g ← g + λ·w, the gradient of λ/2·‖w‖², which the optimizer then
 *       treats as any other.
 * </ul>
 *
 * <p>It acts between clipping and the optimizer, so that recorded and clipped gradients are those
 * of the loss alone. Deeplearning4j's own regularisation would also decay the gain of a layer norm
 * and add its penalty to the recorded loss.
 */
final class WeightDecay extends BaseTrainingListener {
  private final Optimizer optimizer;
  private final double lambda;
  private final Tail tail;
  private final List<TailParameter> weights;

  WeightDecay(Optimizer optimizer, double lambda, Tail tail) {
    this.optimizer = optimizer;
    this.lambda = lambda;
    this.tail = tail;
    weights =
        tail.parameters().stream()
            .filter(parameter -> parameter.kind() == TailParameter.Kind.WEIGHT)
            .toList();
  }

  /** Called between the backward pass and the updater, where the gradient is the batch's sum. */
  @Override
  public void onGradientCalculation(Model model) {
    ComputationGraph graph = (ComputationGraph) model;
    double rate =
        Optimizers.learningRate(
            tail.spec().optimizer(), graph.getIterationCount(), graph.getEpochCount());
    double factor = lambda * graph.getInput(0).size(0);
    for (TailParameter weight : weights) {
      INDArray values = part(graph.params(), weight);
      if (optimizer == Optimizer.ADAMW) {
        values.muli(1 - rate * lambda);
      } else {
        INDArray gradient = part(graph.getFlattenedGradients(), weight);
        Nd4j.getBlasWrapper().level1().axpy(values.length(), factor, values, gradient);
      }
    }
  }

  private static INDArray part(INDArray flat, TailParameter parameter) {
    return flat.reshape(flat.length())
        .get(NDArrayIndex.interval(parameter.offset(), parameter.offset() + parameter.length()));
  }
}
