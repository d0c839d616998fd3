package normsweep.features;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import normsweep.backbone.ZeroPads;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution as ONNX wants it, not yet written, so that a batch norm behind it can be folded in:
 * a kernel [outputs, inputs of a group, height, width] in row-major order and a bias [outputs], in
 * double precision until they are written.
 */
final class OnnxConvolution {
  /** Exactly these: other layers extend {@link ConvolutionLayer} and mean something else. */
  static final Set<Class<?>> TRANSLATED =
      Set.of(ConvolutionLayer.class, DepthwiseConvolution2D.class);

  private final String input;
  private final double[] kernel;
  private final double[] bias;
  private final int[] shape;
  private final int groups;
  private final ConvolutionLayer layer;
  private final ZeroPads pads;

  private OnnxConvolution(
      String input,
      double[] kernel,
      double[] bias,
      int[] shape,
      int groups,
      ConvolutionLayer layer,
      ZeroPads pads) {
    this.input = input;
    this.kernel = kernel;
    this.bias = bias;
    this.shape = shape;
    this.groups = groups;
    this.layer = layer;
    this.pads = pads;
  }

  /**
   * Reads a DL4J convolution.
   *
   * @param height height of the input without {@code padding}
   * @param width width of the input without {@code padding}
   * @param padding zeros a padding layer put around the input
   */
  static OnnxConvolution of(
      String input,
      ConvolutionLayer layer,
      INDArray weights,
      INDArray bias,
      int height,
      int width,
      ZeroPads padding) {
    boolean depthwise = layer instanceof DepthwiseConvolution2D;
    long[] w = weights.shape();
    // DL4J: [out, in, h, w], or depthwise [h, w, in, multiplier] with output in * multiplier + m.
    int[] shape =
        depthwise
            ? new int[] {(int) (w[2] * w[3]), 1, (int) w[0], (int) w[1]}
            : IntStream.range(0, 4).map(i -> (int) w[i]).toArray();
    INDArray ordered = depthwise ? weights.permute(2, 3, 0, 1) : weights;
    ZeroPads own =
        layer.getConvolutionMode() == ConvolutionMode.Same
            ? samePads(layer, height + padding.rows(), width + padding.columns())
            : new ZeroPads(
                layer.getPadding()[0],
                layer.getPadding()[1],
                layer.getPadding()[0],
                layer.getPadding()[1]);
    return new OnnxConvolution(
        input,
        ordered.dup('c').data().asDouble(),
        bias == null ? new double[shape[0]] : bias.dup('c').data().asDouble(),
        shape,
        depthwise ? (int) w[2] : 1,
        layer,
        own.plus(padding));
  }

  /** Pads of TensorFlow's SAME: the odd zero goes to the bottom and the right. */
  private static ZeroPads samePads(ConvolutionLayer layer, int height, int width) {
    int rows = sameTotal(layer, 0, height);
    int columns = sameTotal(layer, 1, width);
    return new ZeroPads(rows / 2, columns / 2, rows - rows / 2, columns - columns / 2);
  }

  private static int sameTotal(ConvolutionLayer layer, int axis, int size) {
    int stride = layer.getStride()[axis];
    int reach = (layer.getKernelSize()[axis] - 1) * layer.getDilation()[axis] + 1;
    int outputs = (size + stride - 1) / stride;
    return Math.max(0, (outputs - 1) * stride + reach - size);
  }

  /** The same convolution with y ← scale·y + shift by output channel folded in. */
  OnnxConvolution scaled(double[] scale, double[] shift) {
    double[] scaledKernel = kernel.clone();
    double[] scaledBias = bias.clone();
    int perOutput = kernel.length / bias.length;
    for (int i = 0; i < scaledKernel.length; i++) {
      scaledKernel[i] *= scale[i / perOutput];
    }
    for (int o = 0; o < scaledBias.length; o++) {
      scaledBias[o] = scaledBias[o] * scale[o] + shift[o];
    }
    return new OnnxConvolution(input, scaledKernel, scaledBias, shape, groups, layer, pads);
  }

  int outputs() {
    return shape[0];
  }

  int outputHeight(int height) {
    return outputSize(0, height + pads.rows());
  }

  int outputWidth(int width) {
    return outputSize(1, width + pads.columns());
  }

  private int outputSize(int axis, int padded) {
    int reach = (shape[2 + axis] - 1) * layer.getDilation()[axis] + 1;
    return (padded - reach) / layer.getStride()[axis] + 1;
  }

  /** Writes the node; returns the name of its output. */
  String write(OnnxGraphWriter graph, String name) {
    return graph.node(
        name,
        "Conv",
        List.of(
            input,
            graph.constant(
                name + "/kernel", floats(kernel), shape[0], shape[1], shape[2], shape[3]),
            graph.constant(name + "/bias", floats(bias), shape[0])),
        OnnxGraphWriter.attribute("kernel_shape", new int[] {shape[2], shape[3]}),
        OnnxGraphWriter.attribute("strides", layer.getStride()),
        OnnxGraphWriter.attribute("dilations", layer.getDilation()),
        OnnxGraphWriter.attribute(
            "pads", new int[] {pads.top(), pads.left(), pads.bottom(), pads.right()}),
        OnnxGraphWriter.attribute("group", groups));
  }

  static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
