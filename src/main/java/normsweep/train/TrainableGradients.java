package normsweep.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import normsweep.record.Clip;
import normsweep.tail.TailParameter;
import normsweep.tail.fused.Native;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

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
  /** Avoids division by a norm of zero, as in PyTorch's {@code clip_grad_norm_}. */
  private static final double EPSILON = 1e-6;

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

  /**
   * Clips in place. DL4J itself clips only by layer, by parameter type or by element, and scales
   * the running statistics of batch norm along with the gradients.
   *
   * @param norms {@link #norms}
   * @return the norms after clipping, by parameter; equal to {@code norms} if nothing changed
   */
  double[] clip(Clip clip, double[] norms) {
    return switch (clip.mode()) {
      case NONE -> norms;
      case GLOBAL_NORM -> clipGroups(clip.threshold(), norms, i -> "all");
      case PER_LAYER -> clipGroups(clip.threshold(), norms, this::layer);
      case VALUE -> clipValues(clip.threshold(), norms);
    };
  }

  private String layer(int i) {
    String name = parameters.get(i).name();
    return name.substring(0, name.lastIndexOf('_'));
  }

  /**
   * Multiplies the gradients of each group by min(1, c / (n + {@value #EPSILON})), with n the
   * 2-norm of the group and c the threshold. With all gradients in one group, that is clipping by
   * global norm, which preserves the direction of the step (Pascanu et al. 2013, "On the difficulty
   * of training recurrent neural networks").
   */
  private double[] clipGroups(double threshold, double[] norms, IntFunction<String> group) {
    Map<String, Double> squares = new HashMap<>();
    for (int i = 0; i < norms.length; i++) {
      squares.merge(group.apply(i), norms[i] * norms[i], Double::sum);
    }
    double[] after = norms.clone();
    for (int i = 0; i < norms.length; i++) {
      double factor = threshold / (Math.sqrt(squares.get(group.apply(i))) + EPSILON);
      if (factor < 1) { // never for NaN: a diverged gradient is left unchanged
        sums.get(i).muli(factor);
        after[i] *= factor;
      }
    }
    return after;
  }

  /** Limits every element to [-threshold, threshold]. */
  private double[] clipValues(double threshold, double[] norms) {
    double[] after = norms.clone();
    double limit = threshold * batchSize;
    for (int i = 0; i < norms.length; i++) {
      INDArray sum = sums.get(i);
      if (!(sum.amaxNumber().doubleValue() <= limit)) {
        Transforms.max(sum, -limit, false);
        Transforms.min(sum, limit, false);
        after[i] = sum.norm2Number().doubleValue() / batchSize;
      }
    }
    return after;
  }
}
