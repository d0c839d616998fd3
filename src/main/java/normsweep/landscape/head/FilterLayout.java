package normsweep.landscape.head;

import java.util.Arrays;
import normsweep.tail.TailParameter;

/**
 * Where the elements of a weight lie and which filter each belongs to.
 *
 * @param filters number of filters: columns of a dense W [nIn, nOut], output channels of a
 *     convolution [out, in, kH, kW]
 * @param positions positions in the flat vector of all elements, in row-major order of their
 *     indices whatever their order in memory
 * @param filterOf the filter of each element, in the order of {@code positions}
 */
public record FilterLayout(int filters, int[] positions, int[] filterOf) {

  /** The layout of a weight with 2 or 4 axes. */
  public static FilterLayout of(TailParameter weight) {
    int[] shape = weight.shape().stream().mapToInt(Math::toIntExact).toArray();
    if (shape.length != 2 && shape.length != 4) {
      throw new IllegalArgumentException(
          weight.name() + ": a weight has 2 or 4 axes, not " + weight.shape());
    }
    int filters = shape.length == 2 ? shape[1] : shape[0];
    int[] filterOf = new int[Math.toIntExact(weight.length())];
    if (shape.length == 2) {
      Arrays.setAll(filterOf, k -> k % filters);
    } else {
      int size = filterOf.length / filters;
      Arrays.setAll(filterOf, k -> k / size);
    }
    return new FilterLayout(filters, positions(weight), filterOf);
  }

  /** Positions in the flat vector of any parameter's elements, in row-major order. */
  public static int[] positions(TailParameter parameter) {
    int[] shape = parameter.shape().stream().mapToInt(Math::toIntExact).toArray();
    int axes = shape.length;
    int[] strides = new int[axes];
    int stride = 1;
    for (int i = 0; i < axes; i++) {
      int axis = parameter.order() == 'f' ? i : axes - 1 - i;
      strides[axis] = stride;
      stride *= shape[axis];
    }
    int[] index = new int[axes];
    int[] positions = new int[Math.toIntExact(parameter.length())];
    for (int k = 0; k < positions.length; k++) {
      int position = Math.toIntExact(parameter.offset());
      for (int axis = 0; axis < axes; axis++) {
        position += index[axis] * strides[axis];
      }
      positions[k] = position;
      for (int axis = axes - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return positions;
  }
}
