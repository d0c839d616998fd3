package normsweep.backbone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Writes MobileNetV2 as a Keras functional model configuration, the form that Keras' {@code
 * Model.to_json()} gives and {@code KerasModelImport} reads. The weight files of Keras Applications
 * carry tensors only, so the architecture has to come from here.
 */
final class KerasConfiguration {
  /** The Keras version whose layout is written. */
  static final String KERAS_VERSION = "2.9.0";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final BackboneForm form;

  private KerasConfiguration(BackboneForm form) {
    this.form = form;
  }

  /** The whole model as JSON text. */
  static String json(BackboneForm form) {
    return new KerasConfiguration(form).json();
  }

  private String json() {
    ObjectNode config = JSON.objectNode().put("name", "mobilenetv2_1.00_224");
    ArrayNode layers = config.putArray("layers");
    for (BackboneLayer layer : MobileNetV2Layers.of(form).all()) {
      layers.add(layer(layer));
    }
    config.putArray("input_layers").addArray().add(MobileNetV2Layers.INPUT).add(0).add(0);
    config.putArray("output_layers").addArray().add(MobileNetV2Layers.OUTPUT).add(0).add(0);
    ObjectNode model = JSON.objectNode().put("class_name", "Functional");
    model.set("config", config);
    return model.put("keras_version", KERAS_VERSION).put("backend", "tensorflow").toString();
  }

  private ObjectNode layer(BackboneLayer layer) {
    ObjectNode config = JSON.objectNode().put("name", layer.name());
    String className =
        switch (layer.kind()) {
          case INPUT -> input(config, layer);
          case ZERO_PADDING -> zeroPadding(config);
          case CONVOLUTION -> convolution(config, layer);
          case DEPTHWISE_CONVOLUTION -> depthwiseConvolution(config, layer);
          case BATCH_NORM -> batchNorm(config);
          case RELU6 -> relu6(config);
          case ADD -> trainable(config, "Add");
        };
    ObjectNode node = JSON.objectNode().put("class_name", className);
    node.set("config", config);
    node.put("name", layer.name());
    ArrayNode inbound = node.putArray("inbound_nodes");
    if (!layer.inputs().isEmpty()) {
      ArrayNode call = inbound.addArray();
      for (String input : layer.inputs()) {
        call.addArray().add(input).add(0).add(0).addObject();
      }
    }
    return node;
  }

  private static String trainable(ObjectNode config, String className) {
    config.put("trainable", true).put("dtype", "float32");
    return className;
  }

  private static String input(ObjectNode config, BackboneLayer layer) {
    config
        .putArray("batch_input_shape")
        .addNull()
        .add(MobileNetV2Layers.IMAGE_SIZE)
        .add(MobileNetV2Layers.IMAGE_SIZE)
        .add(layer.outChannels());
    config.put("dtype", "float32").put("sparse", false).put("ragged", false);
    return "InputLayer";
  }

  private String zeroPadding(ObjectNode config) {
    ArrayNode padding = config.putArray("padding");
    int before = form.symmetricPadding() ? 1 : 0;
    padding.addArray().add(before).add(1);
    padding.addArray().add(before).add(1);
    config.put("data_format", "channels_last");
    return trainable(config, "ZeroPadding2D");
  }

  private static String convolution(ObjectNode config, BackboneLayer layer) {
    config.put("filters", layer.outChannels());
    kernel(config, layer);
    config.set("kernel_initializer", heNormal());
    config.putNull("kernel_regularizer").putNull("kernel_constraint");
    return trainable(config, "Conv2D");
  }

  private static String depthwiseConvolution(ObjectNode config, BackboneLayer layer) {
    config.put("depth_multiplier", 1);
    kernel(config, layer);
    config.set("depthwise_initializer", heNormal());
    config.putNull("depthwise_regularizer").putNull("depthwise_constraint");
    return trainable(config, "DepthwiseConv2D");
  }

  private static void kernel(ObjectNode config, BackboneLayer layer) {
    config.putArray("kernel_size").add(layer.kernel()).add(layer.kernel());
    config.putArray("strides").add(layer.stride()).add(layer.stride());
    config.putArray("dilation_rate").add(1).add(1);
    config
        .put("padding", layer.stride() == 1 ? "same" : "valid")
        .put("data_format", "channels_last")
        .put("groups", 1)
        .put("activation", "linear")
        .put("use_bias", false)
        .putNull("bias_regularizer")
        .putNull("activity_regularizer")
        .putNull("bias_constraint");
    config.set("bias_initializer", initializer("Zeros"));
  }

  private String batchNorm(ObjectNode config) {
    config.putArray("axis").add(3);
    config
        .put("momentum", MobileNetV2Layers.MOMENTUM)
        .put("epsilon", form.epsilon())
        .put("center", true)
        .put("scale", true)
        .putNull("beta_regularizer")
        .putNull("gamma_regularizer")
        .putNull("beta_constraint")
        .putNull("gamma_constraint");
    config.set("beta_initializer", initializer("Zeros"));
    config.set("gamma_initializer", initializer("Ones"));
    config.set("moving_mean_initializer", initializer("Zeros"));
    config.set("moving_variance_initializer", initializer("Ones"));
    return trainable(config, "BatchNormalization");
  }

  private static String relu6(ObjectNode config) {
    config.put("max_value", 6.0).put("negative_slope", 0.0).put("threshold", 0.0);
    return trainable(config, "ReLU");
  }

  private static ObjectNode heNormal() {
    ObjectNode initializer = initializer("HeNormal");
    initializer.withObject("/config").putNull("seed");
    return initializer;
  }

  private static ObjectNode initializer(String className) {
    ObjectNode initializer = JSON.objectNode().put("class_name", className);
    initializer.putObject("config");
    return initializer;
  }
}
