package normsweep.landscape.section;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.landscape.LossSurface;
import normsweep.train.Evaluation;

/**
 * {@code trials/ID/sections.json}: the loss around one trial's saved model on training images and
 * along further directions, and how well the model fits its training images.
 *
 * @param schema version of this format, {@value #SCHEMA}
 * @param trial the trial's id
 * @param key digest of everything the figures depend on
 * @param training the surface in the plane of {@code landscape.json}, on the training images of
 *     {@code onTraining}
 * @param trainingCentre loss of the saved model on those images
 * @param trainingImages how many
 * @param onTraining several pairs of directions, on training images
 * @param onValidation the same pairs, on validation images
 * @param fit loss and accuracy on training images
 */
public record TrialSections(
    int schema,
    String trial,
    String key,
    int trainingImages,
    double trainingCentre,
    LossSurface training,
    DirectionPairs onTraining,
    DirectionPairs onValidation,
    Fit fit) {
  /** The version of the format that this program writes. */
  public static final int SCHEMA = 1;

  /**
   * The network on training images as they are, not augmented, in inference mode: no dropout,
   * running statistics.
   *
   * @param images how many, spread evenly over the training set
   * @param saved the saved model, which is the selected epoch's
   * @param last the network after the last epoch; null if its parameters were not kept
   */
  public record Fit(int images, Evaluation saved, Evaluation last) {}

  /** What is invalid about this file, if anything. */
  Optional<String> fault(String id) {
    if (schema != SCHEMA) {
      return Optional.of("it is of schema " + schema + ", not " + SCHEMA);
    }
    if (!id.equals(trial)) {
      return Optional.of("it belongs to another trial");
    }
    return Stream.of(key, training, onTraining, onValidation, fit).allMatch(Objects::nonNull)
            && fit.saved() != null
            && onTraining.whole()
            && onValidation.whole()
        ? Optional.empty()
        : Optional.of("it has no key, surface, directions or fit");
  }
}
