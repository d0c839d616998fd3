package normsweep.report.prediction;

import normsweep.record.prediction.ImageScores;

/**
 * A network's predictions on a set of images.
 *
 * @param labels the class of each image
 * @param predicted the class with the largest probability
 * @param confidence that probability
 * @param brier mean over images of Σ<sub>c</sub> (p<sub>c</sub> − y<sub>c</sub>)², with y = 1 for
 *     the image's class and 0 for the others: 0 if always right and certain, 2 at worst (Brier
 *     1950)
 */
@SuppressWarnings("ArrayRecordComponent") // many numbers, read often; nobody compares them
public record Outcomes(int[] labels, int[] predicted, double[] confidence, double brier) {

  /** The predictions that scores stand for. */
  public static Outcomes of(ImageScores scores) {
    int n = scores.size();
    int[] predicted = new int[n];
    double[] confidence = new double[n];
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double[] p = scores.probabilities(i);
      predicted[i] = scores.predicted(i);
      confidence[i] = p[predicted[i]];
      for (int c = 0; c < p.length; c++) {
        double miss = p[c] - (c == scores.labels()[i] ? 1 : 0);
        squares += miss * miss;
      }
    }
    return new Outcomes(scores.labels(), predicted, confidence, squares / n);
  }

  /** Number of images. */
  public int images() {
    return labels.length;
  }

  /** Whether an image is classified correctly. */
  public boolean right(int image) {
    return predicted[image] == labels[image];
  }

  /** Share of images that are classified correctly. */
  public double accuracy() {
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      right += right(i) ? 1 : 0;
    }
    return (double) right / labels.length;
  }
}
