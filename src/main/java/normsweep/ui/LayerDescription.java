package normsweep.ui;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;

/**
 * What the model page says of a layer. DL4J's own words give every layer an activation function,
 * used or not, and leave out the norm of a dense layer and the parameters of layers that it does
 * not know.
 *
 * @param name its vertex
 * @param type what it is
 * @param facts sizes, parameters and settings, as they are shown
 */
record LayerDescription(String name, String type, Map<String, String> facts) {

  /** The description of the vertex that DL4J's pages give a number: inputs first. */
  static LayerDescription of(ComputationGraphConfiguration network, int number) {
    List<String> names = new ArrayList<>(network.getNetworkInputs());
    names.addAll(network.getVertices().keySet());
    String name = names.get(number);
    GraphVertex vertex = network.getVertices().get(name);
    if (vertex == null) {
      return new LayerDescription(name, "Input", Map.of());
    }
    if (vertex instanceof LayerVertex layered) {
      Layer layer = layered.getLayerConf().getLayer();
      long parameters = layer.initializer().numParams(layered.getLayerConf());
      return new LayerDescription(name, type(layer), facts(layer, parameters));
    }
    return new LayerDescription(name, vertex.getClass().getSimpleName(), Map.of());
  }

  private static String type(Layer layer) {
    String type = layer.getClass().getSimpleName().replaceAll("Layer$", "");
    return layer instanceof DenseLayer dense && dense.hasLayerNorm()
        ? type + " with layer norm"
        : type;
  }

  private static Map<String, String> facts(Layer layer, long parameters) {
    Map<String, String> facts = new LinkedHashMap<>();
    if (layer instanceof FeedForwardLayer sized && sized.getNOut() > 0) {
      facts.put("Input size", String.valueOf(sized.getNIn()));
      facts.put("Output size", String.valueOf(sized.getNOut()));
    }
    if (layer instanceof ConvolutionLayer convolution) {
      facts.put("Kernel size", Arrays.toString(convolution.getKernelSize()));
      facts.put("Stride", Arrays.toString(convolution.getStride()));
      facts.put("Padding", Arrays.toString(convolution.getPadding()));
    }
    facts.put("Parameters", String.format(Locale.ROOT, "%,d", parameters));
    shapes(layer).forEach((key, shape) -> facts.put("Shape of " + key, shape));
    if (layer instanceof ActivationLayer activation) {
      facts.put("Activation function", activation.getActivationFn().toString());
    } else if (layer instanceof BaseLayer base
        && !(layer instanceof BatchNormalization || layer instanceof DropoutLayer)) {
      facts.put("Activation function", base.getActivationFn().toString());
    }
    if (layer instanceof GlobalPoolingLayer pooling) {
      facts.put("Pooling", pooling.getPoolingType().toString());
    }
    if (layer instanceof DropoutLayer && layer.getIDropout() instanceof Dropout dropout) {
      // DL4J's probability is that of keeping a unit.
      facts.put("Dropout", String.format(Locale.ROOT, "%.3g", 1 - dropout.getP()));
    }
    return facts;
  }

  private static Map<String, String> shapes(Layer layer) {
    Map<String, String> shapes = new LinkedHashMap<>();
    if (layer instanceof AbstractSameDiffLayer custom) {
      custom.getLayerParams().getParamShapes().forEach((key, of) -> shapes.put(key, text(of)));
    } else if (layer instanceof BatchNormalization norm) {
      norm.initializer().paramKeys(norm).forEach(key -> shapes.put(key, text(norm.getNOut())));
    } else if (layer instanceof DenseLayer dense) {
      shapes.put("W", text(dense.getNIn(), dense.getNOut()));
      if (dense.hasBias()) {
        shapes.put("b", text(dense.getNOut()));
      }
      if (dense.hasLayerNorm()) {
        shapes.put("g", text(dense.getNOut()));
      }
    } else if (layer instanceof BaseOutputLayer output) {
      shapes.put("W", text(output.getNIn(), output.getNOut()));
      if (output.hasBias()) {
        shapes.put("b", text(output.getNOut()));
      }
    } else if (layer instanceof DepthwiseConvolution2D depthwise) {
      int[] kernel = depthwise.getKernelSize();
      int multiplier = depthwise.getDepthMultiplier();
      shapes.put("W", text(kernel[0], kernel[1], depthwise.getNIn(), multiplier));
      if (depthwise.hasBias()) {
        shapes.put("b", text(depthwise.getNOut()));
      }
    } else if (layer.getClass() == ConvolutionLayer.class) {
      ConvolutionLayer convolution = (ConvolutionLayer) layer;
      int[] kernel = convolution.getKernelSize();
      shapes.put("W", text(convolution.getNOut(), convolution.getNIn(), kernel[0], kernel[1]));
      if (convolution.hasBias()) {
        shapes.put("b", text(convolution.getNOut()));
      }
    }
    return shapes;
  }

  private static String text(long... shape) {
    return Arrays.stream(shape).mapToObj(String::valueOf).collect(Collectors.joining(" × "));
  }
}
