package normsweep.report.document;

import static normsweep.report.document.ByHand.points;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import normsweep.report.document.RecordedSweep.RecordedTrial;

/**
 * The 95 % interval of a difference in accuracy of one seed: paired by image where all networks'
 * predictions are recorded, and of independent samples otherwise.
 */
record SamplingInterval(RecordedSweep sweep, double testImages) {

  /**
   * The interval of a head with a clipping choice minus none, or of two heads, whose means are p
   * and q.
   */
  String of(String head, String other, String clip, double p, double q) {
    List<RecordedTrial> first = new ArrayList<>();
    List<RecordedTrial> second = new ArrayList<>();
    for (String own : clip.isEmpty() ? List.of("none", "1.0") : List.of(clip)) {
      first.addAll(sweep.cell(head, own));
      second.addAll(clip.isEmpty() ? sweep.cell(other, own) : sweep.cell(head, "none"));
    }
    boolean paired =
        Stream.of(first, second).flatMap(List::stream).allMatch(trial -> trial.test() != null);
    return paired ? bonettPrice(first, second) : newcombe(p, q);
  }

  // Of m = n + 2 images, one of which only the first side is right about and one only the second:
  // the mean d of differences, and z·√((Σd²/m − (Σd/m)²)/m) around it.
  private String bonettPrice(List<RecordedTrial> first, List<RecordedTrial> second) {
    double sum = 0;
    double squares = 2;
    for (int i = 0; i < testImages; i++) {
      double difference = right(first, i) - right(second, i);
      sum += difference;
      squares += difference * difference;
    }
    double m = testImages + 2;
    double half = ByHand.Z * Math.sqrt((squares / m - sum / m * (sum / m)) / m);
    return points(sum / m - half) + " to " + points(sum / m + half);
  }

  private static double right(List<RecordedTrial> side, int image) {
    return side.stream().filter(trial -> trial.test().right(image)).count() / (double) side.size();
  }

  // Limits of Wilson's are the roots of (p − x)² = z²·x·(1 − x)/n.
  private String newcombe(double p, double q) {
    double[] one = wilson(p);
    double[] two = wilson(q);
    double below = Math.sqrt(Math.pow(p - one[0], 2) + Math.pow(two[1] - q, 2));
    double above = Math.sqrt(Math.pow(one[1] - p, 2) + Math.pow(q - two[0], 2));
    return points(p - q - below) + " to " + points(p - q + above);
  }

  private double[] wilson(double p) {
    double c = ByHand.Z * ByHand.Z / testImages;
    double half = Math.sqrt(Math.pow(2 * p + c, 2) - 4 * (1 + c) * p * p);
    return new double[] {(2 * p + c - half) / (2 * (1 + c)), (2 * p + c + half) / (2 * (1 + c))};
  }
}
