package normsweep.tail;

import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import normsweep.base.HalfPrecision;
import normsweep.device.ArrayMemory;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The part of the network that trains: the trainable block and the head, computed from the frozen
 * trunk's features. Tails differ in how they compute (stock layers, a fused block), not in what:
 * equal parameters give equal class probabilities, and parameters travel between them by canonical
 * name.
 *
 * @param graph the graph that is trained, by {@link TailSpec#optimizer}: one input, features [N, H,
 *     W, C] (NHWC), and one output, class probabilities [N, 10] under multi-class cross entropy;
 *     labels are one-hot [N, 10]
 * @param layers the same network in stock layers, as it is saved; the graph's own configuration if
 *     it has these layers
 * @param spec what it was made from
 * @param featureShape height, width and channels of one image's features
 * @param parameters all parameters in the order of the graph's flat vectors, statistics included
 * @param readers what reads batches to train on into an array of {@link #newInput}
 * @param memory how to get at the values of its arrays
 * @param describe how it computes, for a log line: {@code fused}, or {@code stock} and the reason
 */
public record Tail(
    ComputationGraph graph,
    ComputationGraphConfiguration layers,
    TailSpec spec,
    List<Integer> featureShape,
    List<TailParameter> parameters,
    Function<INDArray, BatchReader> readers,
    ArrayMemory memory,
    String describe) {

  /** Copies the lists. */
  public Tail {
    featureShape = List.copyOf(featureShape);
    parameters = List.copyOf(parameters);
  }

  /** A new input array for a batch, outside any workspace; the caller keeps and fills it. */
  public INDArray newInput(int images) {
    return Nd4j.createUninitializedDetached(
        graph.getConfiguration().getDataType(),
        'c',
        images,
        featureShape.get(0),
        featureShape.get(1),
        featureShape.get(2));
  }

  /**
   * Writes one image's features into a batch. Safe to call from any thread, as long as no two write
   * the same row.
   *
   * @param input an array of {@link #newInput}
   * @param row which image of the batch, from 0
   * @param features IEEE 754 half-precision values, NHWC, as they lie in the cache; H·W·C of them
   *     are read from the buffer's position, which moves on
   */
  public void put(INDArray input, int row, ShortBuffer features) {
    put(input, row, features, memory);
  }

  static void put(INDArray input, int row, ShortBuffer features, ArrayMemory memory) {
    // Through arrays: bulk copies and array loops are several times as fast as single gets.
    short[] halves = new short[Math.toIntExact(input.length() / input.size(0))];
    float[] values = new float[halves.length];
    features.get(halves);
    HalfPrecision.toFloats(halves, values, values.length);
    memory.write(input, (long) row * values.length, values);
  }

  /** The parameter of a canonical name. */
  public TailParameter parameter(String name) {
    return parameters.stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no parameter " + name));
  }

  /** A parameter's values in canonical shape: a view of the graph's own. */
  public INDArray values(TailParameter parameter) {
    return parameter.view(graph.params());
  }

  /** Copies of all parameters in canonical shape, by canonical name. */
  public Map<String, INDArray> copyParameters() {
    Map<String, INDArray> copies = new LinkedHashMap<>();
    for (TailParameter parameter : parameters) {
      copies.put(parameter.name(), values(parameter).dup('c'));
    }
    return copies;
  }

  /**
   * Sets parameters by canonical name; those that are not named keep their values.
   *
   * @throws IllegalArgumentException if a name is unknown or a shape differs; nothing is set then
   */
  public void load(Map<String, INDArray> values) {
    values.forEach(
        (name, array) -> {
          TailParameter parameter = parameter(name);
          if (!Arrays.equals(parameter.dimensions(), array.shape())) {
            throw new IllegalArgumentException(
                name
                    + " has shape "
                    + parameter.shape()
                    + ", not "
                    + Arrays.toString(array.shape()));
          }
        });
    values.forEach((name, array) -> values(parameter(name)).assign(array));
  }
}
