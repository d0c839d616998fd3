package normsweep.features;

import java.util.Arrays;

/** Turns byte images into the features the trainable part reads. */
public interface FeatureExtractor {
  /** Height, width and channels of one image's features. */
  int[] featureShape();

  /** Floats of one image's features. */
  default int valuesPerImage() {
    return Arrays.stream(featureShape()).reduce(1, Math::multiplyExact);
  }

  /**
   * Computes features.
   *
   * @param images at least {@code n} images, planes R, G, B of squares of the size it is for
   * @param out receives {@code n} times {@link #valuesPerImage()} floats, NHWC
   */
  void features(byte[] images, int n, float[] out);
}
