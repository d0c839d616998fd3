package normsweep.train;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The images of one step; valid until the next batch is requested.
 *
 * @param features input of the tail
 * @param labels one-hot classes [N, 10]
 * @param classes the same as numbers
 */
record Minibatch(INDArray features, INDArray labels, int[] classes) {
  int size() {
    return classes.length;
  }
}
