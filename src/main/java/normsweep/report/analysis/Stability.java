package normsweep.report.analysis;

import java.util.List;
import java.util.Optional;
import normsweep.record.EpochMetrics;
import org.apache.commons.math3.stat.descriptive.moment.Variance;

/**
 * How steadily a trial trained.
 *
 * @param largestDrop largest drop in validation accuracy from one epoch to the next, 0 if it never
 *     dropped
 * @param dropEpoch the epoch after that drop, 0 if there was none
 * @param lossVariance variance (n − 1) of the validation loss over the last third of the epochs
 * @param lossEpochs number of epochs in that third
 */
public record Stability(double largestDrop, int dropEpoch, double lossVariance, int lossEpochs) {

  /** Measures a trial; empty if its last third (rounded up) has fewer than two epochs. */
  public static Optional<Stability> of(List<EpochMetrics> epochs) {
    int third = (epochs.size() + 2) / 3;
    if (third < 2) {
      return Optional.empty();
    }
    double largest = 0;
    int at = 0;
    for (int i = 1; i < epochs.size(); i++) {
      double drop = epochs.get(i - 1).valAccuracy() - epochs.get(i).valAccuracy();
      if (drop > largest) {
        largest = drop;
        at = epochs.get(i).epoch();
      }
    }
    double[] losses =
        epochs.stream().skip(epochs.size() - third).mapToDouble(EpochMetrics::valLoss).toArray();
    return Optional.of(new Stability(largest, at, new Variance().evaluate(losses), third));
  }
}
