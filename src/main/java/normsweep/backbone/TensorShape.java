package normsweep.backbone;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Name and shape of one tensor in a weights file.
 *
 * @param layer layer name, for example {@code Conv_1_bn}
 * @param parameter Keras parameter name, for example {@code moving_mean}
 * @param dimensions sizes, slowest first (Keras order: kernels are height, width, in, out)
 */
public record TensorShape(String layer, String parameter, List<Integer> dimensions) {
  /** Far beyond any trained value; a flipped exponent bit goes beyond this in most cases. */
  private static final float MAX_MAGNITUDE = 1e6f;

  static TensorShape of(String layer, String parameter, int... dimensions) {
    return new TensorShape(layer, parameter, Arrays.stream(dimensions).boxed().toList());
  }

  /** Number of values. */
  int size() {
    return dimensions.stream().reduce(1, Math::multiplyExact);
  }

  /** The sizes as a fresh array. */
  int[] toArray() {
    return dimensions.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Sizes as a user reads them, for example {@code 3×3×96×1}. */
  static String text(int[] dimensions) {
    return dimensions.length == 0
        ? "a single value"
        : Arrays.stream(dimensions).mapToObj(String::valueOf).collect(Collectors.joining("×"));
  }

  /**
   * Why values cannot be those of a trained network, as the predicate of a sentence; or nothing.
   */
  Optional<String> fault(float[] values) {
    boolean variance = parameter.equals("moving_variance");
    boolean zero = true;
    for (float value : values) {
      zero &= value == 0;
      if (!(Math.abs(value) <= MAX_MAGNITUDE) || (variance && value < 0)) {
        return Optional.of(
            "holds the value "
                + value
                + " in the "
                + parameter
                + " of layer "
                + layer
                + ", which trained weights cannot have");
      }
    }
    // Where a copy was cut short and filled up, the rest is zeros.
    return zero && parameter.endsWith("kernel")
        ? Optional.of("holds only zeros in layer " + layer)
        : Optional.empty();
  }

  /** This tensor's sizes as a user reads them. */
  String text() {
    return text(toArray());
  }
}
