package normsweep.tail;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * One parameter of a tail: what it is called, what it does and where its values lie.
 *
 * @param name canonical name: the key in the parameter table of the saved whole network, for
 *     example {@code Conv_1_W}, {@code Conv_1_bn_gamma}, {@code head_dense_W}, {@code
 *     head_logits_b}; the same for every way to compute a tail
 * @param kind what it does
 * @param head whether it belongs to the head; otherwise it belongs to the trainable block
 * @param shape canonical shape, as in the saved whole network
 * @param offset index of its first value in the graph's flat parameter and gradient vectors
 * @param length number of values
 * @param order how {@code shape} is laid out over those values: {@code 'c'} for row-major, {@code
 *     'f'} for column-major
 */
public record TailParameter(
    String name, Kind kind, boolean head, List<Long> shape, long offset, long length, char order) {

  /** What a parameter does. */
  public enum Kind {
    /** Kernel of a convolution or matrix of a dense layer. */
    WEIGHT,
    /** Bias of a convolution or dense layer. */
    BIAS,
    /** Scale, shift, threshold or ε of a norm. */
    NORM,
    /**
     * Running mean or variance of a batch norm. Deeplearning4j keeps it among the parameters and
     * its changes among the gradients, but it is not trained: it is left out of gradient norms,
     * clipping, histograms and directions.
     */
    STATISTIC,
    /** Anything of a batch norm that does not train ({@link FrozenBatchNorm}). */
    FROZEN
  }

  /** Copies the shape. */
  public TailParameter {
    shape = List.copyOf(shape);
  }

  /** Whether the optimiser moves it. */
  public boolean trained() {
    return kind != Kind.STATISTIC && kind != Kind.FROZEN;
  }

  /** This parameter in a vector where its first value has another index. */
  public TailParameter at(long newOffset) {
    return new TailParameter(name, kind, head, shape, newOffset, length, order);
  }

  /** The shape as an array. */
  public long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * This parameter's part of a flat vector, in its canonical shape; a view, so writing to it writes
   * to the vector.
   *
   * @param flat the graph's parameters or gradients, or any vector laid out as they are
   */
  public INDArray view(INDArray flat) {
    return flat.reshape(flat.length())
        .get(NDArrayIndex.interval(offset, offset + length))
        .reshape(order, dimensions());
  }
}
