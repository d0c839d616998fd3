package normsweep.features;

import static normsweep.features.OnnxGraphWriter.attribute;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import normsweep.backbone.ImageScaling;
import normsweep.base.NormSweepException;
import onnx.Onnx.TensorProto.DataType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Translates the frozen part of a backbone into ONNX, as it computes when nothing trains: batch
 * norms with their stored statistics are folded into the convolution before them, and zero padding
 * goes into the pads of the convolution behind it, where it costs nothing.
 *
 * <p>The model reads bytes [batch, 3, source, source], brings them to [-1, 1], upscales them
 * bilinearly with half-pixel centres, and gives the features as NHWC floats. Only the layers of
 * MobileNetV2 are known here, as the Keras import makes them.
 */
final class TrunkTranslator {
  /** Name of the model's input. */
  static final String IMAGES = "images";

  /** Name of the model's output. */
  static final String FEATURES = "features";

  /** ReLU6 as the Keras import makes it. */
  private static final ActivationReLU RELU6 = new ActivationReLU(6.0, 0.0, 0.0);

  /** ReLU without a limit, likewise. */
  private static final ActivationReLU RELU = new ActivationReLU(null, 0.0, 0.0);

  private final ComputationGraph backbone;
  private final ComputationGraphConfiguration configuration;
  private final OnnxGraphWriter onnx = new OnnxGraphWriter("frozen trunk");

  /** ONNX names of the vertices written so far, whose activations are NCHW. */
  private final Map<String, String> written = new HashMap<>();

  private TrunkTranslator(ComputationGraph backbone) {
    this.backbone = backbone;
    this.configuration = backbone.getConfiguration();
  }

  /**
   * Translates all that a vertex depends on.
   *
   * @param features the vertex whose activation the model gives
   * @param sourceSize height and width of the byte images
   * @param inputSize height and width of the backbone's input
   * @param batch images at once
   * @return the serialized ONNX model
   */
  static byte[] translate(
      ComputationGraph backbone, String features, int sourceSize, int inputSize, int batch) {
    TrunkTranslator translator = new TrunkTranslator(backbone);
    OnnxGraphWriter onnx = translator.onnx;
    onnx.input(IMAGES, DataType.UINT8, batch, 3, sourceSize, sourceSize);
    translator.written.put(
        translator.configuration.getNetworkInputs().get(0),
        translator.image((float) inputSize / sourceSize));
    String nchw = translator.write(features);
    onnx.node(FEATURES, "Transpose", List.of(nchw), attribute("perm", 0, 2, 3, 1));
    onnx.output(FEATURES, DataType.FLOAT);
    return onnx.toBytes();
  }

  /** Scaling comes before upscaling: the order does not matter, and the small image is cheaper. */
  private String image(float factor) {
    String halfRange = onnx.constant("half_range", new float[] {ImageScaling.HALF_RANGE});
    String centre = onnx.constant("centre", new float[] {ImageScaling.CENTRE});
    String upscaling = onnx.constant("upscaling", new float[] {1, 1, factor, factor}, 4);
    String floats =
        onnx.node("image_float", "Cast", List.of(IMAGES), attribute("to", DataType.FLOAT_VALUE));
    String divided = onnx.node("image_divided", "Div", List.of(floats, halfRange));
    String scaled = onnx.node("image_scaled", "Sub", List.of(divided, centre));
    return onnx.node(
        "image_upscaled",
        "Resize",
        List.of(scaled, "", upscaling),
        attribute("mode", "linear"),
        attribute("coordinate_transformation_mode", "half_pixel"));
  }

  /** Writes a vertex after whatever it reads, unless it is there; returns its ONNX name. */
  private String write(String vertex) {
    String name = written.get(vertex);
    if (name == null) {
      name = node(vertex);
      written.put(vertex, name);
    }
    return name;
  }

  private String node(String name) {
    GraphVertex vertex = configuration.getVertices().get(name);
    List<String> inputs = configuration.getVertexInputs().get(name);
    String input = inputs.get(0);
    if (vertex instanceof ElementWiseVertex sum
        && sum.getOp() == ElementWiseVertex.Op.Add
        && inputs.size() == 2) {
      return onnx.node(name, "Add", List.of(write(input), write(inputs.get(1))));
    }
    Layer layer = layer(name);
    if (layer instanceof ConvolutionLayer convolution) {
      double[] ones = new double[(int) convolution.getNOut()];
      Arrays.fill(ones, 1);
      return convolution(name, name, convolution, ones, new double[ones.length]);
    }
    if (layer instanceof BatchNormalization norm) {
      return batchNorm(name, norm, input);
    }
    if (layer instanceof ZeroPaddingLayer padding) {
      int[] p = pads(padding);
      String pads = onnx.constant(name + "/pads", 0, 0, p[0], p[1], 0, 0, p[2], p[3]);
      return onnx.node(name, "Pad", List.of(write(input), pads));
    }
    if (layer instanceof ActivationLayer activation && RELU6.equals(activation.getActivationFn())) {
      String min = onnx.constant(name + "/min", new float[] {0});
      String max = onnx.constant(name + "/max", new float[] {6});
      return onnx.node(name, "Clip", List.of(write(input), min, max));
    }
    if (layer instanceof ActivationLayer activation && RELU.equals(activation.getActivationFn())) {
      return onnx.node(name, "Relu", List.of(write(input)));
    }
    throw untranslatable(name, layer == null ? vertex : layer);
  }

  /** The layer of a vertex; null if it has none. */
  private Layer layer(String name) {
    return configuration.getVertices().get(name) instanceof LayerVertex vertex
        ? vertex.getLayerConf().getLayer()
        : null;
  }

  /** y = γ (x − μ) / √(σ² + ε) + β with the stored μ and σ². */
  private String batchNorm(String name, BatchNormalization norm, String input) {
    double[] scale = parameter(name, BatchNormalizationParamInitializer.GAMMA);
    double[] shift = parameter(name, BatchNormalizationParamInitializer.BETA);
    double[] mean = parameter(name, BatchNormalizationParamInitializer.GLOBAL_MEAN);
    double[] variance = parameter(name, BatchNormalizationParamInitializer.GLOBAL_VAR);
    for (int c = 0; c < scale.length; c++) {
      scale[c] /= Math.sqrt(variance[c] + norm.getEps());
      shift[c] -= mean[c] * scale[c];
    }
    if (layer(input) instanceof ConvolutionLayer convolution) {
      return convolution(name, input, convolution, scale, shift);
    }
    String factor = onnx.constant(name + "/scale", floats(scale), 1, scale.length, 1, 1);
    String summand = onnx.constant(name + "/shift", floats(shift), 1, shift.length, 1, 1);
    String scaled = onnx.node(name + "/scaled", "Mul", List.of(write(input), factor));
    return onnx.node(name, "Add", List.of(scaled, summand));
  }

  /** Writes scale · convolution + shift, by output channel, in one convolution. */
  private String convolution(
      String name, String vertex, ConvolutionLayer layer, double[] scale, double[] shift) {
    boolean depthwise = layer instanceof DepthwiseConvolution2D;
    boolean same = layer.getConvolutionMode() == ConvolutionMode.Same;
    if (!(layer.getActivationFn() instanceof ActivationIdentity)
        || layer.hasBias()
        || (same && layer.getStride()[0] != 1)
        || !(depthwise || layer.getClass() == ConvolutionLayer.class)) {
      throw untranslatable(vertex, layer);
    }
    INDArray weights = backbone.getParam(vertex + "_" + ConvolutionParamInitializer.WEIGHT_KEY);
    // ONNX: [out, in of a group, h, w]; DL4J the same, but for depthwise [h, w, out, 1].
    INDArray ordered = depthwise ? weights.permute(2, 3, 0, 1) : weights;
    double[] kernel = ordered.dup('c').data().asDouble();
    int perOutput = kernel.length / scale.length;
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] *= scale[i / perOutput];
    }
    int[] pads = same ? samePads(layer) : ownPads(layer);
    String source = configuration.getVertexInputs().get(vertex).get(0);
    if (layer(source) instanceof ZeroPaddingLayer padding) {
      int[] more = pads(padding);
      Arrays.setAll(pads, side -> pads[side] + more[side]);
      source = configuration.getVertexInputs().get(source).get(0);
    }
    return onnx.node(
        name,
        "Conv",
        List.of(
            write(source),
            onnx.constant(name + "/kernel", floats(kernel), ordered.shape()),
            onnx.constant(name + "/bias", floats(shift), shift.length)),
        attribute("kernel_shape", layer.getKernelSize()),
        attribute("strides", layer.getStride()),
        attribute("pads", pads),
        attribute("group", depthwise ? scale.length : 1));
  }

  /** Pads of TensorFlow's SAME at stride 1: the odd zero goes to the bottom and the right. */
  private static int[] samePads(ConvolutionLayer layer) {
    int rows = layer.getKernelSize()[0] - 1;
    int columns = layer.getKernelSize()[1] - 1;
    return new int[] {rows / 2, columns / 2, rows - rows / 2, columns - columns / 2};
  }

  private static int[] ownPads(ConvolutionLayer layer) {
    int[] padding = layer.getPadding();
    return new int[] {padding[0], padding[1], padding[0], padding[1]};
  }

  /** Top, left, bottom, right, as ONNX has them; DL4J's order is top, bottom, left, right. */
  private static int[] pads(ZeroPaddingLayer layer) {
    int[] padding = layer.getPadding();
    return new int[] {padding[0], padding[2], padding[1], padding[3]};
  }

  private double[] parameter(String vertex, String key) {
    return backbone.getParam(vertex + "_" + key).dup('c').data().asDouble();
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static NormSweepException untranslatable(String vertex, Object what) {
    return NormSweepException.usage(
        String.format(
            Locale.ROOT,
            "The frozen trunk does not support vertex '%s' (%s); it supports convolutions without"
                + " bias, batch norms, zero padding, ReLU, ReLU6 and sums of two.",
            vertex,
            what.getClass().getSimpleName()));
  }
}
