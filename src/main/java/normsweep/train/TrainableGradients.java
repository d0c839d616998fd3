package normsweep.train;

import java.util.List;
import normsweep.tail.TailParameter;
import normsweep.tail.fused.Native;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The mini-batch mean gradients of a tail's trainable parameters, as views into the network's flat
 * gradient vector. DL4J holds the sum over the batch there until its updater divides; all values
 * read and requested here are in units of the mean, which is that sum divided by the batch size.
 *
 * <p>Running means and variances of batch norm are parameters to DL4J and their changes travel in
 * the gradient vector; they are not gradients and are left out here.
 *
 * @param sums the sum over the batch of the gradient of each parameter
 */
record TrainableGradients(List<TailParameter> parameters, List<INDArray> sums, int batchSize) {
  /**
   * Views of {@code ComputationGraph.getFlattenedGradients()}, taken as the gradient of one image.
   */
  static TrainableGradients of(INDArray flatGradient, List<TailParameter> parameters) {
    INDArray vector = flatGradient.reshape(flatGradient.length());
    List<TailParameter> trained = parameters.stream().filter(TailParameter::trained).toList();
    List<INDArray> views =
        trained.stream()
            .map(p -> vector.get(NDArrayIndex.interval(p.offset(), p.offset() + p.length())))
            .toList();
    return new TrainableGradients(trained, views, 1);
  }

  /** The same vector, taken as the sum over a batch of {@code images}. */
  TrainableGradients summedOver(int images) {
    return new TrainableGradients(parameters, sums, images);
  }

  /** A copy of the elements of parameter {@code i}'s gradient, still summed over the batch. */
  float[] sum(int i) {
    INDArray sum = sums.get(i);
    float[] values = new float[Math.toIntExact(sum.length())];
    sum.data().asNioFloat().get(Math.toIntExact(sum.offset()), values);
    return values;
  }

  /** The 2-norm of each parameter's gradient. */
  double[] norms() {
    return sums.stream().mapToDouble(sum -> norm(sum) / batchSize).toArray();
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

  /** The name of the layer that parameter {@code i} belongs to. */
  String layer(int i) {
    String name = parameters.get(i).name();
    return name.substring(0, name.lastIndexOf('_'));
  }
}
