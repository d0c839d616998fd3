package normsweep.report.prediction;

import static java.util.Comparator.comparingDouble;
import static java.util.Comparator.comparingInt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import normsweep.record.prediction.ClassScores;

/**
 * How often images of each class are taken for each class, over all networks.
 *
 * @param counts by true class and predicted class
 */
@SuppressWarnings("ArrayRecordComponent") // read often; nobody compares them
public record Confusion(int[][] counts) {
  /**
   * Images of one class that are taken for another.
   *
   * @param label their class
   * @param predicted the other class
   * @param count how many
   * @param share of the images of their class
   */
  public record ConfusedPair(int label, int predicted, int count, double share) {}

  /** Counts the predictions of networks for so many classes. */
  public static Confusion of(List<Outcomes> networks, int classes) {
    int[][] counts = new int[classes][classes];
    for (Outcomes network : networks) {
      for (int i = 0; i < network.images(); i++) {
        counts[network.labels()[i]][network.predicted()[i]]++;
      }
    }
    return new Confusion(counts);
  }

  /** Share of a class's images that are taken for a class; NaN if there are no images. */
  public double share(int label, int predicted) {
    return (double) counts[label][predicted] / Arrays.stream(counts[label]).sum();
  }

  /** Share of a class's images that are classified correctly. */
  public double recall(int label) {
    return share(label, label);
  }

  /** Measures for which rare classes count as much as frequent ones. */
  public ClassScores scores() {
    return ClassScores.of(counts);
  }

  /** Whether all classes have about the same number of images. */
  public boolean even() {
    return ClassScores.even(
        Arrays.stream(counts).mapToInt(row -> IntStream.of(row).sum()).toArray());
  }

  /** Share of all images that are classified correctly. */
  public double accuracy() {
    int right = IntStream.range(0, counts.length).map(label -> counts[label][label]).sum();
    return (double) right / present().map(label -> IntStream.of(counts[label]).sum()).sum();
  }

  /** The classes with the lowest recalls, in the order of their labels. */
  public int[] weakest(int most) {
    return present()
        .boxed()
        .sorted(comparingDouble(this::recall))
        .limit(most)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  private IntStream present() {
    return IntStream.range(0, counts.length).filter(label -> IntStream.of(counts[label]).sum() > 0);
  }

  /** The class with the lowest recall, of those that have images. */
  public int weakest() {
    return present().boxed().min(comparingDouble(this::recall)).orElseThrow();
  }

  /** Pairs of classes that are confused, the largest share of a class first. */
  public List<ConfusedPair> pairs() {
    List<ConfusedPair> pairs = new ArrayList<>();
    for (int label = 0; label < counts.length; label++) {
      for (int other = 0; other < counts.length; other++) {
        if (other != label && counts[label][other] > 0) {
          pairs.add(new ConfusedPair(label, other, counts[label][other], share(label, other)));
        }
      }
    }
    Comparator<ConfusedPair> order = comparingDouble(pair -> -pair.share());
    pairs.sort(order.thenComparing(comparingInt(ConfusedPair::count).reversed()));
    return pairs;
  }
}
