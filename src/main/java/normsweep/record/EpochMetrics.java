package normsweep.record;

/**
 * One row of {@code metrics.csv}.
 *
 * @param epoch number of the epoch, from 1
 * @param trainLoss mean cross-entropy of the training batches during training, with dropout and
 *     augmentation
 * @param trainAccuracy share of correct predictions on the same batches
 * @param valLoss mean cross-entropy on the validation images in inference mode
 * @param valAccuracy share of correct predictions on the validation images
 * @param learningRate learning rate of the epoch's last step
 * @param seconds wall-clock time of training and validation in this epoch
 */
public record EpochMetrics(
    int epoch,
    double trainLoss,
    double trainAccuracy,
    double valLoss,
    double valAccuracy,
    double learningRate,
    double seconds) {

  /** The same epoch with 0 seconds: equal for equal training, however long it took. */
  public EpochMetrics timeless() {
    return new EpochMetrics(epoch, trainLoss, trainAccuracy, valLoss, valAccuracy, learningRate, 0);
  }
}
