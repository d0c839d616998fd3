package normsweep.landscape;

import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.sweep.SweepInputs;
import normsweep.tail.Tail;
import normsweep.train.LabelledFeatures;

/** The trained networks of a sweep and the images for evaluating them. */
public interface TrainedTails {
  /** The tail of a completed trial with the parameters of its saved model. */
  Tail load(TrialResult trial);

  /** Features of the validation images, in the sweep's order. */
  LabelledFeatures validation();

  /** What the features depend on, as a digest. */
  String featuresKey();

  /** Those of a sweep that was run on {@code inputs}. */
  static TrainedTails of(SweepFolder folder, SweepInputs inputs) {
    return new TrainedTails() {
      @Override
      public Tail load(TrialResult trial) {
        return inputs.networks().load(trial, folder.trial(trial.id()).model());
      }

      @Override
      public LabelledFeatures validation() {
        return inputs.features().validation();
      }

      @Override
      public String featuresKey() {
        return inputs.features().key();
      }
    };
  }
}
