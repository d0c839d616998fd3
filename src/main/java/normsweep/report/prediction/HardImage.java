package normsweep.report.prediction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import normsweep.record.prediction.ImageScores;

/**
 * A test image that networks classify wrongly.
 *
 * @param image index into CIFAR-10
 * @param label its class
 * @param predicted what it is most often taken for
 * @param wrong how many networks are wrong
 * @param networks how many there are
 * @param confidence the mean confidence of those that are wrong
 */
public record HardImage(
    int image, int label, int predicted, int wrong, int networks, double confidence) {

  /**
   * All images that a network classifies wrongly: those that most networks get wrong first, and
   * among them those on which the networks are most confident.
   *
   * @param images indices into CIFAR-10
   */
  public static List<HardImage> of(int[] images, List<Outcomes> networks) {
    List<HardImage> found = new ArrayList<>();
    for (int i = 0; i < images.length; i++) {
      int[] votes = new int[ImageScores.CLASSES];
      int label = networks.get(0).labels()[i];
      int wrong = 0;
      double confidence = 0;
      for (Outcomes network : networks) {
        if (!network.right(i)) {
          votes[network.predicted()[i]]++;
          wrong++;
          confidence += network.confidence()[i];
        }
      }
      if (wrong > 0) {
        found.add(
            new HardImage(
                images[i], label, most(votes), wrong, networks.size(), confidence / wrong));
      }
    }
    found.sort(
        Comparator.comparingInt(HardImage::wrong)
            .thenComparingDouble(HardImage::confidence)
            .reversed()
            .thenComparingInt(HardImage::image));
    return found;
  }

  private static int most(int[] votes) {
    int most = 0;
    for (int c = 1; c < votes.length; c++) {
      most = votes[c] > votes[most] ? c : most;
    }
    return most;
  }
}
