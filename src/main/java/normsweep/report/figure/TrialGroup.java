package normsweep.report.figure;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.GradientHistograms;
import normsweep.report.analysis.GradientSeries;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;

/**
 * A head with a clipping choice, represented by a line or panel of a figure and averaged over its
 * seeds.
 *
 * @param trials its trials, one per seed, whatever their status
 */
public record TrialGroup(HeadKind head, Clip clip, List<TrialEvidence> trials) {
  /** All cells of a sweep that have a trial, head by head. */
  public static List<TrialGroup> of(SweepEvidence sweep) {
    return of(sweep, sweep.clips());
  }

  /**
   * At most {@code most} cells: all heads with as many clipping choices as fit, chosen evenly from
   * the first to the last.
   */
  public static List<TrialGroup> atMost(SweepEvidence sweep, int most) {
    List<Clip> all = sweep.clips();
    int fit = Math.min(all.size(), Math.max(1, most / Math.max(1, sweep.heads().size())));
    return of(
        sweep,
        IntStream.range(0, fit)
            .mapToObj(i -> all.get(i * (all.size() - 1) / Math.max(1, fit - 1)))
            .toList());
  }

  private static List<TrialGroup> of(SweepEvidence sweep, List<Clip> clips) {
    return sweep.heads().stream()
        .flatMap(
            head ->
                clips.stream().map(clip -> new TrialGroup(head, clip, sweep.trials(head, clip))))
        .filter(cell -> !cell.trials().isEmpty())
        .toList();
  }

  /** Name in legends and titles. */
  public String label() {
    return head.label() + ", " + clip.label();
  }

  LineStyle style(SweepEvidence sweep) {
    return LineStyle.of(head, sweep.clips().indexOf(clip));
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
