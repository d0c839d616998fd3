package normsweep.record;

import java.io.Serializable;

/**
 * One cell of the grid: a head trained with one norm, one clipping choice, one seed and one value
 * of each further axis.
 *
 * @param norm the head's normalisation
 * @param placement where a filter response norm sits; {@link FrnPlacement#DENSE} for other norms
 * @param clip gradient clipping
 * @param seed seed of weights, batch order and dropout
 * @param settings what further axes of the grid set
 * @param tuned what tuning chose for the cell; not part of the id, which is known before
 */
public record Trial(
    Norm norm,
    FrnPlacement placement,
    Clip clip,
    long seed,
    TrialSettings settings,
    TrialSettings tuned)
    implements Serializable {

  /** A trial of a grid without further axes. */
  public Trial(Norm norm, FrnPlacement placement, Clip clip, long seed) {
    this(norm, placement, clip, seed, TrialSettings.NONE);
  }

  /** A trial that nothing was tuned for. */
  public Trial(Norm norm, FrnPlacement placement, Clip clip, long seed, TrialSettings settings) {
    this(norm, placement, clip, seed, settings, TrialSettings.NONE);
  }

  /** This trial with what tuning chose. */
  public Trial with(TrialSettings choice) {
    return new Trial(norm, placement, clip, seed, settings, choice);
  }

  /** The cell as a trial of seed 0: what trials that differ in the seed alone share. */
  public Trial cell() {
    return new Trial(norm, placement, clip, 0, settings);
  }

  /**
   * The trial's name and folder, such as {@code layer-norm.clip-1.0.seed-1.lr-3e-4}, where each
   * further axis adds its last part.
   */
  public String id() {
    return head() + ".clip-" + clip.id() + ".seed-" + seed + settings.idSuffix();
  }

  /** The head's name: the norm, and its placement if that is not the default. */
  public String head() {
    return placement == FrnPlacement.SPATIAL ? norm.id() + "-spatial" : norm.id();
  }

  /** A short name for tables and legends, without the seed. */
  public String label() {
    String where = placement == FrnPlacement.SPATIAL ? " (spatial)" : "";
    String further = settings.isEmpty() ? "" : ", " + settings.label();
    return norm.label() + where + ", " + clip.label() + further;
  }
}
