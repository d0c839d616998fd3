package normsweep.report.finding;

import java.util.List;

/**
 * A sentence that the numbers of a sweep support.
 *
 * @param topic what it is about
 * @param strength how much it claims
 * @param text the sentence or two, with the numbers it rests on
 * @param numbers those numbers in the order of the text, as they are before rounding
 */
public record Finding(Topic topic, Strength strength, String text, List<Double> numbers) {

  /** Copies the list. */
  public Finding {
    numbers = List.copyOf(numbers);
  }

  /** What a finding is about; the sections of the report. */
  public enum Topic {
    /** How much the sweep can say at all. */
    EVIDENCE,
    /** Test accuracy of the heads. */
    ACCURACY,
    /** What clipping did. */
    CLIPPING,
    /** Speed of training. */
    CONVERGENCE,
    /** Steadiness of training. */
    STABILITY,
    /** Training ahead of validation. */
    GENERALISATION,
    /** Sizes and noise of gradients. */
    GRADIENTS,
    /** The loss surface. */
    LANDSCAPE,
    /** How measures go together. */
    DISCUSSION
  }

  /** How much a finding claims. */
  public enum Strength {
    /** A difference beyond the noise between seeds, or a fact that has no noise. */
    CONCLUSION,
    /** A description of this sweep's numbers that claims nothing beyond them. */
    OBSERVATION,
    /** A difference that is not shown, or a reason for doubt. */
    CAUTION
  }
}
