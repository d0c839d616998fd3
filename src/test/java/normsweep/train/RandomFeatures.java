package normsweep.train;

import java.util.Random;
import normsweep.base.HalfPrecision;
import normsweep.features.FeatureStore;
import normsweep.tail.SmallTails;

/** Features whose first value tells the class. */
final class RandomFeatures implements FeatureSets {
  /** Training images: the last batch of 16 is not full. */
  static final int TRAINING = 70;

  /** Whether all values are NaN. */
  static boolean poison;

  /** How many validation images were read. */
  static int validationReads;

  @Override
  public String key() {
    return "random";
  }

  @Override
  public LabelledFeatures training(int view) {
    return features(view, TRAINING);
  }

  @Override
  public LabelledFeatures plainTraining(int most) {
    return features(0, Math.min(most, TRAINING));
  }

  @Override
  public LabelledFeatures validation() {
    return features(100, 40);
  }

  @Override
  public LabelledFeatures test() {
    return features(101, 40);
  }

  private static LabelledFeatures features(int seed, int images) {
    int[] labels = new int[images];
    short[] values = new short[images * SmallTails.VALUES];
    Random random = new Random(seed);
    for (int i = 0; i < images; i++) {
      labels[i] = i % 2;
      for (int k = 0; k < SmallTails.VALUES; k++) {
        double mean = labels[i] == 0 ? 0.5 : -0.5;
        float value = poison ? Float.NaN : (float) (mean + random.nextGaussian());
        values[i * SmallTails.VALUES + k] = HalfPrecision.fromFloat(value);
      }
    }
    return new LabelledFeatures(
        new FeatureStore() {
          @Override
          public int size() {
            return images;
          }

          @Override
          public int valuesPerImage() {
            return SmallTails.VALUES;
          }

          @Override
          public void readHalf(int index, short[] target, int offset) {
            validationReads += seed == 100 ? 1 : 0;
            System.arraycopy(values, index * SmallTails.VALUES, target, offset, SmallTails.VALUES);
          }
        },
        labels);
  }
}
