package normsweep.tail.fused;

import java.util.List;
import java.util.Optional;
import normsweep.device.ArrayMemory;
import normsweep.record.BlockBatchNorm;
import normsweep.tail.Head;
import normsweep.tail.Tail;
import normsweep.tail.TailFactory;
import normsweep.tail.TailParameter;
import normsweep.tail.TailParameters;
import normsweep.tail.TailSpec;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Makes tails whose trainable block is a {@link FusedBlock}; head, loss and optimiser are those of
 * the stock tail, and so are the parameters, their canonical names and what the graph computes.
 */
public final class FusedTail {
  // The layers of MobileNetV2's last block that have parameters.
  private static final String CONVOLUTION = "Conv_1";
  private static final String BATCH_NORM = "Conv_1_bn";
  private static final String KERNEL = CONVOLUTION + "_" + FusedBlock.KERNEL;

  private FusedTail() {}

  /**
   * The fastest tail on the CPU for this backbone and head: fused, or stock with the reason in
   * {@link Tail#describe}. Parameters are initialised as by {@link TailFactory#initialise}.
   *
   * @param backbone the whole backbone
   * @param featureShape height, width and channels of one image's features
   */
  public static Tail orStock(ComputationGraph backbone, TailSpec spec, List<Integer> featureShape) {
    Optional<String> obstacle = obstacle(spec);
    if (obstacle.isEmpty() && TailFactory.dataType(backbone) != DataType.FLOAT) {
      obstacle = Optional.of("the backbone's data type is " + TailFactory.dataType(backbone));
    }
    if (obstacle.isEmpty() && hasPlainRelu(backbone)) {
      obstacle = Optional.of("the backbone's ReLUs have no limit of 6");
    }
    if (obstacle.isPresent()) {
      Gemm.useAllCores();
      return TailFactory.stock(backbone, spec, featureShape, obstacle.get());
    }
    FusedBlock block = block(backbone, spec.blockBatchNorm() == BlockBatchNorm.FROZEN);
    GraphBuilder builder =
        TailFactory.builder(spec.seed(), spec.optimizer(), DataType.FLOAT)
            .addInputs(TailFactory.FEATURES)
            .setInputTypes(
                InputType.convolutional(
                    featureShape.get(0),
                    featureShape.get(1),
                    featureShape.get(2),
                    CNN2DFormat.NHWC))
            .addLayer(CONVOLUTION, block, TailFactory.FEATURES);
    Head.addToPooled(builder, spec, CONVOLUTION, Math.toIntExact(block.getNOut()));
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    List<TailParameter> parameters =
        TailParameters.of(graph).stream()
            .map(parameter -> parameter.head() ? parameter : canonical(parameter, block.frozen))
            .toList();
    var layer = (FusedBlockLayer) graph.getLayer(CONVOLUTION);
    Tail tail =
        new Tail(
            graph,
            TailFactory.layers(backbone, spec),
            spec,
            featureShape,
            parameters,
            layer::reader,
            ArrayMemory.HOST,
            "fused");
    TailFactory.initialise(tail, backbone);
    return tail;
  }

  /**
   * Why {@link #orStock} takes stock layers, as far as that can be told without the backbone; empty
   * if nothing speaks against a fused tail yet.
   */
  public static Optional<String> obstacle(TailSpec spec) {
    if (spec.spatialFrn()) {
      return Optional.of("the head normalises the map before it is pooled");
    }
    if (!spec.unfreezeFrom().equals(CONVOLUTION)) {
      return Optional.of(
          "what trains from "
              + spec.unfreezeFrom()
              + " on is more than a 1×1 convolution, batch norm and ReLU6");
    }
    return Optional.empty();
  }

  // ReLU without a limit, as MXNet Gluon's first MobileNetV2 has it.
  private static boolean hasPlainRelu(ComputationGraph backbone) {
    String last = backbone.getConfiguration().getNetworkOutputs().get(0);
    return backbone.getLayer(last).conf().getLayer() instanceof ActivationLayer layer
        && layer.getActivationFn() instanceof ActivationReLU relu
        && relu.getMax() == null;
  }

  private static FusedBlock block(ComputationGraph backbone, boolean frozen) {
    var convolution = (ConvolutionLayer) backbone.getLayer(CONVOLUTION).conf().getLayer();
    var batchNorm = (BatchNormalization) backbone.getLayer(BATCH_NORM).conf().getLayer();
    return new FusedBlock(
        CONVOLUTION,
        convolution.getNIn(),
        convolution.getNOut(),
        TailFactory.STATISTICS_DECAY,
        batchNorm.getEps(),
        frozen);
  }

  // A parameter of the fused block under the name and shape that it has in stock layers.
  private static TailParameter canonical(TailParameter parameter, boolean frozen) {
    if (parameter.name().equals(KERNEL)) {
      // [inputs, channels] row-major is [channels, inputs, 1, 1] column-major.
      return new TailParameter(
          KERNEL,
          TailParameter.Kind.WEIGHT,
          false,
          List.of(parameter.shape().get(1), parameter.shape().get(0), 1L, 1L),
          parameter.offset(),
          parameter.length(),
          'f');
    }
    String key = parameter.name().substring(CONVOLUTION.length() + 1);
    boolean statistic = key.equals(FusedBlock.MEAN) || key.equals(FusedBlock.VARIANCE);
    TailParameter.Kind kind = statistic ? TailParameter.Kind.STATISTIC : TailParameter.Kind.NORM;
    return new TailParameter(
        BATCH_NORM + "_" + key,
        frozen ? TailParameter.Kind.FROZEN : kind,
        false,
        List.of(parameter.length()),
        parameter.offset(),
        parameter.length(),
        'c');
  }
}
