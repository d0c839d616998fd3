package normsweep.report.analysis;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import normsweep.record.EpochMetrics;
import org.apache.commons.math3.stat.descriptive.moment.Variance;

/**
 * What the epochs of a trial show: how fast its validation accuracy rose, how steadily, and how far
 * it stayed behind the training accuracy.
 *
 * @param epochs its epochs, at least one
 */
public record LearningCurve(List<EpochMetrics> epochs) {

  /**
   * A milestone.
   *
   * @param epoch the epoch that reached it
   * @param seconds wall-clock time of all epochs up to and including that one
   */
  public record Reach(int epoch, double seconds) {}

  /** Highest validation accuracy of any epoch. */
  double bestAccuracy() {
    return epochs.stream().mapToDouble(EpochMetrics::valAccuracy).max().orElseThrow();
  }

  /** When the validation accuracy first reached a share of its best. */
  public Optional<Reach> reach(double share) {
    double enough = share * bestAccuracy();
    double seconds = 0;
    for (EpochMetrics epoch : epochs) {
      seconds += epoch.seconds();
      if (epoch.valAccuracy() >= enough) {
        return Optional.of(new Reach(epoch.epoch(), seconds));
      }
    }
    return Optional.empty();
  }

  /** Mean validation accuracy over the epochs by the trapezoidal rule, in [0, 1]. */
  double areaUnderCurve() {
    EpochMetrics first = epochs.get(0);
    EpochMetrics last = epochs.get(epochs.size() - 1);
    if (epochs.size() == 1) {
      return first.valAccuracy();
    }
    double area = 0;
    for (int i = 1; i < epochs.size(); i++) {
      EpochMetrics left = epochs.get(i - 1);
      EpochMetrics right = epochs.get(i);
      area += (left.valAccuracy() + right.valAccuracy()) / 2 * (right.epoch() - left.epoch());
    }
    return area / (last.epoch() - first.epoch());
  }

  // Steadiness is not measured if the last third (rounded up) has fewer than two epochs.
  private int lastThird() {
    return (epochs.size() + 2) / 3;
  }

  /** Largest drop in validation accuracy from one epoch to the next, 0 if it never dropped. */
  Optional<Double> largestDrop() {
    double largest = 0;
    for (int i = 1; i < epochs.size(); i++) {
      double drop = epochs.get(i - 1).valAccuracy() - epochs.get(i).valAccuracy();
      largest = drop > largest ? drop : largest;
    }
    return lastThird() < 2 ? Optional.empty() : Optional.of(largest);
  }

  /** Standard deviation (n − 1) of the validation loss over the last third of the epochs. */
  Optional<Double> lateLossDeviation() {
    double[] losses =
        epochs.stream()
            .skip(epochs.size() - lastThird())
            .mapToDouble(EpochMetrics::valLoss)
            .toArray();
    return losses.length < 2
        ? Optional.empty()
        : Optional.of(Math.sqrt(new Variance().evaluate(losses)));
  }

  /**
   * Training accuracy − validation accuracy at the epoch with the lowest validation loss. Training
   * accuracy is taken with dropout and augmentation, which makes the gap smaller than it would be
   * in inference mode; it is comparable between trials but is not an absolute measure.
   */
  double generalisationGap() {
    return selected().trainAccuracy() - selected().valAccuracy();
  }

  /** The epoch with the lowest validation loss, whose parameters are kept. */
  public EpochMetrics selected() {
    return epochs.stream().min(Comparator.comparingDouble(EpochMetrics::valLoss)).orElseThrow();
  }

  /** The last epoch. */
  public EpochMetrics last() {
    return epochs.get(epochs.size() - 1);
  }
}
