package normsweep.landscape;

import java.util.function.Function;
import java.util.function.Supplier;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.sweep.SweepInputs;
import normsweep.tail.Tail;
import normsweep.train.LabelledFeatures;

/**
 * The trained networks of a sweep and the images for evaluating them.
 *
 * @param load gives the tail of a completed trial with the parameters of its saved model
 * @param validation gives the features of the validation images, in the sweep's order
 * @param featuresKey what the features depend on, as a digest
 */
public record TrainedTails(
    Function<TrialResult, Tail> load, Supplier<LabelledFeatures> validation, String featuresKey) {

  /** Those of a sweep that was run on {@code inputs}. */
  public static TrainedTails of(SweepFolder folder, SweepInputs inputs) {
    return new TrainedTails(
        trial -> inputs.networks().load(trial, folder.trial(trial.id()).model()),
        inputs.features()::validation,
        inputs.features().key());
  }
}
