package normsweep.tail;

import java.nio.ShortBuffer;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A reusable buffer for one batch of features for a tail. A batch is started before it is needed,
 * so that it can be read while the previous step computes.
 */
public interface BatchInput {
  /** The graph's input; contains the batch after {@link #finish}, until the next is started. */
  INDArray array();

  /**
   * Starts a batch and returns immediately.
   *
   * @param images gives the half-precision values, NHWC, of the image of a row, from 0; called from
   *     any thread until {@link #finish} returns
   */
  void begin(IntFunction<ShortBuffer> images);

  /** Completes the batch and returns, or throws the error that reading it caused. */
  void finish();

  /** Abandons a started batch; nothing is read after this returns. */
  void abandon();
}
