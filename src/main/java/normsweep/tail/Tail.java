package normsweep.tail;

import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The part of the network that trains: the trainable block and the head, computed from the frozen
 * trunk's features. Tails differ in how they compute (stock layers, a fused block), not in what:
 * equal parameters give equal class probabilities, and parameters travel between them by canonical
 * name.
 *
 * <p>A tail's graph has one input, features [N, H, W, C] (NHWC), and one output, class
 * probabilities [N, 10] under multi-class cross entropy; labels are one-hot [N, 10].
 */
public interface Tail {
  /** The graph that is trained; its optimiser is Adam on {@link TailSpec#learningRate}. */
  ComputationGraph graph();

  /** What it was made from. */
  TailSpec spec();

  /** All parameters in the order of the graph's flat vectors, statistics included. */
  List<TailParameter> parameters();

  /** How it computes, for a log line: {@code fused}, or {@code stock} and the reason. */
  String describe();

  /** Height, width and channels of one image's features. */
  List<Integer> featureShape();

  /** A fresh input array for a batch, outside any workspace. The caller keeps it and fills it. */
  INDArray newInput(int images);

  /**
   * Writes one image's features into a batch. Safe to call from any thread, as long as no two write
   * the same row.
   *
   * @param input an array of {@link #newInput}
   * @param row which image of the batch, from 0
   * @param features IEEE 754 half-precision values, NHWC, as they lie in the cache; H·W·C of them
   *     are read from the buffer's position, which moves on
   */
  void put(INDArray input, int row, ShortBuffer features);

  /**
   * Room for batches that are read ahead, one after the other.
   *
   * @param images images of each batch
   * @param training whether a training step follows, for which a tail may compute something ahead
   */
  default BatchInput newBatch(int images, boolean training) {
    return new ThreadedInput(this, images);
  }

  /** The parameter of a canonical name. */
  default TailParameter parameter(String name) {
    return parameters().stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no parameter " + name));
  }

  /** A parameter's values in canonical shape: a view of the graph's own. */
  default INDArray values(TailParameter parameter) {
    return parameter.view(graph().params());
  }

  /** Copies of all parameters in canonical shape, by canonical name. */
  default Map<String, INDArray> copyParameters() {
    Map<String, INDArray> copies = new LinkedHashMap<>();
    for (TailParameter parameter : parameters()) {
      copies.put(parameter.name(), values(parameter).dup('c'));
    }
    return copies;
  }

  /**
   * Sets parameters by canonical name; those that are not named keep their values.
   *
   * @throws IllegalArgumentException if a name is unknown or a shape differs; nothing is set then
   */
  default void load(Map<String, INDArray> parameters) {
    parameters.forEach(
        (name, values) -> {
          if (!parameter(name).shape().equals(shapeOf(values))) {
            throw new IllegalArgumentException(
                name + " has shape " + parameter(name).shape() + ", not " + shapeOf(values));
          }
        });
    parameters.forEach((name, values) -> values(parameter(name)).assign(values));
  }

  private static List<Long> shapeOf(INDArray values) {
    return Arrays.stream(values.shape()).boxed().toList();
  }
}
