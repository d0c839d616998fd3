package normsweep.train;

import java.util.ArrayList;
import java.util.List;
import normsweep.model.TailParameter;
import normsweep.model.fused.Native;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The gradients of a tail's trainable parameters, as views into the network's flat gradient vector.
 *
 * <p>Running means and variances of batch norm are parameters to DL4J and their changes travel in
 * the gradient vector; they are no gradients and are left out here.
 */
final class TrainableGradients {
  private final List<TailParameter> parameters;
  private final List<INDArray> views;

  private TrainableGradients(List<TailParameter> parameters, List<INDArray> views) {
    this.parameters = List.copyOf(parameters);
    this.views = List.copyOf(views);
  }

  /**
   * Views of {@code flatGradient}.
   *
   * @param flatGradient vector of all gradients, as {@code
   *     ComputationGraph.getFlattenedGradients()} gives it
   * @param parameters the tail's parameters
   */
  static TrainableGradients of(INDArray flatGradient, List<TailParameter> parameters) {
    INDArray vector = flatGradient.reshape(flatGradient.length());
    List<TailParameter> trainable = new ArrayList<>();
    List<INDArray> views = new ArrayList<>();
    for (TailParameter parameter : parameters) {
      if (parameter.trained()) {
        trainable.add(parameter);
        views.add(
            vector.get(
                NDArrayIndex.interval(
                    parameter.offset(), parameter.offset() + parameter.length())));
      }
    }
    return new TrainableGradients(trainable, views);
  }

  int size() {
    return views.size();
  }

  TailParameter parameter(int i) {
    return parameters.get(i);
  }

  /** The gradient of parameter {@code i}; changes of it change the network's gradient. */
  INDArray view(int i) {
    return views.get(i);
  }

  /**
   * 2-norms of the mini-batch mean gradient, a parameter each.
   *
   * @param batchSize images in the batch: DL4J holds the sum over the batch at this point
   */
  double[] norms(int batchSize) {
    double[] norms = new double[views.size()];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = norm(views.get(i)) / batchSize;
    }
    return norms;
  }

  // ND4J's own norm takes as long for a layer's gradient as its update does.
  private static double norm(INDArray gradient) {
    return Native.holds(gradient)
        ? Math.sqrt(Native.squaredNorm(gradient))
        : gradient.norm2Number().doubleValue();
  }

  /** The 2-norm of all parameters together. */
  static double total(double[] norms) {
    double sum = 0;
    for (double norm : norms) {
      sum += norm * norm;
    }
    return Math.sqrt(sum);
  }
}
