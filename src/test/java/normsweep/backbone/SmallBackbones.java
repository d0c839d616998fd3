package normsweep.backbone;

import java.util.Random;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Small NHWC graphs out of the pieces of MobileNetV2, with parameters drawn at random. */
public final class SmallBackbones {
  /** Height and width of the byte images they are fed. */
  public static final int SOURCE = 6;

  /** Height and width of their input. */
  public static final int INPUT = 21;

  private SmallBackbones() {}

  public static GraphBuilder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .graphBuilder()
        .addInputs("image")
        .setInputTypes(InputType.convolutional(INPUT, INPUT, 3, CNN2DFormat.NHWC));
  }

  /** A stem, an inverted residual with a sum, one that halves the map, and a last convolution. */
  public static GraphBuilder residual() {
    GraphBuilder graph = builder();
    graph.addLayer("pad", padding(0, 1, 0, 1), "image");
    graph.addLayer("stem", convolution(8, 3, 2, ConvolutionMode.Truncate), "pad");
    graph.addLayer("stem_bn", norm(), "stem").addLayer("stem_relu", relu6(), "stem_bn");
    graph.addLayer("expand", convolution(12, 1, 1, ConvolutionMode.Same), "stem_relu");
    graph.addLayer("expand_bn", norm(), "expand").addLayer("expand_relu", relu6(), "expand_bn");
    graph.addLayer("depth", depthwise(3, 1, 1, ConvolutionMode.Same), "expand_relu");
    graph.addLayer("depth_bn", norm(), "depth").addLayer("depth_relu", relu6(), "depth_bn");
    graph.addLayer("project", convolution(8, 1, 1, ConvolutionMode.Same), "depth_relu");
    graph.addLayer("project_bn", norm(), "project");
    graph.addVertex(
        "add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "stem_relu", "project_bn");
    graph.addLayer("pad2", padding(1, 1, 0, 1), "add");
    graph.addLayer("depth2", depthwise(3, 2, 1, ConvolutionMode.Truncate), "pad2");
    graph.addLayer("depth2_bn", norm(), "depth2").addLayer("depth2_relu", relu6(), "depth2_bn");
    graph.addLayer("project2", convolution(5, 1, 1, ConvolutionMode.Same), "depth2_relu");
    graph.addLayer("project2_bn", norm(), "project2");
    graph.addLayer("last", convolution(16, 1, 1, ConvolutionMode.Same), "project2_bn");
    return graph.setOutputs("last");
  }

  /** Builds the graph and gives every parameter, statistics included, a value that matters. */
  public static ComputationGraph build(GraphBuilder builder) {
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    Random random = new Random(11);
    graph
        .paramTable()
        .forEach(
            (name, values) -> {
              for (long i = 0; i < values.length(); i++) {
                values.putScalar(i, value(name, random));
              }
            });
    return graph;
  }

  private static double value(String name, Random random) {
    String key = name.substring(name.lastIndexOf('_') + 1);
    return switch (key) {
      case "var" -> 0.5 + random.nextDouble();
      case "log10stdev" -> 0.3 * random.nextGaussian();
      case "gamma" -> 1 + 0.3 * random.nextGaussian();
      default -> 0.4 * random.nextGaussian();
    };
  }

  public static ZeroPaddingLayer padding(int top, int bottom, int left, int right) {
    return new ZeroPaddingLayer.Builder(top, bottom, left, right)
        .dataFormat(CNN2DFormat.NHWC)
        .build();
  }

  public static ConvolutionLayer convolution(
      int outputs, int kernel, int stride, ConvolutionMode mode) {
    return convolution(outputs, kernel, stride, mode, Activation.IDENTITY);
  }

  public static ConvolutionLayer convolution(
      int outputs, int kernel, int stride, ConvolutionMode mode, Activation activation) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(outputs)
        .stride(stride, stride)
        .convolutionMode(mode)
        .dataFormat(CNN2DFormat.NHWC)
        .hasBias(activation != Activation.IDENTITY)
        .activation(activation)
        .build();
  }

  public static DepthwiseConvolution2D depthwise(
      int kernel, int stride, int multiplier, ConvolutionMode mode) {
    return new DepthwiseConvolution2D.Builder()
        .kernelSize(kernel, kernel)
        .stride(stride, stride)
        .depthMultiplier(multiplier)
        .convolutionMode(mode)
        .dataFormat(CNN2DFormat.NHWC)
        .hasBias(false)
        .activation(Activation.IDENTITY)
        .build();
  }

  public static BatchNormalization norm() {
    return new BatchNormalization.Builder()
        .eps(1e-3)
        .useLogStd(false)
        .dataFormat(CNN2DFormat.NHWC)
        .build();
  }

  /** ReLU6 as the Keras import makes it. */
  public static ActivationLayer relu6() {
    return new ActivationLayer.Builder().activation(new ActivationReLU(6.0, 0.0, 0.0)).build();
  }

  /** Images that are not flat anywhere. */
  public static byte[] images(int n) {
    byte[] images = new byte[n * 3 * SOURCE * SOURCE];
    new Random(3).nextBytes(images);
    return images;
  }

  /** What the graph itself gives for {@link #images}, NHWC. */
  public static float[] reference(ComputationGraph graph, String vertex, int n) {
    try (INDArray input = ImageScaling.modelInput(images(n), n, SOURCE, INPUT)) {
      return graph.feedForward(input, false).get(vertex).dup('c').data().asFloat();
    }
  }
}
