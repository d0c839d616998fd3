package normsweep.ui.state;

import java.util.List;
import java.util.Map;
import normsweep.record.Clip;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.ui.state.CurveKind.Curve;

/**
 * One kind of curve of all trials, which the script of the page draws.
 *
 * @param label what the curves are
 * @param x what points belong to: {@code epoch} or {@code step}
 * @param share whether values are shares of a whole
 * @param perPoint how many steps are averaged to one point
 * @param thresholds of clipping, where they are on the same scale
 * @param trials those that have points
 */
public record SweepCurves(
    String label,
    String x,
    boolean share,
    int perPoint,
    List<Double> thresholds,
    List<TrialCurve> trials) {

  /**
   * One trial's curve.
   *
   * @param name the values in which the trial differs from others
   * @param cell those that it shares with the trials that differ in the seed alone, by axis
   */
  public record TrialCurve(String id, String name, Map<String, String> cell, Curve curve) {}

  /** The curves of these trials, as far as they have been recorded. */
  public static SweepCurves of(CurveKind kind, List<TrialResult> results, TrialRecords records) {
    List<Trial> trials = results.stream().map(TrialResult::trial).toList();
    List<TrialAxis> axes = TrialAxis.of(results);
    int perPoint = kind.stepsPerPoint(records, trials);
    return new SweepCurves(
        kind.label(),
        kind.bySteps() ? "step" : "epoch",
        kind.share(),
        perPoint,
        trials.stream()
            .map(Trial::clip)
            .filter(clip -> kind.hasThreshold() && clip.mode() == Clip.Mode.GLOBAL_NORM)
            .map(Clip::threshold)
            .distinct()
            .toList(),
        results.stream()
            .map(
                result ->
                    new TrialCurve(
                        result.id(),
                        TrialAxis.name(axes, result),
                        TrialAxis.cell(axes, result),
                        kind.of(result.trial(), records, perPoint)))
            .filter(trial -> trial.curve().x().length > 0)
            .toList());
  }
}
