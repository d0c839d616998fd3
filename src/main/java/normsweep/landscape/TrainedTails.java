package normsweep.landscape;

import java.util.function.Function;
import java.util.function.ToIntFunction;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.sweep.TrialInputs;
import normsweep.tail.Tail;
import normsweep.train.LabelledFeatures;

/**
 * The trained networks of a sweep and the images for evaluating them.
 *
 * @param load gives the tail of a completed trial with the parameters of its saved model
 * @param validation gives the features of a trial's validation images, in the sweep's order
 * @param training gives the features of a trial's training images in their first view
 * @param batchSize gives the images per step with which a trial was trained
 * @param featuresKey what a trial's features depend on, as a digest
 */
public record TrainedTails(
    Function<TrialResult, Tail> load,
    Function<TrialResult, LabelledFeatures> validation,
    Function<TrialResult, LabelledFeatures> training,
    ToIntFunction<TrialResult> batchSize,
    Function<TrialResult, String> featuresKey) {

  /** Those of a sweep that was run on {@code inputs}. */
  public static TrainedTails of(SweepFolder folder, TrialInputs inputs) {
    SweepConfig config = folder.readConfig();
    return new TrainedTails(
        trial -> inputs.of(trial.trial()).networks().load(trial, folder.trial(trial.id()).model()),
        trial -> inputs.of(trial.trial()).features().validation(),
        trial -> inputs.of(trial.trial()).features().training(0),
        trial -> config.of(trial.trial()).training().batchSize(),
        trial -> inputs.featuresKey(trial.trial()));
  }
}
