package normsweep.backbone;

import java.util.List;

/**
 * One layer of the backbone as Keras names it.
 *
 * @param kind what the layer computes
 * @param name layer name, as in the Keras Applications weight files
 * @param inputs names of the layers it reads, in order
 * @param inChannels channels of each input
 * @param outChannels channels of the output
 * @param kernel kernel edge in pixels; 1 where the layer has no kernel
 * @param stride stride in pixels; 1 where the layer has none
 */
record BackboneLayer(
    LayerKind kind,
    String name,
    List<String> inputs,
    int inChannels,
    int outChannels,
    int kernel,
    int stride) {

  /** What a backbone layer computes. */
  enum LayerKind {
    /** The image itself, [N, 224, 224, 3]. */
    INPUT("InputLayer"),
    /** One row of zeros below and one column of zeros to the right. */
    ZERO_PADDING("ZeroPadding2D"),
    /** Convolution without bias; padded to keep the size at stride 1, unpadded at stride 2. */
    CONVOLUTION("Conv2D"),
    /** Depthwise convolution without bias, depth multiplier 1; padded like a convolution. */
    DEPTHWISE_CONVOLUTION("DepthwiseConv2D"),
    /** Batch norm over the channels. */
    BATCH_NORM("BatchNormalization"),
    /** min(max(x, 0), 6). */
    RELU6("ReLU"),
    /** max(x, 0). */
    RELU("ReLU"),
    /** Element-wise sum of the inputs. */
    ADD("Add");

    /** Name of the layer's class in Keras. */
    final String keras;

    LayerKind(String keras) {
      this.keras = keras;
    }
  }

  /** The tensors a weights file must hold for this layer. */
  List<TensorShape> tensors() {
    return switch (kind) {
      case CONVOLUTION ->
          List.of(TensorShape.of(name, "kernel", kernel, kernel, inChannels, outChannels));
      case DEPTHWISE_CONVOLUTION ->
          List.of(TensorShape.of(name, "depthwise_kernel", kernel, kernel, inChannels, 1));
      case BATCH_NORM ->
          List.of(
              TensorShape.of(name, "gamma", outChannels),
              TensorShape.of(name, "beta", outChannels),
              TensorShape.of(name, "moving_mean", outChannels),
              TensorShape.of(name, "moving_variance", outChannels));
      case INPUT, ZERO_PADDING, RELU6, RELU, ADD -> List.of();
    };
  }
}
