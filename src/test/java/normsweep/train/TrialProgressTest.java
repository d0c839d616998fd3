package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.KeyCases;
import normsweep.record.Norm;
import normsweep.record.Trial;
import org.junit.jupiter.api.Test;

class TrialProgressTest {
  private static final Trial TRIAL =
      new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.globalNorm(1), 1);

  @Test
  void keyOfKnownConfigIsPinned() {
    assertEquals(
        "d455d42bffa434c3c23361cbcf9e9d0b7096b704f616d1f19b4166ef030ba9a1",
        TrialProgress.key(KeyCases.config(), TRIAL, "features"));
  }

  @Test
  void everyTrainingValueChangesTheKey() {
    String key = TrialProgress.key(KeyCases.config(), TRIAL, "features");
    List<String> changing = new ArrayList<>();
    KeyCases.changed()
        .forEach(
            (value, config) -> {
              if (!TrialProgress.key(config, TRIAL, "features").equals(key)) {
                changing.add(value);
              }
            });
    // Images and views come with the key of the features.
    assertEquals(
        List.of(
            "model.unfreezeFrom",
            "model.hiddenUnits",
            "model.dropout",
            "model.blockBatchNorm",
            "training.epochs",
            "training.batchSize",
            "training.learningRate",
            "training.warmupEpochs",
            "training.schedule",
            "training.optimizer",
            "training.momentum",
            "training.weightDecay",
            "training.labelSmoothing",
            "training.patience",
            "training.classWeights",
            "tracking.dynamicsEvery"),
        changing);
    assertNotEquals(key, TrialProgress.key(KeyCases.config(), TRIAL, "other features"));
  }

  @Test
  void everyAxisChangesTheKey() {
    String key = TrialProgress.key(KeyCases.config(), TRIAL, "features");
    for (Trial other :
        List.of(
            new Trial(Norm.BATCH_NORM, FrnPlacement.DENSE, TRIAL.clip(), 1),
            new Trial(TRIAL.norm(), FrnPlacement.SPATIAL, TRIAL.clip(), 1),
            new Trial(TRIAL.norm(), FrnPlacement.DENSE, Clip.NONE, 1),
            new Trial(TRIAL.norm(), FrnPlacement.DENSE, TRIAL.clip(), 2))) {
      assertNotEquals(key, TrialProgress.key(KeyCases.config(), other, "features"), other.id());
    }
  }
}
