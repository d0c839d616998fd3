package normsweep.tail;

import java.util.List;
import java.util.Random;
import normsweep.backbone.SmallBackbones;
import normsweep.data.Cifar10;
import normsweep.record.BlockBatchNorm;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.FixedSchedule;

/** A backbone of a few hundred parameters whose end looks like MobileNetV2's, and tails on it. */
public final class TailBackbones {
  /** Edge of its images. */
  static final int IMAGE = 9;

  /** Channels in front of {@code Conv_1}. */
  static final int FEATURE_CHANNELS = 4;

  private TailBackbones() {}

  public static ComputationGraph small(DataType dataType) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(dataType)
            .graphBuilder()
            .addInputs("input_1")
            .setInputTypes(InputType.convolutional(IMAGE, IMAGE, 3, CNN2DFormat.NHWC));
    graph.addLayer(
        "stem", SmallBackbones.convolution(3, 3, 2, ConvolutionMode.Truncate), "input_1");
    graph.addLayer("stem_bn", SmallBackbones.norm(), "stem");
    graph.addLayer("stem_relu", SmallBackbones.relu6(), "stem_bn");
    graph.addLayer(
        "block_16_expand", SmallBackbones.convolution(5, 1, 1, ConvolutionMode.Same), "stem_relu");
    graph.addLayer("block_16_expand_BN", SmallBackbones.norm(), "block_16_expand");
    graph.addLayer("block_16_expand_relu", SmallBackbones.relu6(), "block_16_expand_BN");
    graph.addLayer(
        "block_16_depthwise",
        SmallBackbones.depthwise(3, 1, 1, ConvolutionMode.Same),
        "block_16_expand_relu");
    graph.addLayer("block_16_depthwise_BN", SmallBackbones.norm(), "block_16_depthwise");
    graph.addLayer("block_16_depthwise_relu", SmallBackbones.relu6(), "block_16_depthwise_BN");
    graph.addLayer(
        "block_16_project",
        SmallBackbones.convolution(FEATURE_CHANNELS, 1, 1, ConvolutionMode.Same),
        "block_16_depthwise_relu");
    graph.addLayer("block_16_project_BN", SmallBackbones.norm(), "block_16_project");
    graph.addLayer(
        "Conv_1", SmallBackbones.convolution(8, 1, 1, ConvolutionMode.Same), "block_16_project_BN");
    graph.addLayer("Conv_1_bn", SmallBackbones.norm(), "Conv_1");
    graph.addLayer("out_relu", SmallBackbones.relu6(), "Conv_1_bn");
    return SmallBackbones.build(graph.setOutputs("out_relu"));
  }

  public static TailSpec spec(Norm norm, FrnPlacement placement) {
    return spec(norm, placement, "Conv_1", 0);
  }

  public static TailSpec spec(
      Norm norm, FrnPlacement placement, String unfreezeFrom, double dropout) {
    return new TailSpec(norm, placement, unfreezeFrom, 6, dropout, 1, new FixedSchedule(0.01));
  }

  /** Every head there is. */
  public static List<TailSpec> allHeads() {
    return List.of(
        spec(Norm.BATCH_NORM, FrnPlacement.DENSE),
        spec(Norm.LAYER_NORM, FrnPlacement.DENSE),
        spec(Norm.FILTER_RESPONSE_NORM, FrnPlacement.DENSE),
        spec(Norm.FILTER_RESPONSE_NORM, FrnPlacement.SPATIAL),
        spec(Norm.NONE, FrnPlacement.DENSE));
  }

  /** The same network with batch norms of the block that do not train. */
  public static TailSpec frozen(TailSpec spec) {
    return new TailSpec(
        spec.norm(),
        spec.placement(),
        spec.unfreezeFrom(),
        BlockBatchNorm.FROZEN,
        spec.hiddenUnits(),
        spec.dropout(),
        spec.classes(),
        spec.seed(),
        spec.optimizer());
  }

  public static Tail tail(ComputationGraph backbone, TailSpec spec) {
    return TailFactory.stock(
        backbone,
        spec,
        TailFactory.featureShape(backbone, spec.unfreezeFrom(), IMAGE),
        "under test");
  }

  public static INDArray images(DataType dataType, int n) {
    return random(dataType, 3, n, IMAGE, IMAGE, 3);
  }

  static INDArray random(DataType dataType, long seed, long... shape) {
    INDArray values = Nd4j.create(dataType, shape);
    Random random = new Random(seed);
    for (long i = 0; i < values.length(); i++) {
      values.putScalar(i, random.nextGaussian());
    }
    return values;
  }

  /** One-hot labels, class i mod 10 for image i. */
  public static INDArray labels(DataType dataType, int n) {
    INDArray labels = Nd4j.create(dataType, n, Cifar10.CLASSES);
    for (int i = 0; i < n; i++) {
      labels.putScalar(i, i % Cifar10.CLASSES, 1);
    }
    return labels;
  }
}
