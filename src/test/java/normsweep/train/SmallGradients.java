package normsweep.train;

import java.util.List;
import normsweep.device.ArrayMemory;
import normsweep.tail.TailParameter;
import normsweep.tail.TailParameter.Kind;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Gradients of two made-up layers, summed over a batch of {@value #BATCH}: layer a has a weight of
 * two elements, a bias and a running statistic, layer b a weight of one.
 */
final class SmallGradients {
  static final int BATCH = 2;

  private static final List<TailParameter> PARAMETERS =
      List.of(
          new TailParameter("a_W", Kind.WEIGHT, true, List.of(1L, 2L), 0, 2, 'c'),
          new TailParameter("a_b", Kind.BIAS, true, List.of(1L, 1L), 2, 1, 'c'),
          new TailParameter("a_var", Kind.STATISTIC, true, List.of(1L, 1L), 3, 1, 'c'),
          new TailParameter("b_W", Kind.WEIGHT, true, List.of(1L, 1L), 4, 1, 'c'));

  private SmallGradients() {}

  /** Views of a new vector with these sums. */
  static TrainableGradients of(float... sums) {
    return views(Nd4j.createFromArray(sums).reshape(1, sums.length));
  }

  /** Views of {@code flat}, a row of five. */
  static TrainableGradients views(INDArray flat) {
    return TrainableGradients.of(flat, PARAMETERS, ArrayMemory.HOST).summedOver(BATCH);
  }
}
