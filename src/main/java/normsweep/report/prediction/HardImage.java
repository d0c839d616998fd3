package normsweep.report.prediction;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A test image that networks classify wrongly.
 *
 * @param image index into the data set
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
   * @param images indices into the data set
   */
  public static List<HardImage> of(int[] images, List<Outcomes> networks) {
    List<HardImage> found = new ArrayList<>();
    for (int i = 0; i < images.length; i++) {
      Map<Integer, Integer> votes = new TreeMap<>();
      int label = networks.get(0).labels()[i];
      int wrong = 0;
      double confidence = 0;
      for (Outcomes network : networks) {
        if (!network.right(i)) {
          votes.merge(network.predicted()[i], 1, Integer::sum);
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

  // Of equal ones, the first class.
  private static int most(Map<Integer, Integer> votes) {
    return Collections.max(
            votes.entrySet(),
            Map.Entry.<Integer, Integer>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .getKey();
  }
}
