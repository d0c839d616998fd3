package normsweep.landscape;

import normsweep.model.Tail;
import normsweep.record.TrialResult;
import normsweep.train.LabelledFeatures;

/** The trained networks of a sweep and the images they are looked at on. */
public interface TrainedTails {
  /** The tail of a completed trial with the parameters of its saved model. */
  Tail load(TrialResult trial);

  /** Features of the validation images, in the sweep's order. */
  LabelledFeatures validation();

  /** What the features depend on, as a digest. */
  String featuresKey();
}
