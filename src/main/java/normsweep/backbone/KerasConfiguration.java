package normsweep.backbone;

import static java.util.stream.Collectors.joining;

import java.util.Locale;

/**
 * Writes MobileNetV2 as a Keras functional model configuration, the form that Keras' {@code
 * Model.to_json()} gives and {@code KerasModelImport} reads. The weight files of Keras Applications
 * carry tensors only, so the architecture has to come from here.
 */
final class KerasConfiguration {
  /** The Keras version whose layout is written. */
  static final String KERAS_VERSION = "2.9.0";

  private static final String MODEL =
      """
      {"class_name": "Functional", "keras_version": "%s", "backend": "tensorflow", "config": {
        "name": "mobilenetv2_1.00_224",
        "layers": [%s],
        "input_layers": [["%s", 0, 0]],
        "output_layers": [["%s", 0, 0]]}}
      """;

  private static final String LAYER =
      """
      {"class_name": "%1$s", "name": "%2$s", "inbound_nodes": [%3$s], "config": {
        "name": "%2$s", "trainable": true, "dtype": "float32", "data_format": "channels_last"%4$s}}
      """;

  private static final String INPUT =
      """
      , "batch_input_shape": [null, %1$d, %1$d, %2$d]""";

  private static final String ZERO_PADDING =
      """
      , "padding": [[%1$d, 1], [%1$d, 1]]""";

  private static final String CONVOLUTION =
      """
      , "filters": %1$d, "depth_multiplier": 1, "kernel_size": [%2$d, %2$d],
      "strides": [%3$d, %3$d], "dilation_rate": [1, 1], "padding": "%4$s", "activation": "linear",
      "use_bias": false,
      "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": null}},
      "depthwise_initializer": {"class_name": "HeNormal", "config": {"seed": null}}""";

  private static final String BATCH_NORM =
      """
      , "axis": [3], "momentum": %s, "epsilon": %s, "center": true, "scale": true,
      "beta_initializer": {"class_name": "Zeros", "config": {}},
      "gamma_initializer": {"class_name": "Ones", "config": {}},
      "moving_mean_initializer": {"class_name": "Zeros", "config": {}},
      "moving_variance_initializer": {"class_name": "Ones", "config": {}}""";

  private static final String RELU =
      """
      , "max_value": %s, "negative_slope": 0.0, "threshold": 0.0""";

  private final BackboneForm form;

  private KerasConfiguration(BackboneForm form) {
    this.form = form;
  }

  /** The whole model as JSON text. */
  static String json(BackboneForm form) {
    KerasConfiguration configuration = new KerasConfiguration(form);
    String layers =
        MobileNetV2Layers.of(form).all().stream().map(configuration::layer).collect(joining(","));
    return text(MODEL, KERAS_VERSION, layers, MobileNetV2Layers.INPUT, MobileNetV2Layers.OUTPUT);
  }

  private String layer(BackboneLayer layer) {
    String call =
        layer.inputs().stream()
            .map(input -> text("[\"%s\", 0, 0, {}]", input))
            .collect(joining(","));
    return text(
        LAYER,
        layer.kind().keras,
        layer.name(),
        call.isEmpty() ? "" : "[" + call + "]",
        settings(layer));
  }

  private String settings(BackboneLayer layer) {
    return switch (layer.kind()) {
      case INPUT -> text(INPUT, MobileNetV2Layers.IMAGE_SIZE, layer.outChannels());
      case ZERO_PADDING -> text(ZERO_PADDING, form.symmetricPadding() ? 1 : 0);
      case CONVOLUTION, DEPTHWISE_CONVOLUTION ->
          text(
              CONVOLUTION,
              layer.outChannels(),
              layer.kernel(),
              layer.stride(),
              layer.stride() == 1 ? "same" : "valid");
      case BATCH_NORM -> text(BATCH_NORM, MobileNetV2Layers.MOMENTUM, form.epsilon());
      case RELU6 -> text(RELU, "6.0");
      case RELU -> text(RELU, "null");
      case ADD -> "";
    };
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
