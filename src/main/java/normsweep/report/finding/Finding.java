package normsweep.report.finding;

import java.util.List;
import java.util.function.Supplier;
import normsweep.report.analysis.Comparison.Verdict;

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

  /**
   * The sentence that a comparison's verdict calls for; how much it claims follows from the
   * verdict.
   *
   * @param oneSeed what a sentence about one seed claims
   */
  static Finding judged(
      Topic topic,
      Verdict verdict,
      List<Double> numbers,
      Supplier<String> beyondNoise,
      Supplier<String> insideNoise,
      Strength oneSeed,
      Supplier<String> ofOneSeed) {
    return switch (verdict) {
      case BEYOND_NOISE -> new Finding(topic, Strength.CONCLUSION, beyondNoise.get(), numbers);
      case INSIDE_NOISE -> new Finding(topic, Strength.CAUTION, insideNoise.get(), numbers);
      case UNKNOWN -> new Finding(topic, oneSeed, ofOneSeed.get(), numbers);
    };
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
