package normsweep.model;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A tail of layers that come with Deeplearning4j, but for the filter response norm. */
final class StockTail implements Tail {
  private final ComputationGraph graph;
  private final TailSpec spec;
  private final List<Integer> featureShape;
  private final List<TailParameter> parameters;
  private final String reason;

  StockTail(ComputationGraph graph, TailSpec spec, List<Integer> featureShape, String reason) {
    this.graph = graph;
    this.spec = spec;
    this.featureShape = List.copyOf(featureShape);
    this.parameters = TailParameters.of(graph);
    this.reason = reason;
  }

  @Override
  public ComputationGraph graph() {
    return graph;
  }

  @Override
  public TailSpec spec() {
    return spec;
  }

  @Override
  public List<TailParameter> parameters() {
    return parameters;
  }

  @Override
  public String describe() {
    return "stock (" + reason + ")";
  }

  @Override
  public List<Integer> featureShape() {
    return featureShape;
  }

  @Override
  public INDArray newInput(int images) {
    return Nd4j.createUninitializedDetached(
        graph.getConfiguration().getDataType(),
        'c',
        images,
        featureShape.get(0),
        featureShape.get(1),
        featureShape.get(2));
  }

  @Override
  public void put(INDArray input, int row, ShortBuffer features) {
    int values = featureShape.stream().reduce(1, Math::multiplyExact);
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
