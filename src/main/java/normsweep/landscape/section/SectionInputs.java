package normsweep.landscape.section;

import java.util.function.BiFunction;
import normsweep.landscape.TrainedTails;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.sweep.TrialInputs;
import normsweep.train.LabelledFeatures;

/**
 * The trained networks of a sweep and the images for evaluating them, training images as they are
 * included.
 *
 * @param tails networks and validation images
 * @param training gives at most so many of a trial's training images, not augmented
 */
public record SectionInputs(
    TrainedTails tails, BiFunction<TrialResult, Integer, LabelledFeatures> training) {

  /** Those of a sweep that was run on {@code inputs}. */
  public static SectionInputs of(SweepFolder folder, TrialInputs inputs) {
    return new SectionInputs(
        TrainedTails.of(folder, inputs),
        (trial, images) -> inputs.of(trial.trial()).features().plainTraining(images));
  }
}
