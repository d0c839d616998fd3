package normsweep.report.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;

/**
 * A head with a clipping choice, represented by a line or panel of a figure and averaged over its
 * seeds.
 *
 * @param head the head
 * @param clip the clipping choice
 * @param trials its trials, one per seed, whatever their status
 */
public record TrialGroup(HeadKind head, Clip clip, List<TrialEvidence> trials) {
  /** Copies the list. */
  public TrialGroup {
    trials = List.copyOf(trials);
  }

  /** All cells of a sweep that have a trial, head by head. */
  public static List<TrialGroup> of(SweepEvidence sweep) {
    return of(sweep, sweep.clips());
  }

  /**
   * At most {@code most} cells: all heads with as many clipping choices as fit, chosen evenly from
   * the first to the last.
   */
  public static List<TrialGroup> atMost(SweepEvidence sweep, int most) {
    int fit = Math.max(1, most / Math.max(1, sweep.heads().size()));
    List<Clip> all = sweep.clips();
    if (all.size() <= fit) {
      return of(sweep);
    }
    List<Clip> chosen = new ArrayList<>();
    for (int i = 0; i < fit; i++) {
      chosen.add(all.get(fit == 1 ? 0 : i * (all.size() - 1) / (fit - 1)));
    }
    return of(sweep, chosen);
  }

  private static List<TrialGroup> of(SweepEvidence sweep, List<Clip> clips) {
    List<TrialGroup> cells = new ArrayList<>();
    for (HeadKind head : sweep.heads()) {
      for (Clip clip : clips) {
        List<TrialEvidence> trials = sweep.trials(head, clip);
        if (!trials.isEmpty()) {
          cells.add(new TrialGroup(head, clip, trials));
        }
      }
    }
    return cells;
  }

  /** Name in legends and titles. */
  public String label() {
    return head.label() + ", " + clip.label();
  }

  /** The first trial that has gradient norms. */
  public Stream<TrialEvidence> withGradients() {
    return trials.stream().filter(trial -> trial.gradients().isPresent());
  }
}
