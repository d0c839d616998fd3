package normsweep.report.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.GradientHistograms;
import normsweep.report.analysis.GradientSeries;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;

/**
 * A head with a clipping choice and one setting of every further axis, represented by a line or
 * panel of a figure and averaged over its seeds.
 *
 * @param clipNumber place of the clipping choice among those of the sweep
 * @param trials its trials, one per seed, whatever their status
 */
public record TrialGroup(HeadKind head, Clip clip, int clipNumber, List<TrialEvidence> trials) {
  /** All cells of a sweep that have a trial, head by head for each setting of further axes. */
  public static List<TrialGroup> of(SweepEvidence sweep) {
    return sweep.settings().stream()
        .flatMap(settings -> atMost(sweep.at(settings), Integer.MAX_VALUE).stream())
        .toList();
  }

  /**
   * At most {@code most} cells: all heads with as many clipping choices as fit, chosen evenly from
   * the first to the last.
   */
  public static List<TrialGroup> atMost(SweepEvidence sweep, int most) {
    List<HeadKind> heads = sweep.heads();
    List<Clip> clips = sweep.clips();
    int fit = Math.min(clips.size(), Math.max(1, most / Math.max(1, heads.size())));
    List<TrialGroup> cells = new ArrayList<>();
    for (HeadKind head : heads) {
      for (int i = 0; i < fit; i++) {
        int number = i * (clips.size() - 1) / Math.max(1, fit - 1);
        Clip clip = clips.get(number);
        List<TrialEvidence> trials = sweep.trials(head, clip);
        if (!trials.isEmpty()) {
          cells.add(new TrialGroup(head, clip, number, trials));
        }
      }
    }
    return cells;
  }

  /** Name in legends and titles. */
  public String label() {
    return trials.get(0).row().trial().label();
  }

  /** How its lines are drawn. */
  public LineStyle style() {
    return LineStyle.of(head, clipNumber);
  }

  /** Gradient norms of the trials that have them. */
  Stream<GradientSeries> gradients() {
    return trials.stream().flatMap(trial -> trial.gradients().stream());
  }

  /** Gradient histograms of the first trial that has them. */
  Optional<GradientHistograms> histograms() {
    return trials.stream().flatMap(trial -> trial.histograms().stream()).findFirst();
  }
}
