package normsweep.train;

/** The features a sweep trains and is judged on. */
public interface FeatureSets {
  /** What the features depend on, as a digest. */
  String key();

  /** Training images as augmentation view {@code view} shows them. */
  LabelledFeatures training(int view);

  /** Validation images, not augmented. */
  LabelledFeatures validation();

  /** Test images, not augmented. */
  LabelledFeatures test();
}
