package normsweep.landscape.section;

import java.util.function.BiFunction;
import java.util.function.Function;
import normsweep.landscape.TrainedTails;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.sweep.TrialInputs;
import normsweep.tail.Tail;
import normsweep.train.LabelledFeatures;

/**
 * The trained networks of a sweep and the images for evaluating them, training images as they are
 * included.
 *
 * @param load gives the tail of a completed trial with the parameters of its saved model
 * @param validation gives the features of a trial's validation images, in the sweep's order
 * @param training gives at most so many of a trial's training images, not augmented
 * @param featuresKey what a trial's features depend on, as a digest
 */
public record SectionInputs(
    Function<TrialResult, Tail> load,
    Function<TrialResult, LabelledFeatures> validation,
    BiFunction<TrialResult, Integer, LabelledFeatures> training,
    Function<TrialResult, String> featuresKey) {

  /** Those of a sweep that was run on {@code inputs}. */
  public static SectionInputs of(SweepFolder folder, TrialInputs inputs) {
    TrainedTails tails = TrainedTails.of(folder, inputs);
    return new SectionInputs(
        tails.load(),
        tails.validation(),
        (trial, images) -> inputs.of(trial.trial()).features().plainTraining(images),
        tails.featuresKey());
  }
}
