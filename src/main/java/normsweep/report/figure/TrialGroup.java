package normsweep.report.figure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * @param clipNumber 0 for no clipping; those of the sweep that clip are counted from 1
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
        Clip clip = clips.get(i * (clips.size() - 1) / Math.max(1, fit - 1));
        int number = clips.stream().filter(Clip::active).toList().indexOf(clip) + 1;
        List<TrialEvidence> trials = sweep.trials(head, clip);
        if (!trials.isEmpty()) {
          cells.add(new TrialGroup(head, clip, number, trials));
        }
      }
    }
    return cells;
  }

  /** Its name with the settings of further axes. */
  public String label() {
    return trials.get(0).row().trial().label();
  }

  /** Its name in figures of one setting. */
  String name() {
    return head.label() + ", " + clip.label();
  }

  /** How its lines are drawn. */
  public LineStyle style() {
    return LineStyle.of(head, clipNumber);
  }

  /** A legend of cells: the colour of each head, and the dashes of each clipping choice. */
  static List<Line> legend(List<TrialGroup> cells) {
    Map<String, LineStyle> heads = new LinkedHashMap<>();
    Map<String, LineStyle> clips = new LinkedHashMap<>();
    for (TrialGroup cell : cells) {
      heads.put(cell.head.label(), LineStyle.of(cell.head, 0));
      clips.put(cell.clip.label(), LineStyle.of(cell.clipNumber));
    }
    return Stream.of(heads, clips)
        .filter(keys -> keys == heads || keys.size() > 1)
        .flatMap(keys -> keys.entrySet().stream())
        .map(key -> new Line(key.getKey(), key.getValue(), List.of()))
        .toList();
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
