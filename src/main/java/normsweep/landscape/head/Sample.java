package normsweep.landscape.head;

import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import normsweep.tail.Head;
import normsweep.tail.Tail;
import normsweep.train.Evaluation;
import normsweep.train.LabelledFeatures;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The fixed images on which losses are taken, widened once for one tail.
 *
 * @param batches inputs of the tail
 * @param labels the images' classes, batch by batch
 */
public record Sample(List<INDArray> batches, int[] labels) {
  private static final int BATCH = 100;

  /**
   * Images spread evenly over a set, the same for every trial.
   *
   * @param tail the tail that will see them
   * @param set the set, in a fixed order
   * @param images how many at most
   */
  public static Sample of(Tail tail, LabelledFeatures set, int images) {
    int[] chosen = positions(set.size(), images);
    short[] image = new short[set.store().valuesPerImage()];
    List<INDArray> batches = new ArrayList<>();
    for (int from = 0; from < chosen.length; from += BATCH) {
      int size = Math.min(BATCH, chosen.length - from);
      INDArray batch = tail.newInput(size);
      for (int row = 0; row < size; row++) {
        set.store().readHalf(chosen[from + row], image, 0);
        tail.put(batch, row, ShortBuffer.wrap(image));
      }
      batches.add(batch);
    }
    return new Sample(batches, Arrays.stream(chosen).map(index -> set.labels()[index]).toArray());
  }

  static int[] positions(int size, int images) {
    int[] chosen = new int[Math.min(size, images)];
    Arrays.setAll(chosen, k -> (int) ((long) k * size / chosen.length));
    return chosen;
  }

  /** Mean cross-entropy of a graph in inference mode, as the trainer takes it. */
  public double loss(ComputationGraph graph) {
    return evaluate(graph).loss();
  }

  /** Mean cross-entropy and accuracy of a graph in inference mode, as the trainer takes them. */
  public Evaluation evaluate(ComputationGraph graph) {
    return evaluate(batch -> graph.outputSingle(false, batch));
  }

  private Evaluation evaluate(UnaryOperator<INDArray> probabilities) {
    Evaluation.Sum sum = new Evaluation.Sum();
    int from = 0;
    for (INDArray batch : batches) {
      int to = from + (int) batch.size(0);
      sum.add(probabilities.apply(batch), Arrays.copyOfRange(labels, from, to));
      from = to;
    }
    return sum.mean();
  }

  /**
   * What a tail makes of the sample in inference mode.
   *
   * @param loss mean cross-entropy, as the trainer takes it
   * @param pooled what the head's first dense layer sees, [images, inputs]
   */
  public record View(double loss, INDArray pooled) {}

  /** Loss and pooled features in one pass. */
  public View view(ComputationGraph graph) {
    String hidden = pooledVertex(graph);
    String output = graph.getConfiguration().getNetworkOutputs().get(0);
    List<INDArray> pooled = new ArrayList<>();
    Evaluation means =
        evaluate(
            batch -> {
              Map<String, INDArray> activations = graph.feedForward(batch, false);
              pooled.add(activations.get(hidden).castTo(DataType.DOUBLE));
              return activations.get(output);
            });
    return new View(means.loss(), Nd4j.vstack(pooled));
  }

  // A fused head has one vertex for dense layer and norm: the one that reads the block's output.
  private static String pooledVertex(ComputationGraph graph) {
    Map<String, List<String>> inputs = graph.getConfiguration().getVertexInputs();
    if (inputs.containsKey(Head.DENSE)) {
      return inputs.get(Head.DENSE).get(0);
    }
    return inputs.entrySet().stream()
        .filter(entry -> Head.owns(entry.getKey()) && !Head.owns(entry.getValue().get(0)))
        .map(entry -> entry.getValue().get(0))
        .findFirst()
        .orElseThrow();
  }
}
