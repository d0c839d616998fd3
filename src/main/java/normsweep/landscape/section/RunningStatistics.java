package normsweep.landscape.section;

import java.util.List;
import java.util.Map;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import normsweep.tail.fused.FusedBlockLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Gives the batch norms of a tail the statistics of a set of images. Between two networks the
 * running statistics of neither fit: averaged ones are not the statistics of averaged weights, and
 * would make a barrier of their own (Jordan, Sedghi, Saukh, Entezari &amp; Neyshabur 2022,
 * <i>REPAIR: REnormalizing Permuted Activations for Interpolation Repair</i>).
 */
final class RunningStatistics {
  private static final String MEAN = "_mean";
  private static final String VARIANCE = "_var";

  private RunningStatistics() {}

  /**
   * Sets the mean and the (biased) variance of every batch norm that trains to those of its inputs,
   * from the first layer to the last: each sees what those before it make with their new ones.
   *
   * @param batches inputs of the tail
   */
  static void recompute(Tail tail, List<INDArray> batches) {
    for (TailParameter mean : tail.parameters()) {
      if (mean.kind() == TailParameter.Kind.STATISTIC && mean.name().endsWith(MEAN)) {
        String norm = mean.name().substring(0, mean.name().length() - MEAN.length());
        InputMoments moments = new InputMoments();
        batches.forEach(batch -> moments.add(tail.graph(), norm, batch));
        tail.values(mean).assign(moments.mean);
        tail.values(tail.parameter(norm + VARIANCE)).assign(moments.variance());
      }
    }
  }

  /** Mean and mean square of a batch norm's inputs by channel. */
  private static final class InputMoments {
    private INDArray mean;
    private INDArray square;
    private long count;

    void add(ComputationGraph graph, String norm, INDArray batch) {
      List<String> inputs = graph.getConfiguration().getVertexInputs().get(norm);
      if (inputs == null) { // inside the fused block
        FusedBlockLayer block = (FusedBlockLayer) graph.getLayer(0);
        double[][] moments = block.moments(batch);
        INDArray batchMean = Nd4j.createFromArray(moments[0]);
        INDArray batchSquare = Nd4j.createFromArray(moments[1]).addi(batchMean.mul(batchMean));
        add(batchMean, batchSquare, batch.size(0));
        return;
      }
      Map<String, INDArray> activations = graph.feedForward(batch, false);
      INDArray input = activations.get(inputs.get(0));
      long channels = input.size(input.rank() - 1);
      INDArray rows =
          input.dup('c').castTo(DataType.DOUBLE).reshape(input.length() / channels, channels);
      add(rows.mean(0), Transforms.pow(rows, 2, false).mean(0), batch.size(0));
    }

    private void add(INDArray batchMean, INDArray batchSquare, long images) {
      double share = (double) images / (count + images);
      mean = mean == null ? batchMean : mean.add(batchMean.sub(mean).muli(share));
      square = square == null ? batchSquare : square.add(batchSquare.sub(square).muli(share));
      count += images;
    }

    INDArray variance() {
      return Transforms.max(square.sub(mean.mul(mean)), 0);
    }
  }
}
