package normsweep.train;

import java.util.List;
import normsweep.device.ArrayMemory;
import normsweep.tail.TailParameter;
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
 * @param memory how to get at their values
 */
record TrainableGradients(
    List<TailParameter> parameters, List<INDArray> sums, ArrayMemory memory, int batchSize) {
  /**
   * Views of {@code ComputationGraph.getFlattenedGradients()}, taken as the gradient of one image.
   */
  static TrainableGradients of(
      INDArray flatGradient, List<TailParameter> parameters, ArrayMemory memory) {
    INDArray vector = flatGradient.reshape(flatGradient.length());
    List<TailParameter> trained = parameters.stream().filter(TailParameter::trained).toList();
    List<INDArray> views =
        trained.stream()
            .map(p -> vector.get(NDArrayIndex.interval(p.offset(), p.offset() + p.length())))
            .toList();
    return new TrainableGradients(trained, views, memory, 1);
  }

  /** The same vector, taken as the sum over a batch of {@code images}. */
  TrainableGradients summedOver(int images) {
    return new TrainableGradients(parameters, sums, memory, images);
  }

  /** A copy of the elements of parameter {@code i}'s gradient, still summed over the batch. */
  float[] sum(int i) {
    return memory.read(sums.get(i));
  }

  /** The 2-norm of each parameter's gradient. */
  double[] norms() {
    return sums.stream().mapToDouble(sum -> memory.norm(sum) / batchSize).toArray();
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
