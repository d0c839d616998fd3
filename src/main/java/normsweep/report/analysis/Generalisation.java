package normsweep.report.analysis;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import normsweep.record.EpochMetrics;

/**
 * The gap between training and validation figures at the epoch with the lowest validation loss.
 * Training figures are taken with dropout and augmentation, which makes the gap smaller than it
 * would be in inference mode; it is comparable between trials but is not an absolute measure.
 *
 * @param epoch the epoch
 * @param accuracyGap training accuracy − validation accuracy
 * @param lossGap validation loss − training loss
 */
public record Generalisation(int epoch, double accuracyGap, double lossGap) {
  /** Measures a trial; empty before its first epoch ends. */
  public static Optional<Generalisation> of(List<EpochMetrics> epochs) {
    return epochs.stream()
        .min(Comparator.comparingDouble(EpochMetrics::valLoss))
        .map(
            best ->
                new Generalisation(
                    best.epoch(),
                    best.trainAccuracy() - best.valAccuracy(),
                    best.valLoss() - best.trainLoss()));
  }
}
