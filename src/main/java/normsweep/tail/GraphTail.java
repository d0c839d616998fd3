package normsweep.tail;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What tails have in common: a graph, what it was made from, and where its parameters lie. */
public abstract class GraphTail implements Tail {
  private final ComputationGraph graph;
  private final TailSpec spec;
  private final List<Integer> featureShape;
  private final List<TailParameter> parameters;

  /**
   * A tail of a graph that is ready to train.
   *
   * @param featureShape height, width and channels of one image's features
   * @param parameters all parameters in the order of the graph's flat vectors
   */
  protected GraphTail(
      ComputationGraph graph,
      TailSpec spec,
      List<Integer> featureShape,
      List<TailParameter> parameters) {
    this.graph = graph;
    this.spec = spec;
    this.featureShape = List.copyOf(featureShape);
    this.parameters = List.copyOf(parameters);
  }

  @Override
  public final ComputationGraph graph() {
    return graph;
  }

  @Override
  public final TailSpec spec() {
    return spec;
  }

  @Override
  public final List<TailParameter> parameters() {
    return parameters;
  }

  @Override
  public final List<Integer> featureShape() {
    return featureShape;
  }

  @Override
  public final INDArray newInput(int images) {
    return Nd4j.createUninitializedDetached(
        graph.getConfiguration().getDataType(),
        'c',
        images,
        featureShape.get(0),
        featureShape.get(1),
        featureShape.get(2));
  }
}
