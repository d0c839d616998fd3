package normsweep.train;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import normsweep.tail.TailParameter;
import normsweep.tail.fused.Native;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The mini-batch mean gradients of a tail's trainable parameters, as views into the network's flat
 * gradient vector.
 *
 * <p>DL4J holds the sum over the batch there until its updater divides; all values read and
 * requested here are in units of the mean, which is that sum divided by the batch size.
 *
 * <p>Running means and variances of batch norm are parameters to DL4J and their changes travel in
 * the gradient vector; they are not gradients and are left out here.
 */
final class TrainableGradients {
  private final List<TailParameter> parameters;
  private final List<INDArray> sums;
  private final int batchSize;

  private TrainableGradients(List<TailParameter> parameters, List<INDArray> sums, int batchSize) {
    this.parameters = List.copyOf(parameters);
    this.sums = List.copyOf(sums);
    this.batchSize = batchSize;
  }

  /**
   * Views of {@code flatGradient}, taken as the gradient of one image.
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
    return new TrainableGradients(trainable, views, 1);
  }

  /** The same vector, taken as the sum over a batch of {@code images}. */
  TrainableGradients summedOver(int images) {
    return new TrainableGradients(parameters, sums, images);
  }

  int size() {
    return sums.size();
  }

  TailParameter parameter(int i) {
    return parameters.get(i);
  }

  /** The name of the layer that parameter {@code i} belongs to. */
  String layer(int i) {
    String name = parameter(i).name();
    return name.substring(0, name.lastIndexOf('_'));
  }

  /**
   * Copies the elements of parameter {@code i}'s gradient, still summed over the batch.
   *
   * @return {@code into}, or a new array if it is too short
   */
  float[] sumOf(int i, float[] into) {
    INDArray sum = sums.get(i);
    int length = Math.toIntExact(sum.length());
    float[] values = into.length < length ? new float[length] : into;
    sum.data().asNioFloat().get(Math.toIntExact(sum.offset()), values, 0, length);
    return values;
  }

  int batchSize() {
    return batchSize;
  }

  /** The 2-norm of each parameter's gradient. */
  double[] norms() {
    double[] norms = new double[size()];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = norm(i);
    }
    return norms;
  }

  private double norm(int i) {
    return norm(sums.get(i)) / batchSize;
  }

  /** Multiplies the gradient of parameter {@code i}, in place. */
  void scale(int i, double factor) {
    sums.get(i).muli(factor);
  }

  /**
   * Limits every element of parameter {@code i}'s gradient to [-{@code bound}, {@code bound}], in
   * place.
   *
   * @return the norm afterwards; empty if no element was outside the limits
   */
  OptionalDouble clamp(int i, double bound) {
    INDArray sum = sums.get(i);
    double limit = bound * batchSize;
    if (sum.amaxNumber().doubleValue() <= limit) {
      return OptionalDouble.empty();
    }
    Transforms.max(sum, -limit, false);
    Transforms.min(sum, limit, false);
    return OptionalDouble.of(sum.norm2Number().doubleValue() / batchSize);
  }

  // ND4J's own norm of a layer's gradient takes as long as its update.
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
