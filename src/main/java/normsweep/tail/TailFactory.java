package normsweep.tail;

import java.util.List;
import normsweep.backbone.HeNormal;
import normsweep.backbone.MobileNetV2Layers;
import normsweep.backbone.TrunkCut;
import normsweep.device.ArrayMemory;
import normsweep.device.TailEngine;
import normsweep.record.BlockBatchNorm;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/** Makes tails. */
public final class TailFactory {
  /** The one input of a tail: features of the frozen trunk, [N, H, W, C]. */
  public static final String FEATURES = "features";

  /**
   * How much of its running statistics a batch norm that trains keeps at each step. The backbone's
   * 0.999 takes thousands of steps to follow weights that move; a short fine-tuning has hundreds.
   */
  public static final double STATISTICS_DECAY = 0.9;

  private static final int COLOURS = 3;

  private TailFactory() {}

  /**
   * A tail of stock layers, ready to train: the trainable block with the backbone's parameters, the
   * head with initial ones drawn from {@link TailSpec#seed}. The backbone is left as it is.
   *
   * @param backbone the whole backbone, its batch norms calibrated if they were folded ({@link
   *     BatchNormCalibration})
   * @param featureShape height, width and channels of one image's features
   * @param reason why stock layers are used, for {@link Tail#describe}
   * @throws normsweep.base.NormSweepException a usage error if the backbone cannot be cut there
   */
  public static Tail stock(
      ComputationGraph backbone, TailSpec spec, List<Integer> featureShape, String reason) {
    return stock(backbone, spec, featureShape, ArrayMemory.HOST, reason);
  }

  private static Tail stock(
      ComputationGraph backbone,
      TailSpec spec,
      List<Integer> featureShape,
      ArrayMemory memory,
      String reason) {
    ComputationGraph network = new ComputationGraph(layers(backbone, spec));
    network.init();
    Tail tail =
        new Tail(
            network,
            network.getConfiguration(),
            spec,
            featureShape,
            TailParameters.of(network),
            input -> BatchReader.inTime(input, memory),
            memory,
            "stock (" + reason + ")");
    initialise(tail, backbone);
    return tail;
  }

  /** The stock layers of a tail: trainable block and head behind {@link #FEATURES}. */
  public static ComputationGraphConfiguration layers(ComputationGraph backbone, TailSpec spec) {
    TrunkCut cut = TrunkCut.of(backbone, spec.unfreezeFrom());
    GraphBuilder graph =
        builder(spec.seed(), spec.optimizer(), dataType(backbone)).addInputs(FEATURES);
    addBlock(graph, backbone.getConfiguration(), cut, spec.blockBatchNorm());
    String map = backbone.getConfiguration().getNetworkOutputs().get(0);
    Head.addToMap(graph, spec, map, channels(backbone, map));
    return graph.build();
  }

  /** A tail of stock layers for images of 224×224, on the device of {@code engine}. */
  public static Tail stock(ComputationGraph backbone, TailSpec spec, TailEngine engine) {
    return stock(
        backbone,
        spec,
        featureShape(backbone, spec.unfreezeFrom(), MobileNetV2Layers.IMAGE_SIZE),
        engine.memory(),
        engine.onlyStock().orElseThrow());
  }

  /**
   * Height, width and channels of what the frozen trunk gives for one image.
   *
   * @param imageSize edge of the backbone's square input
   */
  public static List<Integer> featureShape(
      ComputationGraph backbone, String unfreezeFrom, int imageSize) {
    InputType image = InputType.convolutional(imageSize, imageSize, COLOURS, CNN2DFormat.NHWC);
    String features = TrunkCut.of(backbone, unfreezeFrom).features();
    InputTypeConvolutional type =
        (InputTypeConvolutional)
            backbone.getConfiguration().clone().getLayerActivationTypes(false, image).get(features);
    return List.of((int) type.getHeight(), (int) type.getWidth(), (int) type.getChannels());
  }

  /** Channels of a vertex's activation: the width of the last layer before it that sets one. */
  public static int channels(ComputationGraph backbone, String vertex) {
    if (backbone.getLayer(vertex) != null
        && backbone.getLayer(vertex).conf().getLayer() instanceof FeedForwardLayer layer) {
      return Math.toIntExact(layer.getNOut());
    }
    return channels(backbone, backbone.getConfiguration().getVertexInputs().get(vertex).get(0));
  }

  /**
   * Sets a tail's initial parameters: the trainable block's are the backbone's, the head's weights
   * are drawn from (seed, canonical name) after He et al. (2015), so that equal parameters of
   * different heads start equal; biases and norms keep what their layers start with (0, or the
   * identity).
   */
  public static void initialise(Tail tail, ComputationGraph backbone) {
    for (TailParameter parameter : tail.parameters()) {
      if (!parameter.head()) {
        tail.values(parameter).assign(backbone.getParam(parameter.name()));
      } else if (parameter.kind() == TailParameter.Kind.WEIGHT) {
        HeNormal.fill(tail.values(parameter), tail.spec().seed(), parameter.name());
      }
    }
  }

  /** A graph without vertices, with an optimiser. */
  public static GraphBuilder builder(long seed, IUpdater optimiser, DataType dataType) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .updater(optimiser)
        .weightInit(WeightInit.RELU)
        .dataType(dataType)
        .graphBuilder();
  }

  /** The data type a backbone computes in. */
  public static DataType dataType(ComputationGraph backbone) {
    return backbone.getConfiguration().getDataType();
  }

  /** Adds the trainable vertices of a backbone behind {@link #FEATURES}. */
  static void addBlock(
      GraphBuilder graph,
      ComputationGraphConfiguration backbone,
      TrunkCut cut,
      BlockBatchNorm batchNorm) {
    for (String vertex : cut.trainable()) {
      List<String> inputs =
          backbone.getVertexInputs().get(vertex).stream()
              .map(input -> input.equals(cut.features()) ? FEATURES : input)
              .toList();
      TrainableBlock.addTrainable(graph, backbone, vertex, inputs, batchNorm);
    }
  }
}
