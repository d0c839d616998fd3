package normsweep.report.export;

import java.util.LinkedHashMap;
import java.util.Map;
import normsweep.record.EpochMetrics;
import normsweep.record.TrainingDynamics;
import normsweep.record.TrialResult;

/** What was recorded, by name and with its unit; measures without a value are left out. */
final class Measures {
  private final Map<TidyMeasure, Double> values = new LinkedHashMap<>();

  /**
   * A measure.
   *
   * @param name its name in the files of a sweep
   * @param unit its unit; 1 for a share, ratio or count
   */
  record TidyMeasure(String name, String unit) {}

  private Measures() {}

  private Measures with(String name, String unit, Number value) {
    if (value != null) {
      // A float keeps the digits that it has in its file.
      values.put(new TidyMeasure(name, unit), Double.valueOf(value.toString()));
    }
    return this;
  }

  /** Those of a trial as a whole. */
  static Map<TidyMeasure, Double> of(TrialResult row) {
    return new Measures()
        .with("epochs", "1", row.epochs())
        .with("bestEpoch", "1", row.bestEpoch())
        .with("valAccuracy", "1", row.valAccuracy())
        .with("valLoss", "nat", row.valLoss())
        .with("testAccuracy", "1", row.testAccuracy())
        .with("testLoss", "nat", row.testLoss())
        .with("testBalancedAccuracy", "1", row.testBalancedAccuracy())
        .with("testMacroF1", "1", row.testMacroF1())
        .with("convergenceEpoch", "1", row.convergenceEpoch())
        .with("clippedFraction", "1", row.clippedFraction())
        .with("trainSeconds", "s", row.trainSeconds())
        .with("imagesPerSecond", "1/s", row.imagesPerSecond())
        .values;
  }

  /** Those of an epoch. */
  static Map<TidyMeasure, Double> of(EpochMetrics row) {
    return new Measures()
        .with("trainLoss", "nat", row.trainLoss())
        .with("trainAccuracy", "1", row.trainAccuracy())
        .with("valLoss", "nat", row.valLoss())
        .with("valAccuracy", "1", row.valAccuracy())
        .with("learningRate", "1", row.learningRate())
        .with("seconds", "s", row.seconds())
        .values;
  }

  /** Those of a measured step. */
  static Map<TidyMeasure, Double> of(TrainingDynamics.Step row) {
    return new Measures()
        .with("cosine", "1", row.cosine())
        .with("images", "1", row.images())
        .with("squaredGradient", "nat^2", row.squaredGradient())
        .with("variance", "nat^2", row.variance())
        .with("loss", "nat", row.loss())
        .with("lossLeast", "nat", row.lossLeast())
        .with("lossMost", "nat", row.lossMost())
        .with("gradientNorm", "nat", row.gradientNorm())
        .with("gradientChange", "nat", row.gradientChange())
        .with("smoothness", "nat", row.smoothness())
        .values;
  }
}
