package normsweep.report.finding;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import normsweep.report.analysis.Contrast.Verdict;

/**
 * A statement that the numbers of a sweep support.
 *
 * @param topic what it is about
 * @param strength how much it claims
 * @param text one or two sentences, with the numbers they rest on
 * @param numbers those numbers in the order of the text, before rounding
 */
public record Finding(Topic topic, Strength strength, String text, List<Double> numbers) {

  Finding(Topic topic, Strength strength, String text, double... numbers) {
    this(topic, strength, text, Arrays.stream(numbers).boxed().toList());
  }

  /**
   * The sentence that fits the verdict of contrasts, which also determines how much it claims.
   * Every rule that compares heads or clipping choices uses it, and nothing else makes a
   * conclusion: the other rules count seeds, trials or steps, or describe this sweep.
   *
   * @param unclear the sentence about differences that are not beyond noise, hints included
   * @param oneSeedStrength how much a sentence about one seed claims
   */
  static Finding judged(
      Topic topic,
      Verdict verdict,
      Supplier<String> beyondNoise,
      Supplier<String> unclear,
      Supplier<String> oneSeed,
      Strength oneSeedStrength,
      List<Double> numbers) {
    return switch (verdict) {
      case BEYOND_NOISE -> new Finding(topic, Strength.CONCLUSION, beyondNoise.get(), numbers);
      case HINT -> new Finding(topic, Strength.OBSERVATION, unclear.get(), numbers);
      case INSIDE_NOISE -> new Finding(topic, Strength.CAUTION, unclear.get(), numbers);
      case UNKNOWN -> new Finding(topic, oneSeedStrength, oneSeed.get(), numbers);
    };
  }

  /** The subject of a finding, and the section of the report it appears in. */
  public enum Topic {
    /** How much evidence the sweep provides. */
    EVIDENCE,
    ACCURACY,
    CLIPPING,
    /** Speed of training. */
    CONVERGENCE,
    /** Steadiness of training. */
    STABILITY,
    /** The gap between training and validation. */
    GENERALISATION,
    /** Sizes and noise of gradients. */
    GRADIENTS,
    LANDSCAPE,
    /** How measures are associated. */
    DISCUSSION
  }

  /** How much a finding claims. */
  public enum Strength {
    /** A difference beyond the noise between seeds, corrected for all of the report's contrasts. */
    CONCLUSION,
    /** A description of this sweep's numbers, or a count, that claims nothing beyond them. */
    OBSERVATION,
    /** A difference that could not be shown, or a reason for doubt. */
    CAUTION
  }
}
