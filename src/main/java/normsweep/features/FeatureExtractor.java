package normsweep.features;

import java.util.Arrays;
import normsweep.backbone.ImageScaling;

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
   * @param images at least {@code n} images of {@link ImageScaling#SOURCE_BYTES} bytes, planes R,
   *     G, B
   * @param out receives {@code n} times {@link #valuesPerImage()} floats, NHWC
   */
  void features(byte[] images, int n, float[] out);
}
