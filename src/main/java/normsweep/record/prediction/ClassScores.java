package normsweep.record.prediction;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Measures for which rare classes count as much as frequent ones. Classes without images do not
 * count.
 *
 * @param balancedAccuracy mean recall of the classes: accuracy if all had the same number of images
 * @param macroF1 mean over classes of 2 P R / (P + R), with the recall R and the precision P, the
 *     share of the images taken for a class that are of it; 0 for a class that nothing is rightly
 *     taken for
 */
public record ClassScores(double balancedAccuracy, double macroF1) {
  /** By what share the largest class may exceed the smallest to count as equal. */
  private static final double EVEN = 0.15;

  /** The measures where they tell more than accuracy: where classes have different sizes. */
  public static Optional<ClassScores> ofUneven(ImageScores scores) {
    int[] sizes = new int[scores.classes()];
    IntStream.of(scores.labels()).forEach(label -> sizes[label]++);
    return even(sizes) ? Optional.empty() : Optional.of(of(scores));
  }

  /** Whether classes of these numbers of images have about the same; empty ones do not count. */
  public static boolean even(int[] sizes) {
    int most = IntStream.of(sizes).max().orElse(0);
    return most <= (1 + EVEN) * IntStream.of(sizes).filter(size -> size > 0).min().orElse(0);
  }

  /** The measures of a network's predictions. */
  public static ClassScores of(ImageScores scores) {
    int[][] counts = new int[scores.classes()][scores.classes()];
    for (int row = 0; row < scores.size(); row++) {
      counts[scores.labels()[row]][scores.predicted(row)]++;
    }
    return of(counts);
  }

  /**
   * The measures of counted predictions.
   *
   * @param counts by true class and predicted class
   */
  public static ClassScores of(int[][] counts) {
    double recalls = 0;
    double harmonicMeans = 0;
    int present = 0;
    for (int label = 0; label < counts.length; label++) {
      int own = IntStream.of(counts[label]).sum();
      if (own > 0) {
        int category = label;
        int taken = Arrays.stream(counts).mapToInt(row -> row[category]).sum();
        recalls += (double) counts[label][label] / own;
        harmonicMeans += 2.0 * counts[label][label] / (taken + own);
        present++;
      }
    }
    return new ClassScores(recalls / present, harmonicMeans / present);
  }
}
