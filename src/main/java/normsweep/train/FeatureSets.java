package normsweep.train;

/** The features for training and evaluation. */
public interface FeatureSets {
  /** What the features depend on, as a digest. */
  String key();

  /** Training images in augmentation view {@code view}. */
  LabelledFeatures training(int view);

  /** Training images as they are, not augmented: at most {@code most}, spread evenly. */
  LabelledFeatures plainTraining(int most);

  /** Validation images, not augmented. */
  LabelledFeatures validation();

  /** Test images, not augmented. */
  LabelledFeatures test();
}
