package normsweep.report.analysis;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import normsweep.record.prediction.ImageScores;

/**
 * What one side of a contrast is right about and the other is not, image by image: for each test
 * image the mean over the first side's networks of being right (1) or wrong (0), less that of the
 * second side. Networks fail on much the same images, so these differences vary less than those of
 * two independent samples would.
 */
@SuppressWarnings("ArrayRecordComponent") // many numbers, read once; nobody compares them
record ImageDifferences(double[] values) {

  /** Compares the networks of two sides; empty unless all have predicted the same test images. */
  static Optional<ImageDifferences> of(List<TrialEvidence> first, List<TrialEvidence> second) {
    Optional<double[]> ours = right(first, second);
    Optional<double[]> theirs = right(second, first);
    if (ours.isEmpty() || theirs.isEmpty()) {
      return Optional.empty();
    }
    double[] values = ours.get();
    Arrays.setAll(values, i -> values[i] - theirs.get()[i]);
    return Optional.of(new ImageDifferences(values));
  }

  private static Optional<double[]> right(List<TrialEvidence> side, List<TrialEvidence> other) {
    if (side.isEmpty() || other.isEmpty() || other.get(0).predictions().isEmpty()) {
      return Optional.empty();
    }
    int[] images = other.get(0).predictions().get().test().images();
    double[] right = new double[images.length];
    for (TrialEvidence trial : side) {
      Optional<ImageScores> scores = trial.predictions().map(found -> found.test());
      if (scores.isEmpty() || !Arrays.equals(scores.get().images(), images)) {
        return Optional.empty();
      }
      for (int i = 0; i < right.length; i++) {
        boolean hit = scores.get().predicted(i) == scores.get().labels()[i];
        right[i] += hit ? 1.0 / side.size() : 0;
      }
    }
    return Optional.of(right);
  }

  /**
   * The interval of the mean difference: that of Bonett and Price (2012) for two networks, which is
   * the normal one after two images are added, one that only the first side is right about and one
   * that only the second is. In this form it applies to means over networks, too.
   */
  Interval interval(double confidence) {
    double[] more = Arrays.copyOf(values, values.length + 2);
    more[values.length] = 1;
    more[values.length + 1] = -1;
    return Interval.normal(more, confidence);
  }
}
