package normsweep.tail;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import normsweep.base.HalfPrecision;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A tail of layers that come with Deeplearning4j, but for the filter response norm. */
final class StockTail extends GraphTail {
  private final String reason;

  StockTail(ComputationGraph graph, TailSpec spec, List<Integer> featureShape, String reason) {
    super(graph, spec, featureShape, TailParameters.of(graph));
    this.reason = reason;
  }

  @Override
  public String describe() {
    return "stock (" + reason + ")";
  }

  @Override
  public void put(INDArray input, int row, ShortBuffer features) {
    int values = featureShape().stream().reduce(1, Math::multiplyExact);
    if (input.dataType() == DataType.DOUBLE) {
      DoubleBuffer target = input.data().asNioDouble().position(row * values);
      for (int i = 0; i < values; i++) {
        target.put(HalfPrecision.toFloat(features.get()));
      }
    } else {
      FloatBuffer target = input.data().asNioFloat().position(row * values);
      for (int i = 0; i < values; i++) {
        target.put(HalfPrecision.toFloat(features.get()));
      }
    }
  }
}
