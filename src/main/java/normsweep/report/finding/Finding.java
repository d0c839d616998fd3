package normsweep.report.finding;

import java.util.Arrays;
import java.util.List;
import normsweep.report.analysis.Comparison.Verdict;

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
    /** A difference beyond the noise between seeds, or a fact without noise. */
    CONCLUSION,
    /** A description of this sweep's numbers that claims nothing beyond them. */
    OBSERVATION,
    /** A difference that could not be shown, or a reason for doubt. */
    CAUTION;

    /** How much a comparison with this verdict claims. */
    static Strength of(Verdict verdict) {
      return switch (verdict) {
        case BEYOND_NOISE -> CONCLUSION;
        case INSIDE_NOISE -> CAUTION;
        case UNKNOWN -> OBSERVATION;
      };
    }
  }
}
