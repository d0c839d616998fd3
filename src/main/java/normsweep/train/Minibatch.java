package normsweep.train;

import normsweep.tail.BatchInput;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The images of one step; valid until the next batch is requested.
 *
 * @param input input of the tail
 * @param labels one-hot classes [N, 10]
 * @param classes the same as numbers
 */
record Minibatch(BatchInput input, INDArray labels, int[] classes) {
  INDArray features() {
    return input.array();
  }

  int size() {
    return classes.length;
  }
}
