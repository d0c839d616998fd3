package normsweep.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The parameters of a tail and the state of its optimiser, as arrays that do not depend on how the
 * tail is computed: parameters in the order of their canonical names, each row-major in its
 * canonical shape. The optimiser's state is, for each of its moments (Adam has two), that of all
 * trained parameters in that order.
 */
final class TailState {
  /** The canonical order. */
  static final Comparator<TailParameter> BY_NAME = Comparator.comparing(TailParameter::name);

  private final Tail tail;
  private final List<TailParameter> parameters;

  TailState(Tail tail) {
    this.tail = tail;
    this.parameters = tail.parameters().stream().sorted(BY_NAME).toList();
  }

  /** Names and shapes of the parameters, which define the meaning of an array. */
  List<String> layout() {
    return parameters.stream().map(parameter -> parameter.name() + parameter.shape()).toList();
  }

  float[] parameters() {
    return read(parameters, tail.graph().params());
  }

  void setParameters(float[] values) {
    write(parameters, tail.graph().params(), values);
  }

  float[] updater() {
    return read(moments(), updaterState());
  }

  void setUpdater(float[] values) {
    write(moments(), updaterState(), values);
  }

  private INDArray updaterState() {
    return tail.graph().getUpdater(true).getUpdaterStateViewArray();
  }

  // The position of each moment of each parameter. DL4J joins neighbours with the same updater into
  // a block and stores all first moments of a block before its second moments, so the blocks also
  // depend on the order of the tail's parameters.
  private List<TailParameter> moments() {
    List<TailParameter> moments = new ArrayList<>();
    long count = tail.spec().optimizer().stateSize(1);
    for (long moment = 0; moment < count; moment++) {
      for (TailParameter parameter : parameters) {
        if (parameter.trained()) {
          UpdaterBlock block = block(parameter);
          long values = (long) block.getParamOffsetEnd() - block.getParamOffsetStart();
          long from = block.getUpdaterViewOffsetStart() + moment * values;
          moments.add(parameter.at(from + parameter.offset() - block.getParamOffsetStart()));
        }
      }
    }
    return moments;
  }

  private UpdaterBlock block(TailParameter parameter) {
    return tail.graph().getUpdater(true).getUpdaterBlocks().stream()
        .filter(block -> block.getParamOffsetEnd() > parameter.offset())
        .findFirst()
        .orElseThrow();
  }

  /** The values of {@code parameters}, one after the other, each row-major in its shape. */
  static float[] read(List<TailParameter> parameters, INDArray flat) {
    FloatBuffer values = FloatBuffer.allocate(length(parameters));
    parameters.forEach(parameter -> values.put(parameter.view(flat).dup('c').data().asFloat()));
    return values.array();
  }

  /** The values as 32-bit floats in little-endian order. */
  static byte[] littleEndian(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes.array();
  }

  private static void write(List<TailParameter> parameters, INDArray flat, float[] values) {
    INDArray all = Nd4j.createFromArray(values);
    long next = 0;
    for (TailParameter parameter : parameters) {
      INDArray own = all.get(NDArrayIndex.interval(next, next + parameter.length()));
      parameter.view(flat).assign(own.reshape('c', parameter.dimensions()));
      next += parameter.length();
    }
  }

  /** The number of values in {@code parameters}. */
  static int length(List<TailParameter> parameters) {
    return Math.toIntExact(parameters.stream().mapToLong(TailParameter::length).sum());
  }
}
