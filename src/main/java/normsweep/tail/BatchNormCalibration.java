package normsweep.tail;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import normsweep.backbone.MobileNetV2;
import normsweep.backbone.TrunkCut;
import normsweep.record.BlockBatchNorm;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Gives folded batch norms of the trainable block the statistics of real data.
 *
 * <p>A folded batch norm has mean 0 and variance 1 - ε whatever its input looks like: as soon as it
 * trains, batch statistics take their place and the network is another one. With the mean μ and the
 * variance σ² of the layer's input over training images, and γ, β, μ₀, σ₀² as they were, per
 * channel:
 *
 * <pre>
 *   s  = γ / √(σ₀² + ε)
 *   γ' = s·√(σ² + ε)
 *   β' = β + s·(μ - μ₀)
 * </pre>
 *
 * so that γ'·(x - μ)/√(σ² + ε) + β' is the same function of x as before.
 */
public final class BatchNormCalibration {
  private BatchNormCalibration() {}

  /**
   * Calibrates every folded batch norm from {@code unfreezeFrom} on, in place; the others, and
   * everything frozen, stay as they are.
   *
   * @param batches features of training images, [N, H, W, C] each; one or two thousand images do
   * @return names of the layers that were calibrated
   * @throws IllegalArgumentException if something is to be calibrated and there is no batch
   */
  public static List<String> calibrate(
      ComputationGraph backbone, String unfreezeFrom, Iterable<INDArray> batches) {
    TrunkCut cut = TrunkCut.of(backbone, unfreezeFrom);
    List<String> folded =
        cut.trainable().stream().filter(vertex -> isFolded(backbone, vertex)).toList();
    if (folded.isEmpty()) {
      return folded;
    }
    Map<String, ChannelMoments> moments = new LinkedHashMap<>();
    ComputationGraph block = block(backbone, cut);
    for (INDArray features : batches) {
      Map<String, INDArray> activations = block.feedForward(features, false);
      for (String layer : folded) {
        String input = block.getConfiguration().getVertexInputs().get(layer).get(0);
        moments.computeIfAbsent(layer, name -> new ChannelMoments()).add(activations.get(input));
      }
      block.clear();
    }
    if (moments.isEmpty()) {
      throw new IllegalArgumentException("no features to calibrate " + folded + " with");
    }
    moments.forEach((layer, seen) -> seen.applyTo(backbone, layer));
    return folded;
  }

  private static boolean isFolded(ComputationGraph backbone, String vertex) {
    return backbone.getLayer(vertex) != null
        && backbone.getLayer(vertex).conf().getLayer() instanceof BatchNormalization
        && MobileNetV2.isFolded(backbone, vertex);
  }

  /** The trainable block alone, on the backbone's parameters. */
  private static ComputationGraph block(ComputationGraph backbone, TrunkCut cut) {
    GraphBuilder builder =
        TailFactory.builder(0, new NoOp(), TailFactory.dataType(backbone))
            .addInputs(TailFactory.FEATURES);
    TailFactory.addBlock(builder, backbone.getConfiguration(), cut, BlockBatchNorm.TRAIN);
    ComputationGraph block =
        new ComputationGraph(
            builder
                .setOutputs(backbone.getConfiguration().getNetworkOutputs().toArray(String[]::new))
                .build());
    block.init();
    for (TailParameter parameter : TailParameters.of(block)) {
      parameter.view(block.params()).assign(backbone.getParam(parameter.name()));
    }
    return block;
  }

  /** Sums of a layer's input and its square by channel, in double precision. */
  private static final class ChannelMoments {
    private INDArray sum;
    private INDArray squares;
    private long count;

    void add(INDArray input) {
      long channels = input.size(input.rank() - 1);
      INDArray rows =
          input.dup('c').castTo(DataType.DOUBLE).reshape(input.length() / channels, channels);
      INDArray batchSum = rows.sum(0);
      INDArray batchSquares = Transforms.pow(rows, 2, false).sum(0);
      sum = sum == null ? batchSum : sum.addi(batchSum);
      squares = squares == null ? batchSquares : squares.addi(batchSquares);
      count += rows.size(0);
    }

    void applyTo(ComputationGraph backbone, String layer) {
      BatchNormalization norm = (BatchNormalization) backbone.getLayer(layer).conf().getLayer();
      Map<String, INDArray> parameters = backbone.getLayer(layer).paramTable();
      INDArray gamma = parameters.get(BatchNormalizationParamInitializer.GAMMA);
      INDArray beta = parameters.get(BatchNormalizationParamInitializer.BETA);
      INDArray mean = parameters.get(BatchNormalizationParamInitializer.GLOBAL_MEAN);
      INDArray variance = parameters.get(BatchNormalizationParamInitializer.GLOBAL_VAR);
      long[] shape = gamma.shape();

      INDArray newMean = sum.div(count).reshape(shape);
      INDArray newVariance =
          Transforms.max(squares.div(count).reshape(shape).subi(newMean.mul(newMean)), 0);
      INDArray slope =
          gamma
              .castTo(DataType.DOUBLE)
              .div(Transforms.sqrt(variance.castTo(DataType.DOUBLE).add(norm.getEps())));
      INDArray newBeta =
          beta.castTo(DataType.DOUBLE).add(slope.mul(newMean.sub(mean.castTo(DataType.DOUBLE))));
      gamma.assign(slope.mul(Transforms.sqrt(newVariance.add(norm.getEps()))));
      beta.assign(newBeta);
      mean.assign(newMean);
      variance.assign(newVariance);
    }
  }
}
