package normsweep.backbone;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a MobileNetV2 computes around its weights: what frameworks do differently.
 *
 * @param epsilon what every batch norm adds to the variance
 * @param symmetricPadding whether a strided convolution has a zero on each side of its input
 *     (PyTorch) or only below and to the right (TensorFlow)
 * @param imageNetScaling whether the network was trained on images from which ImageNet's mean was
 *     subtracted and which were divided by its standard deviation, or on values from -1 to 1
 * @param blocks how its blocks differ from the paper's
 */
public record BackboneForm(
    double epsilon, boolean symmetricPadding, boolean imageNetScaling, Blocks blocks) {
  /** Keras Applications. */
  public static final BackboneForm KERAS = new BackboneForm(1e-3, false, false, Blocks.PAPER);

  /** torchvision. */
  static final BackboneForm TORCH = new BackboneForm(1e-5, true, true, Blocks.PAPER);

  /** What frameworks make of the paper's inverted residual blocks. */
  public enum Blocks {
    /** As in the paper. */
    PAPER("firstExpansion=false", ""),
    /** The first block, whose expansion factor is 1, still has its expanding convolution. */
    EXPANDED("firstExpansion=true", ", expansion in the first block"),
    /**
     * The first release of MXNet Gluon: as {@link #EXPANDED}, but ReLUs have no limit, and maps are
     * halved where the channels become 96 instead of 64.
     */
    GLUON(
        "firstExpansion=true plainRelu=true lateStride=true",
        ", expansion in the first block, ReLU without a limit, 28×28 maps up to block 10");

    private final String text;
    private final String description;

    Blocks(String text, String description) {
      this.text = text;
      this.description = description;
    }
  }

  private static final Pattern LINE =
      Pattern.compile(
          "epsilon=(\\d\\.\\d{1,20}(?:E-\\d{1,2})?) symmetricPadding=(true|false)"
              + " imageNetScaling=(true|false) (firstExpansion=.*)");

  /** ImageNet's channel means (R, G, B) of values from 0 to 1. */
  static final double[] IMAGENET_MEAN = {0.485, 0.456, 0.406};

  /** ImageNet's channel standard deviations (R, G, B) of values from 0 to 1. */
  static final double[] IMAGENET_DEVIATION = {0.229, 0.224, 0.225};

  /** This form as one line, which {@link #parse} reads. */
  public String text() {
    return "epsilon="
        + epsilon
        + " symmetricPadding="
        + symmetricPadding
        + " imageNetScaling="
        + imageNetScaling
        + " "
        + blocks.text;
  }

  /** The form that {@link #text} wrote; nothing if the line is none. */
  public static Optional<BackboneForm> parse(String text) {
    Matcher line = LINE.matcher(text);
    if (!line.matches()
        || !(Double.parseDouble(line.group(1)) > 0 && Double.parseDouble(line.group(1)) < 1)) {
      return Optional.empty();
    }
    return Arrays.stream(Blocks.values())
        .filter(blocks -> blocks.text.equals(line.group(4)))
        .findFirst()
        .map(
            blocks ->
                new BackboneForm(
                    Double.parseDouble(line.group(1)),
                    Boolean.parseBoolean(line.group(2)),
                    Boolean.parseBoolean(line.group(3)),
                    blocks));
  }

  /** This form as a user reads it. */
  public String description() {
    return String.format(
        Locale.ROOT,
        "batch norm ε %s, zeros %s of strided convolutions, images scaled %s%s",
        number(epsilon),
        padding(),
        scaling(),
        blocks.description);
  }

  /** A small number as a user reads it, such as 1e-5. */
  static String number(double value) {
    return Double.toString(value).replace(".0E", "e").replace("E", "e");
  }

  /** The scaling of the images as a user reads it. */
  public String scaling() {
    return imageNetScaling
        ? "by ImageNet's mean and standard deviation in the layer input_scaling"
        : "to [-1, 1]";
  }

  /** The padding of strided convolutions as a user reads it. */
  public String padding() {
    return symmetricPadding ? "on all sides" : "below and to the right";
  }
}
