package normsweep.train;

import normsweep.tail.Tail;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * A second network of a trial's form with parameters of its own, on which losses and gradients are
 * computed while the trial trains. The training's parameters, optimiser, running statistics,
 * accuracy and random numbers stay as they are.
 */
final class Probe {
  private final ComputationGraph graph;

  Probe(Tail tail) {
    graph = new ComputationGraph(tail.graph().getConfiguration().clone());
    graph.init();
    String output = graph.getConfiguration().getNetworkOutputs().get(0);
    ((BaseOutputLayer) graph.getLayer(output).conf().getLayer()).setLossFn(new LossMCXENT());
    graph.initGradientsView();
  }

  /** Its parameters, a vector that may be written to. */
  INDArray parameters() {
    return flat(graph.params());
  }

  /**
   * The mean loss of a batch in training mode; afterwards {@link #gradient} holds its gradient.
   *
   * @param seed seed of the dropout masks
   */
  double loss(INDArray features, INDArray labels, long seed) {
    Random random = Nd4j.getRandom();
    long root = random.rootState();
    long node = random.nodeState();
    try {
      random.setSeed(seed);
      graph.setInputs(features);
      graph.setLabels(labels);
      graph.computeGradientAndScore();
      return graph.score();
    } finally {
      random.setStates(root, node);
      graph.clear();
    }
  }

  /**
   * The gradient of the last batch's loss, summed over its images: a vector that may be written to.
   */
  INDArray gradient() {
    return flat(graph.getFlattenedGradients());
  }

  /** A network's parameters or gradients as a vector; a view. */
  static INDArray flat(INDArray values) {
    return values.reshape(values.length());
  }
}
