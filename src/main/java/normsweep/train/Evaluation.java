package normsweep.train;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Loss and accuracy of a network on a set of images.
 *
 * @param loss mean cross-entropy, in nats
 * @param accuracy share of correct predictions
 */
public record Evaluation(double loss, double accuracy) {

  /** Adds up batches. */
  public static final class Sum {
    // The smallest probability whose logarithm DL4J's cross-entropy takes.
    private static final double FLOOR = 1e-10;

    private double loss;
    private int right;
    private int images;

    /** Adds a batch: class probabilities [N, classes] and the correct class of each row. */
    public void add(INDArray probabilities, int[] labels) {
      int classes = Math.toIntExact(probabilities.size(1));
      float[] values = probabilities.dup('c').data().asFloat();
      for (int row = 0; row < labels.length; row++) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
          if (values[row * classes + c] > values[row * classes + best]) {
            best = c;
          }
        }
        right += best == labels[row] ? 1 : 0;
        double p = values[row * classes + labels[row]];
        // A NaN must be kept, and Math.max keeps it.
        loss -= Math.log(Math.max(p, FLOOR));
      }
      images += labels.length;
    }

    /** The means over everything added. */
    public Evaluation mean() {
      return new Evaluation(loss / images, (double) right / images);
    }
  }
}
