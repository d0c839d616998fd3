package normsweep.landscape;

import java.util.List;
import java.util.Random;
import normsweep.features.FeatureStore;
import normsweep.record.Trial;
import normsweep.tail.Tail;
import normsweep.tail.TailFactory;
import normsweep.tail.TailParameter;
import normsweep.tail.TailSpec;
import normsweep.tail.fused.FusedTail;
import normsweep.train.LabelledFeatures;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.FixedSchedule;

/** Tails of a few hundred parameters with trained-looking values, and features to put in. */
public final class ToyTails {
  static final int UNITS = 6;
  private static final int EDGE = 3;
  private static final int CHANNELS = 4;
  private static final int CLASSES = 10;
  private static final List<Integer> FEATURES = List.of(EDGE, EDGE, CHANNELS);

  private ToyTails() {}

  private static ComputationGraph backbone(DataType dataType) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(dataType)
            .graphBuilder()
            .addInputs("input_1")
            .setInputTypes(InputType.convolutional(EDGE, EDGE, 3, CNN2DFormat.NHWC));
    graph.addLayer("stem", convolution(CHANNELS), "input_1");
    graph.addLayer("Conv_1", convolution(8), "stem");
    graph.addLayer(
        "Conv_1_bn",
        new BatchNormalization.Builder()
            .eps(1e-3)
            .useLogStd(false)
            .dataFormat(CNN2DFormat.NHWC)
            .build(),
        "Conv_1");
    graph.addLayer(
        "out_relu",
        new ActivationLayer.Builder().activation(new ActivationReLU(6.0, 0.0, 0.0)).build(),
        "Conv_1_bn");
    ComputationGraph network = new ComputationGraph(graph.setOutputs("out_relu").build());
    network.init();
    return network;
  }

  private static ConvolutionLayer convolution(int outputs) {
    return new ConvolutionLayer.Builder(1, 1)
        .nOut(outputs)
        .dataFormat(CNN2DFormat.NHWC)
        .hasBias(false)
        .activation(Activation.IDENTITY)
        .build();
  }

  /** A tail of stock layers whose parameters, statistics included, all matter. */
  public static Tail tail(Trial trial, DataType dataType) {
    Tail tail = TailFactory.stock(backbone(dataType), spec(trial), FEATURES, "under test");
    Random random = new Random(trial.seed());
    for (TailParameter parameter : tail.parameters()) {
      INDArray values = tail.values(parameter);
      for (long i = 0; i < values.length(); i++) {
        values.putScalar(i, value(parameter.name(), random));
      }
    }
    return tail;
  }

  /** The fastest tail there is for the same head, freshly initialised. */
  public static Tail fastest(Trial trial) {
    return FusedTail.orStock(backbone(DataType.FLOAT), spec(trial), FEATURES);
  }

  private static TailSpec spec(Trial trial) {
    return new TailSpec(
        trial.norm(),
        trial.placement(),
        "Conv_1",
        UNITS,
        0.5,
        trial.seed(),
        new FixedSchedule(0.01));
  }

  private static double value(String name, Random random) {
    if (name.endsWith("_var")) {
      return 0.5 + random.nextDouble();
    }
    if (name.endsWith("_gamma") || name.endsWith("_g")) {
      return 1 + 0.3 * random.nextGaussian();
    }
    if (name.endsWith("_epsilon")) {
      return 0.05 * random.nextGaussian();
    }
    return 0.5 * random.nextGaussian();
  }

  /** Random features and labels. */
  public static LabelledFeatures features(int images) {
    short[][] halves = new short[images][EDGE * EDGE * CHANNELS];
    int[] labels = new int[images];
    Random random = new Random(8);
    for (int n = 0; n < images; n++) {
      labels[n] = random.nextInt(CLASSES);
      for (int i = 0; i < halves[n].length; i++) {
        // Half-precision bits of a value in ±[0.5, 2).
        int sign = random.nextInt(2) << 15;
        halves[n][i] = (short) (sign | (14 + random.nextInt(2)) << 10 | random.nextInt(1 << 10));
      }
    }
    return new LabelledFeatures(new Store(halves), labels);
  }

  private record Store(short[][] halves) implements FeatureStore {
    @Override
    public int size() {
      return halves.length;
    }

    @Override
    public int valuesPerImage() {
      return halves[0].length;
    }

    @Override
    public void readHalf(int index, short[] target, int offset) {
      System.arraycopy(halves[index], 0, target, offset, halves[index].length);
    }
  }
}
