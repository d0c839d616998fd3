package normsweep.train;

import normsweep.features.FeatureStore;

/**
 * Features of a set of images and their classes.
 *
 * @param store features of the frozen trunk, image by image
 * @param labels the class of each image
 */
public record LabelledFeatures(FeatureStore store, int[] labels) {
  /** Number of images. */
  public int size() {
    return labels.length;
  }
}
