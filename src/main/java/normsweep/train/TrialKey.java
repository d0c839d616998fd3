package normsweep.train;

import normsweep.base.Key;
import normsweep.record.SweepConfig;
import normsweep.record.Trial;

/** The key of a trial's training; a checkpoint with another key is not resumed. */
final class TrialKey {
  private static final int VERSION = 1;

  private TrialKey() {}

  /**
   * The digest.
   *
   * @param featuresKey {@link FeatureSets#key}, which stands for weights, images and views
   */
  static String of(SweepConfig config, Trial trial, String featuresKey) {
    SweepConfig.Model model = config.model();
    SweepConfig.Training training = config.training();
    return Key.of("trial", VERSION)
        .with("trial", trial.id())
        .with("features", featuresKey)
        .with("unfreezeFrom", model.unfreezeFrom())
        .with("hiddenUnits", model.hiddenUnits())
        .with("dropout", model.dropout())
        .with("epochs", training.epochs())
        .with("batchSize", training.batchSize())
        .with("learningRate", training.learningRate())
        .with("warmupEpochs", training.warmupEpochs())
        .sha256();
  }
}
