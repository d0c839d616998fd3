package normsweep.train;

/** The features for training and evaluation. */
public interface FeatureSets {
  /** What the features depend on, as a digest. */
  String key();

  /** Training images in augmentation view {@code view}. */
  LabelledFeatures training(int view);

  /** Validation images, not augmented. */
  LabelledFeatures validation();

  /** Test images, not augmented. */
  LabelledFeatures test();
}
