package normsweep.record.prediction;

import normsweep.base.HalfPrecision;

/**
 * A network's scores for a set of images: logits z, from which the class probabilities are
 * softmax(z). A constant that is added to a row changes no probability, so each row is shifted to
 * have a largest logit of 0, which it has only once: the predicted class.
 *
 * @param images indices into the data set, ascending; CIFAR-10's are 0 to 49,999 for the official
 *     training images, 50,000 to 59,999 for the official test images
 * @param labels the class of each image
 * @param logits image by image, class by class, in half precision rounded to 10 significant bits
 */
@SuppressWarnings("ArrayRecordComponent") // many numbers, read often; nobody compares them
public record ImageScores(int[] images, int[] labels, short[] logits) {
  /** What the other logits of a row are at most: the negative half closest to 0. */
  private static final float BELOW_LARGEST = -0x1p-24f;

  /** Of a float's 24 significant bits. */
  private static final int DROPPED_BITS = 14;

  /**
   * Scores from class probabilities. The 11th significant bit of a half is noise that nothing
   * compresses; without it, a file is 7 % smaller.
   *
   * @param probabilities image by image, class by class; those below the smallest normal float
   *     count as that
   */
  public static ImageScores of(int[] images, int[] labels, float[] probabilities) {
    short[] logits = new short[probabilities.length];
    int classes = labels.length == 0 ? 0 : probabilities.length / labels.length;
    for (int row = 0; row < labels.length; row++) {
      int from = row * classes;
      int best = from;
      for (int i = from + 1; i < from + classes; i++) {
        best = probabilities[i] > probabilities[best] ? i : best;
      }
      for (int i = from; i < from + classes; i++) {
        if (i != best) {
          double share = Math.max(probabilities[i], Float.MIN_NORMAL) / probabilities[best];
          logits[i] = rounded(Math.min((float) Math.log(share), BELOW_LARGEST));
        }
      }
    }
    return new ImageScores(images, labels, logits);
  }

  // To the nearest value with 10 significant bits, ties to even.
  private static short rounded(float value) {
    int bits = Float.floatToRawIntBits(value);
    int even = bits >>> DROPPED_BITS & 1;
    int half = (1 << (DROPPED_BITS - 1)) - 1;
    return HalfPrecision.fromFloat(
        Float.intBitsToFloat((bits + half + even) >>> DROPPED_BITS << DROPPED_BITS));
  }

  /** Number of images. */
  public int size() {
    return labels.length;
  }

  /** Number of classes. */
  public int classes() {
    return labels.length == 0 ? 0 : logits.length / labels.length;
  }

  /** A logit, at most 0. */
  public float logit(int row, int category) {
    return HalfPrecision.toFloat(logits[row * classes() + category]);
  }

  /** The class with the largest logit. */
  public int predicted(int row) {
    int best = 0;
    for (int category = 1; category < classes(); category++) {
      best = logit(row, category) > logit(row, best) ? category : best;
    }
    return best;
  }

  /** The class probabilities of an image. */
  public double[] probabilities(int row) {
    double[] shares = new double[classes()];
    double sum = 0;
    for (int category = 0; category < shares.length; category++) {
      shares[category] = Math.exp(logit(row, category));
      sum += shares[category];
    }
    for (int category = 0; category < shares.length; category++) {
      shares[category] /= sum;
    }
    return shares;
  }

  /** Number of images whose predicted class is their own. */
  public int right() {
    int right = 0;
    for (int row = 0; row < labels.length; row++) {
      right += predicted(row) == labels[row] ? 1 : 0;
    }
    return right;
  }
}
