package normsweep.report.analysis;

import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Trial;

/**
 * What distinguishes one head from another: its norm and, for filter response norm, its placement.
 *
 * @param norm the normalisation
 * @param placement where a filter response norm sits
 */
public record HeadKind(Norm norm, FrnPlacement placement) {
  /** The head of a trial. */
  public static HeadKind of(Trial trial) {
    return new HeadKind(trial.norm(), trial.placement());
  }

  /** A name without spaces. */
  public String id() {
    return norm.id() + (placement == FrnPlacement.SPATIAL ? "-spatial" : "");
  }

  /** A short name for sentences and legends. */
  public String label() {
    return norm.label() + (placement == FrnPlacement.SPATIAL ? " (spatial)" : "");
  }
}
