package normsweep.backbone;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Brings the backbone of a TensorFlow.js object detector (SSD on MobileNetV2, width 1.0) into the
 * Keras layout.
 *
 * <p>The detector was frozen for inference: with the statistics of training, batch norm computes
 * {@code x·s + b} where s = γ/√(σ²+ε) and b = β - μ·s. Its convolutions hold the kernel times s;
 * its depthwise convolutions kept kernel and s (the tensor {@code mul}) apart; all kept b (the
 * tensor {@code sub}). Here s goes into every kernel, and the batch norm behind it becomes the one
 * that only adds b: γ = 1, β = b, mean 0, variance 1 - ε.
 */
final class FoldedMobileNetV2 {
  private static final String SCOPE = "FeatureExtractor/MobilenetV2/";
  private static final String NORM = "/BatchNorm/batchnorm/";

  private final Map<String, float[]> source;
  private final Map<TensorShape, float[]> target = new HashMap<>();

  private FoldedMobileNetV2(Map<String, float[]> source) {
    this.source = source;
  }

  /**
   * The backbone's tensors in the Keras layout.
   *
   * @param source the detector's tensors by name
   */
  static WeightTensors convert(Map<String, float[]> source) {
    FoldedMobileNetV2 conversion = new FoldedMobileNetV2(source);
    for (BackboneLayer layer : MobileNetV2Layers.keras().all()) {
      switch (layer.kind()) {
        case CONVOLUTION -> conversion.convolution(layer);
        case DEPTHWISE_CONVOLUTION -> conversion.depthwiseConvolution(layer);
        case BATCH_NORM -> conversion.shift(layer);
        case INPUT, ZERO_PADDING, RELU6, ADD -> {
          // These hold no tensors.
        }
      }
    }
    return WeightTensors.of(BackboneForm.KERAS, conversion.target);
  }

  private void convolution(BackboneLayer layer) {
    TensorShape kernel = layer.tensors().get(0);
    target.put(kernel, source.get(scope(layer.name()) + "/Conv2D/merged_input"));
  }

  private void depthwiseConvolution(BackboneLayer layer) {
    TensorShape kernel = layer.tensors().get(0);
    String scope = scope(layer.name());
    float[] values = source.get(scope + "/depthwise_weights").clone();
    float[] scale = source.get(scope + NORM + "mul");
    // Row-major height, width, channel, 1: the channel runs fastest.
    for (int i = 0; i < values.length; i++) {
      values[i] *= scale[i % scale.length];
    }
    target.put(kernel, values);
  }

  private void shift(BackboneLayer layer) {
    // A batch norm always reads the convolution whose scale it lost.
    String scope = scope(layer.inputs().get(0));
    for (TensorShape shape : layer.tensors()) {
      float[] values =
          switch (shape.parameter()) {
            case "gamma" -> filled(shape, 1);
            case "beta" -> source.get(scope + NORM + "sub");
            case "moving_mean" -> filled(shape, 0);
            default -> filled(shape, (float) (1 - MobileNetV2Layers.EPSILON));
          };
      target.put(shape, values);
    }
  }

  private static float[] filled(TensorShape shape, float value) {
    float[] values = new float[shape.size()];
    Arrays.fill(values, value);
    return values;
  }

  /** TensorFlow's name of a Keras convolution: {@code block_3_expand} is expanded_conv_3/expand. */
  private static String scope(String layer) {
    if (layer.equals("Conv1")) {
      return SCOPE + "Conv";
    }
    if (layer.equals("Conv_1")) {
      return SCOPE + layer;
    }
    int part = layer.lastIndexOf('_');
    return SCOPE
        + layer.substring(0, part).replace("block_", "expanded_conv_")
        + "/"
        + layer.substring(part + 1);
  }
}
