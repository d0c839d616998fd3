package normsweep.features;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import normsweep.backbone.ImageScaling;
import normsweep.backbone.TrunkCut;
import normsweep.backbone.ZeroPads;
import normsweep.base.NormSweepException;
import onnx.Onnx.TensorProto.DataType;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Translates the frozen part of a backbone into ONNX, as it computes when nothing trains: batch
 * norms with their stored statistics are folded into the convolution before them, and zero padding
 * goes into the pads of the convolution behind it, where it costs nothing.
 *
 * <p>The model reads bytes [batch, 3, source, source], brings them to [-1, 1], upscales them
 * bilinearly with half-pixel centres, and gives the features as NHWC floats.
 */
final class TrunkTranslator {
  /** Name of the model's input. */
  static final String IMAGES = "images";

  /** Name of the model's output. */
  static final String FEATURES = "features";

  private final ComputationGraph backbone;
  private final ComputationGraphConfiguration configuration;
  private final TrunkCut cut;
  private final OnnxGraphWriter onnx = new OnnxGraphWriter("frozen trunk");
  private final Map<String, Activation> activations = new HashMap<>();

  private TrunkTranslator(ComputationGraph backbone, TrunkCut cut) {
    this.backbone = backbone;
    this.configuration = backbone.getConfiguration();
    this.cut = cut;
  }

  /**
   * An activation [batch, channels, height, width].
   *
   * @param height without {@code padding}
   * @param padding zeros around it that are not written yet
   * @param open the convolution that gives it, while a batch norm may still be folded in
   */
  private record Activation(
      String name, int channels, int height, int width, ZeroPads padding, OnnxConvolution open) {
    static Activation of(String name, int channels, int height, int width) {
      return new Activation(name, channels, height, width, ZeroPads.NONE, null);
    }

    Activation sameShape(String newName) {
      return of(newName, channels, height, width);
    }
  }

  /**
   * Translates everything up to {@code cut.features()}.
   *
   * @param sourceSize height and width of the byte images
   * @param inputSize height and width of the backbone's input
   * @param batch images at once
   * @return the serialized ONNX model
   */
  static byte[] translate(
      ComputationGraph backbone, TrunkCut cut, int sourceSize, int inputSize, int batch) {
    return new TrunkTranslator(backbone, cut).translate(sourceSize, inputSize, batch);
  }

  private byte[] translate(int sourceSize, int inputSize, int batch) {
    onnx.input(IMAGES, DataType.UINT8, batch, 3, sourceSize, sourceSize);
    activations.put(configuration.getNetworkInputs().get(0), input(sourceSize, inputSize));
    for (String vertex : cut.frozen()) {
      activations.put(vertex, translate(vertex));
    }
    Activation features = written(activations.get(cut.features()), cut.features());
    onnx.node(
        FEATURES,
        "Transpose",
        List.of(features.name()),
        OnnxGraphWriter.attribute("perm", new int[] {0, 2, 3, 1}));
    onnx.output(
        FEATURES, DataType.FLOAT, batch, features.height(), features.width(), features.channels());
    return onnx.toBytes();
  }

  /** Scaling comes before upscaling: the order does not matter, and the small image is cheaper. */
  private Activation input(int sourceSize, int inputSize) {
    String floats =
        onnx.node(
            "image_float",
            "Cast",
            List.of(IMAGES),
            OnnxGraphWriter.attribute("to", DataType.FLOAT.getNumber()));
    String divided =
        onnx.node(
            "image_divided",
            "Div",
            List.of(floats, onnx.constant("half_range", new float[] {ImageScaling.HALF_RANGE})));
    String scaled =
        onnx.node(
            "image_scaled",
            "Sub",
            List.of(divided, onnx.constant("centre", new float[] {ImageScaling.CENTRE})));
    float factor = (float) inputSize / sourceSize;
    String upscaled =
        onnx.node(
            "image_upscaled",
            "Resize",
            List.of(scaled, "", onnx.constant("upscaling", new float[] {1, 1, factor, factor}, 4)),
            OnnxGraphWriter.attribute("mode", "linear"),
            OnnxGraphWriter.attribute("coordinate_transformation_mode", "half_pixel"));
    return Activation.of(upscaled, 3, inputSize, inputSize);
  }

  private Activation translate(String name) {
    List<Activation> inputs = new ArrayList<>();
    for (String input : configuration.getVertexInputs().get(name)) {
      inputs.add(activations.get(input));
    }
    GraphVertex vertex = configuration.getVertices().get(name);
    if (vertex instanceof ElementWiseVertex sum && sum.getOp() == ElementWiseVertex.Op.Add) {
      return sum(name, inputs);
    }
    if (vertex instanceof LayerVertex layer && layer.getPreProcessor() == null) {
      return layer(name, unwrapped(layer.getLayerConf().getLayer()), inputs.get(0));
    }
    throw untranslatable(name, vertex);
  }

  private static Layer unwrapped(Layer layer) {
    return layer instanceof FrozenLayer frozen ? unwrapped(frozen.getLayer()) : layer;
  }

  private Activation layer(String name, Layer layer, Activation input) {
    if (layer instanceof ConvolutionLayer convolution
        && convolution.getConvolutionMode() != ConvolutionMode.Causal
        && convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC
        && OnnxConvolution.TRANSLATED.contains(convolution.getClass())) {
      return convolution(name, convolution, input);
    }
    if (layer instanceof BatchNormalization norm && norm.getCnn2DFormat() == CNN2DFormat.NHWC) {
      return batchNorm(name, norm, input);
    }
    if (layer instanceof ZeroPaddingLayer padding && padding.getDataFormat() == CNN2DFormat.NHWC) {
      return zeroPadding(padding, input);
    }
    if (layer instanceof ActivationLayer activation) {
      return activation(name, activation.getActivationFn(), input);
    }
    throw untranslatable(name, layer);
  }

  private Activation convolution(String name, ConvolutionLayer layer, Activation input) {
    OnnxConvolution convolution =
        OnnxConvolution.of(
            input.name(),
            layer,
            backbone.getParam(name + "_" + ConvolutionParamInitializer.WEIGHT_KEY),
            layer.hasBias()
                ? backbone.getParam(name + "_" + ConvolutionParamInitializer.BIAS_KEY)
                : null,
            input.height(),
            input.width(),
            input.padding());
    boolean linear = layer.getActivationFn() instanceof ActivationIdentity;
    if (linear && feedsOnlyBatchNorm(name)) {
      return output(name, convolution, input, convolution);
    }
    String z = convolution.write(onnx, linear ? name : name + "/z");
    return activation(name, layer.getActivationFn(), output(z, convolution, input, null));
  }

  private static Activation output(
      String name, OnnxConvolution convolution, Activation input, OnnxConvolution open) {
    return new Activation(
        name,
        convolution.outputs(),
        convolution.outputHeight(input.height()),
        convolution.outputWidth(input.width()),
        ZeroPads.NONE,
        open);
  }

  private boolean feedsOnlyBatchNorm(String name) {
    List<String> readers =
        configuration.getVertexInputs().entrySet().stream()
            .filter(reader -> reader.getValue().contains(name))
            .map(Map.Entry::getKey)
            .toList();
    return readers.size() == 1
        && cut.frozen().contains(readers.get(0))
        && configuration.getVertices().get(readers.get(0)) instanceof LayerVertex layer
        && unwrapped(layer.getLayerConf().getLayer()) instanceof BatchNormalization;
  }

  /** y = γ (x − μ) / √(σ² + ε) + β with the stored μ and σ². */
  private Activation batchNorm(String name, BatchNormalization layer, Activation input) {
    int channels = input.channels();
    double[] mean = parameter(name, BatchNormalizationParamInitializer.GLOBAL_MEAN);
    double[] gamma = new double[channels];
    double[] beta = new double[channels];
    if (layer.isLockGammaBeta()) {
      Arrays.fill(gamma, layer.getGamma());
      Arrays.fill(beta, layer.getBeta());
    } else {
      gamma = parameter(name, BatchNormalizationParamInitializer.GAMMA);
      beta = parameter(name, BatchNormalizationParamInitializer.BETA);
    }
    double[] scale = new double[channels];
    double[] shift = new double[channels];
    double[] variance = variance(name, layer);
    for (int c = 0; c < channels; c++) {
      scale[c] = gamma[c] / Math.sqrt(variance[c] + layer.getEps());
      shift[c] = beta[c] - mean[c] * scale[c];
    }
    if (input.open() != null) {
      return input.sameShape(input.open().scaled(scale, shift).write(onnx, name));
    }
    Activation source = written(input, name);
    String scaled =
        onnx.node(
            name + "/scaled",
            "Mul",
            List.of(
                source.name(),
                onnx.constant(name + "/scale", OnnxConvolution.floats(scale), 1, channels, 1, 1)));
    return source.sameShape(
        onnx.node(
            name,
            "Add",
            List.of(
                scaled,
                onnx.constant(name + "/shift", OnnxConvolution.floats(shift), 1, channels, 1, 1))));
  }

  private double[] variance(String name, BatchNormalization layer) {
    if (!layer.isUseLogStd()) {
      return parameter(name, BatchNormalizationParamInitializer.GLOBAL_VAR);
    }
    double[] variance = parameter(name, BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
    for (int c = 0; c < variance.length; c++) {
      variance[c] = Math.pow(10, 2 * variance[c]);
    }
    return variance;
  }

  private Activation zeroPadding(ZeroPaddingLayer layer, Activation input) {
    // DL4J's order is {top, bottom, left, right}.
    int[] more = layer.getPadding();
    ZeroPads padding = input.padding().plus(new ZeroPads(more[0], more[2], more[1], more[3]));
    return new Activation(
        input.name(), input.channels(), input.height(), input.width(), padding, null);
  }

  private Activation activation(String name, IActivation function, Activation input) {
    if (function instanceof ActivationIdentity) {
      return input;
    }
    Activation source = written(input, name);
    if (function instanceof ActivationReLU6) {
      return clip(name, source, 6);
    }
    if (function instanceof ActivationReLU relu
        && orZero(relu.getThreshold()) == 0
        && orZero(relu.getNegativeSlope()) == 0) {
      return relu.getMax() == null
          ? source.sameShape(onnx.node(name, "Relu", List.of(source.name())))
          : clip(name, source, relu.getMax().floatValue());
    }
    throw untranslatable(name, function);
  }

  private static double orZero(Double value) {
    return value == null ? 0 : value;
  }

  private Activation clip(String name, Activation input, float max) {
    return input.sameShape(
        onnx.node(
            name,
            "Clip",
            List.of(
                input.name(),
                onnx.constant(name + "/min", new float[] {0}),
                onnx.constant(name + "/max", new float[] {max}))));
  }

  private Activation sum(String name, List<Activation> inputs) {
    Activation total = written(inputs.get(0), name + "/0");
    for (int i = 1; i < inputs.size(); i++) {
      Activation next = written(inputs.get(i), name + "/" + i);
      String sum = i == inputs.size() - 1 ? name : name + "/sum" + i;
      total = total.sameShape(onnx.node(sum, "Add", List.of(total.name(), next.name())));
    }
    return total;
  }

  /** The activation with its zeros really around it, for readers that cannot add them. */
  private Activation written(Activation input, String reader) {
    ZeroPads padding = input.padding();
    if (padding.equals(ZeroPads.NONE)) {
      return input;
    }
    String padded =
        onnx.node(
            reader + "/padded",
            "Pad",
            List.of(
                input.name(),
                onnx.constant(
                    reader + "/pads",
                    0,
                    0,
                    padding.top(),
                    padding.left(),
                    0,
                    0,
                    padding.bottom(),
                    padding.right())));
    return Activation.of(
        padded,
        input.channels(),
        input.height() + padding.rows(),
        input.width() + padding.columns());
  }

  private double[] parameter(String vertex, String key) {
    INDArray values = backbone.getParam(vertex + "_" + key);
    return values.dup('c').data().asDouble();
  }

  private static NormSweepException untranslatable(String vertex, Object what) {
    return NormSweepException.usage(
        String.format(
            Locale.ROOT,
            "The frozen trunk does not support vertex '%s' (%s); it supports NHWC convolutions, batch norms,"
                + " zero padding, ReLU, ReLU6 and sums.",
            vertex,
            what.getClass().getSimpleName()));
  }
}
