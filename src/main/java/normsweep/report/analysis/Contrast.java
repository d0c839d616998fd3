package normsweep.report.analysis;

import static normsweep.report.analysis.Sentences.say;

import java.util.Optional;
import normsweep.record.Clip;

/**
 * A comparison that a report may conclude from, with everything that is ever said about it: the
 * effect, its interval, its p value alone and corrected for all comparisons of the report, and its
 * size. There are three kinds: two heads (averaged over the clipping choices that both have), a
 * clipping choice with no clipping (of one head), and the effects of a clipping choice on two heads
 * (their interaction).
 *
 * @param measure what is compared
 * @param head the head, the first of two
 * @param other the second head; empty for clipping against none
 * @param clip the clipping choice; empty for two heads
 * @param effect the two sides, which for an interaction are effects of clipping themselves
 * @param images test images that an accuracy of one seed was measured on; 0 for what has no
 *     sampling interval
 * @param paired the interval over those images, paired image by image; empty without predictions
 * @param corrected p value by Holm's method; 1 for one seed
 */
public record Contrast(
    Measure measure,
    HeadKind head,
    Optional<HeadKind> other,
    Optional<Clip> clip,
    PairedDifference effect,
    int images,
    Optional<Interval> paired,
    double corrected) {

  /** What the data show about a contrast, the strongest first. */
  public enum Verdict {
    /** A difference, also after correction for all comparisons of the report. */
    BEYOND_NOISE,
    /** A difference if it were the only comparison, but not after correction. */
    HINT,
    /** No difference could be shown. */
    INSIDE_NOISE,
    /** One seed: unknown. */
    UNKNOWN
  }

  /** Whether it compares the effects of a clipping choice on two heads. */
  public boolean interaction() {
    return other.isPresent() && clip.isPresent();
  }

  /** What the seeds show. */
  public Verdict verdict() {
    return effect
        .p()
        .map(
            p ->
                corrected <= Contrasts.ERROR_RATE
                    ? Verdict.BEYOND_NOISE
                    : p <= Contrasts.ERROR_RATE ? Verdict.HINT : Verdict.INSIDE_NOISE)
        .orElse(Verdict.UNKNOWN);
  }

  /** Whether the first side is better than the second beyond noise. */
  public boolean ahead() {
    return verdict() == Verdict.BEYOND_NOISE && measure.lowIsBetter() == (effect.difference() < 0);
  }

  /** “batch norm to filter response norm” of two heads, the better first. */
  public String preference() {
    String second = other.orElseThrow().label();
    return ahead() ? head.label() + " to " + second : second + " to " + head.label();
  }

  /**
   * The interval of the effect: Student's over seeds. For the accuracy of one seed, an interval
   * that covers the sampling of test images only: paired by image ({@link ImageDifferences}), or
   * Newcombe's without predictions.
   */
  public Optional<Interval> interval() {
    return images > 0 && effect.pairs() < 2
        ? paired.or(
            () ->
                Optional.of(
                    Interval.newcombe(
                        effect.first(), images, effect.second(), images, Interval.CONFIDENCE)))
        : effect.interval();
  }

  /** “batch norm − layer norm”, “batch norm: clip 1.0 − none” or both effects. */
  public String label() {
    String choice = clip.map(Clip::label).orElse("");
    return other
        .map(
            second ->
                clip.isEmpty()
                    ? head.label() + " − " + second.label()
                    : say("effect of %s: %s − %s", choice, head.label(), second.label()))
        .orElse(say("%s: %s − none", head.label(), choice));
  }

  /** “+1.2 points; 95 % interval +0.4 to +2.0 points; corrected p = 0.03”. */
  public String describe() {
    String difference = measure.formatDifference(effect.difference());
    String interval =
        interval().map(range -> "; 95 % interval " + measure.formatInterval(range)).orElse("");
    return difference + interval + significance();
  }

  /** “; corrected p = 0.03”, with p alone where only that is small; empty for one seed. */
  public String significance() {
    return switch (verdict()) {
      case UNKNOWN -> "";
      case HINT ->
          say("; p %s, corrected %s", p(effect.p().orElseThrow()), p(corrected).replace("= ", ""));
      default -> "; corrected p " + p(corrected);
    };
  }

  /** “= 0.03” or “< 0.001”. */
  public static String p(double p) {
    return p < 0.001 ? "< 0.001" : say(p < 0.0095 ? "= %.3f" : "= %.2f", p);
  }

  Contrast reversed() {
    return new Contrast(
        measure,
        other.orElseThrow(),
        Optional.of(head),
        clip,
        effect.reversed(),
        images,
        paired.map(range -> new Interval(-range.high(), -range.low())),
        corrected);
  }

  Contrast corrected(double p) {
    return new Contrast(measure, head, other, clip, effect, images, paired, p);
  }
}
