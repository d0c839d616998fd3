package normsweep.backbone;

import java.util.Arrays;
import java.util.LinkedHashMap;
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

  private FoldedMobileNetV2() {}

  /**
   * The backbone's tensors in the Keras layout.
   *
   * @param source the detector's tensors by name
   */
  static WeightTensors convert(Map<String, float[]> source) {
    Map<TensorShape, float[]> target = new LinkedHashMap<>();
    for (BackboneLayer layer : MobileNetV2Layers.keras().all()) {
      for (TensorShape shape : layer.tensors()) {
        // A batch norm always reads the convolution whose scale it lost.
        boolean norm = layer.kind() == BackboneLayer.LayerKind.BATCH_NORM;
        String scope = scope(norm ? layer.inputs().get(0) : layer.name());
        target.put(
            shape,
            switch (shape.parameter()) {
              case "kernel" -> source.get(scope + "/Conv2D/merged_input");
              case "depthwise_kernel" ->
                  scaled(
                      source.get(scope + "/depthwise_weights"), source.get(scope + NORM + "mul"));
              case "beta" -> source.get(scope + NORM + "sub");
              case "gamma" -> filled(shape, 1);
              case "moving_mean" -> filled(shape, 0);
              default -> filled(shape, (float) (1 - MobileNetV2Layers.EPSILON));
            });
      }
    }
    return new WeightTensors(BackboneForm.KERAS, target);
  }

  private static float[] scaled(float[] kernel, float[] scale) {
    float[] values = kernel.clone();
    // Row-major height, width, channel, 1: the channel runs fastest.
    for (int i = 0; i < values.length; i++) {
      values[i] *= scale[i % scale.length];
    }
    return values;
  }

  private static float[] filled(TensorShape shape, float value) {
    float[] values = new float[shape.size()];
    Arrays.fill(values, value);
    return values;
  }

  /** TensorFlow's name of a Keras convolution: {@code block_3_expand} is expanded_conv_3/expand. */
  private static String scope(String layer) {
    return SCOPE
        + switch (layer) {
          case "Conv1" -> "Conv";
          case "Conv_1" -> layer;
          default -> layer.replace("block_", "expanded_conv_").replaceFirst("_(?=[a-z]+$)", "/");
        };
  }
}
