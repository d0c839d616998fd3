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
 */
public record Trial(Norm norm, FrnPlacement placement, Clip clip, long seed, TrialSettings settings)
    implements Serializable {

  /** A trial of a grid without further axes. */
  public Trial(Norm norm, FrnPlacement placement, Clip clip, long seed) {
    this(norm, placement, clip, seed, TrialSettings.NONE);
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
