package normsweep.model;

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
}
