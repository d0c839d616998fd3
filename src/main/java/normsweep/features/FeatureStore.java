package normsweep.features;

import java.nio.ShortBuffer;
import normsweep.base.HalfPrecision;

/** Features of a set of images in half precision, readable from any thread. */
public interface FeatureStore {
  /** Number of images. */
  int size();

  /** Values of one image: height × width × channels. */
  int valuesPerImage();

  /**
   * Reads one image.
   *
   * @param index which image, from 0
   * @param target receives {@link #valuesPerImage()} IEEE 754 half-precision values, NHWC
   * @param offset where in {@code target} they go
   */
  void readHalf(int index, short[] target, int offset);

  /**
   * One image's half-precision values, NHWC, in a buffer of its own; stores that hold them in
   * memory give a view instead of a copy.
   */
  default ShortBuffer half(int index) {
    short[] copy = new short[valuesPerImage()];
    readHalf(index, copy, 0);
    return ShortBuffer.wrap(copy);
  }

  /** Converts the values of several images, one after the other, into {@code target}. */
  default void readFloat(int[] indices, float[] target) {
    int values = valuesPerImage();
    for (int row = 0; row < indices.length; row++) {
      ShortBuffer source = half(indices[row]);
      for (int i = 0; i < values; i++) {
        target[row * values + i] = HalfPrecision.toFloat(source.get(i));
      }
    }
  }
}
