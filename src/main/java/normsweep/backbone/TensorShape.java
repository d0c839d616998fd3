package normsweep.backbone;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Name and shape of one tensor in a weights file.
 *
 * @param layer layer name, for example {@code Conv_1_bn}
 * @param parameter Keras parameter name, for example {@code moving_mean}
 * @param dimensions sizes, slowest first (Keras order: kernels are height, width, in, out)
 */
public record TensorShape(String layer, String parameter, List<Integer> dimensions) {
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

  /** This tensor's sizes as a user reads them. */
  String text() {
    return text(toArray());
  }
}
