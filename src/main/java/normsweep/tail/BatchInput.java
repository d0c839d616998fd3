package normsweep.tail;

import java.nio.ShortBuffer;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Room for one batch of features before a tail, filled again and again. A batch is begun before it
 * is needed, so that it can be read while the step before computes.
 */
public interface BatchInput {
  /** The graph's input; holds the batch after {@link #finish}, until the next is begun. */
  INDArray array();

  /**
   * Begins a batch and returns at once.
   *
   * @param images gives the half-precision values, NHWC, of the image of a row, from 0; called from
   *     any thread until {@link #finish} returns
   */
  void begin(IntFunction<ShortBuffer> images);

  /**
   * Returns once the batch is there, or throws what reading it threw; computes what is left to
   * compute.
   */
  void finish();

  /** Gives the batch up that was begun: after it nothing is read. */
  void abandon();
}
