package normsweep.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import normsweep.backbone.BackboneForm.Blocks;
import normsweep.backbone.BackboneLayer.LayerKind;

/**
 * The layers of MobileNetV2 (width 1.0, input 224×224, no classifier), in the order of the forward
 * pass, with the names of Keras Applications. Everything that must agree on the architecture (the
 * Keras configuration, the weights gate, the converter) reads it from here.
 *
 * <p>Sandler, Howard, Zhu, Zhmoginov, Chen: MobileNetV2: Inverted Residuals and Linear Bottlenecks,
 * CVPR 2018, table 2.
 */
public final class MobileNetV2Layers {
  /** Input edge in pixels. */
  public static final int IMAGE_SIZE = 224;

  /** The layer that takes the image. */
  static final String INPUT = "input_1";

  /** The last layer: [N, 7, 7, 1280]. */
  static final String OUTPUT = "out_relu";

  /** The layer that brings the image to what the network was trained on, where there is one. */
  static final String INPUT_SCALING = "input_scaling";

  /** What the batch norms of Keras Applications add to the variance. */
  public static final double EPSILON = BackboneForm.KERAS.epsilon();

  /** How much of the running statistics a batch norm keeps at each step. */
  static final double MOMENTUM = 0.999;

  private static final int EXPANSION = 6;

  private static final MobileNetV2Layers KERAS = new MobileNetV2Layers(BackboneForm.KERAS);

  private static final MobileNetV2Layers EXPANDED =
      new MobileNetV2Layers(new BackboneForm(1e-5, true, true, Blocks.EXPANDED));

  private final List<BackboneLayer> all;

  private MobileNetV2Layers(BackboneForm form) {
    all = List.copyOf(new Builder(form).build());
  }

  /** The layers of Keras Applications. */
  static MobileNetV2Layers keras() {
    return KERAS;
  }

  /** The layers of a MobileNetV2 of this form. */
  static MobileNetV2Layers of(BackboneForm form) {
    return new MobileNetV2Layers(form);
  }

  /** Every layer, inputs before what reads them. */
  List<BackboneLayer> all() {
    return all;
  }

  /** Every tensor of every layer. */
  List<TensorShape> tensors() {
    return all.stream().flatMap(layer -> layer.tensors().stream()).toList();
  }

  /** Whether the network of any exporter has a layer of this name. */
  static boolean anyHas(String name) {
    return Stream.of(Blocks.values())
        .flatMap(blocks -> of(new BackboneForm(1e-5, true, true, blocks)).all.stream())
        .anyMatch(layer -> layer.name().equals(name));
  }

  /** Values that the activations of all layers from this one on hold for one image. */
  static long activations(String first) {
    long sum = 0;
    boolean counted = false;
    int edge = IMAGE_SIZE;
    // Another exporter's network may have one layer more.
    boolean known = KERAS.all.stream().anyMatch(layer -> layer.name().equals(first));
    for (BackboneLayer layer : known ? KERAS.all : EXPANDED.all) {
      edge /= layer.stride();
      counted |= layer.name().equals(first);
      sum += counted ? (long) edge * edge * layer.outChannels() : 0;
    }
    return sum;
  }

  /** Blocks of equal width: how many, their channels, the stride of the first. */
  private record Stage(int blocks, int channels, int stride) {}

  private static final class Builder {
    private static final List<Stage> STAGES =
        List.of(
            new Stage(1, 16, 1),
            new Stage(2, 24, 2),
            new Stage(3, 32, 2),
            new Stage(4, 64, 2),
            new Stage(3, 96, 1),
            new Stage(3, 160, 2),
            new Stage(1, 320, 1));

    private final BackboneForm form;
    private final List<BackboneLayer> layers = new ArrayList<>();
    private String last = INPUT;
    private int channels = 3;

    Builder(BackboneForm form) {
      this.form = form;
    }

    List<BackboneLayer> build() {
      layers.add(new BackboneLayer(LayerKind.INPUT, INPUT, List.of(), 3, 3, 1, 1));
      if (form.imageNetScaling()) {
        add(LayerKind.BATCH_NORM, INPUT_SCALING, channels, 1, 1);
      }
      add(LayerKind.ZERO_PADDING, "Conv1_pad", channels, 1, 1);
      normed(LayerKind.CONVOLUTION, "Conv1", "bn_Conv1", 32, 3, 2);
      relu("Conv1_relu");
      int block = 0;
      for (Stage stage : STAGES) {
        for (int i = 0; i < stage.blocks(); i++) {
          invertedResidual(block++, stage.channels(), i == 0 ? stride(stage) : 1);
        }
      }
      normed(LayerKind.CONVOLUTION, "Conv_1", "Conv_1_bn", 1280, 1, 1);
      relu(OUTPUT);
      return layers;
    }

    private int stride(Stage stage) {
      boolean late = form.blocks() == Blocks.GLUON;
      return switch (stage.channels()) {
        case 64 -> late ? 1 : 2;
        case 96 -> late ? 2 : 1;
        default -> stage.stride();
      };
    }

    private void relu(String name) {
      boolean limited = form.blocks() != Blocks.GLUON;
      add(limited ? LayerKind.RELU6 : LayerKind.RELU, name, channels, 1, 1);
    }

    private void invertedResidual(int block, int outChannels, int stride) {
      String prefix = block == 0 ? "expanded_conv_" : "block_" + block + "_";
      String shortcut = last;
      int inChannels = channels;
      if (block > 0 || form.blocks() != Blocks.PAPER) {
        normed(
            LayerKind.CONVOLUTION,
            prefix + "expand",
            prefix + "expand_BN",
            block == 0 ? inChannels : inChannels * EXPANSION,
            1,
            1);
        relu(prefix + "expand_relu");
      }
      if (stride == 2) {
        add(LayerKind.ZERO_PADDING, prefix + "pad", channels, 1, 1);
      }
      normed(
          LayerKind.DEPTHWISE_CONVOLUTION,
          prefix + "depthwise",
          prefix + "depthwise_BN",
          channels,
          3,
          stride);
      relu(prefix + "depthwise_relu");
      normed(LayerKind.CONVOLUTION, prefix + "project", prefix + "project_BN", outChannels, 1, 1);
      if (stride == 1 && inChannels == outChannels) {
        layers.add(
            new BackboneLayer(
                LayerKind.ADD, prefix + "add", List.of(shortcut, last), channels, channels, 1, 1));
        last = prefix + "add";
      }
    }

    private void normed(
        LayerKind kind, String name, String norm, int outChannels, int kernel, int stride) {
      add(kind, name, outChannels, kernel, stride);
      add(LayerKind.BATCH_NORM, norm, outChannels, 1, 1);
    }

    private void add(LayerKind kind, String name, int outChannels, int kernel, int stride) {
      layers.add(
          new BackboneLayer(kind, name, List.of(last), channels, outChannels, kernel, stride));
      last = name;
      channels = outChannels;
    }
  }
}
