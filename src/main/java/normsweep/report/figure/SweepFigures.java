package normsweep.report.figure;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.report.analysis.SweepEvidence;

/** All figures of a sweep; those without data are left out. */
public final class SweepFigures {
  private static final double CONFIDENCE = 0.95;

  private SweepFigures() {}

  /** The figures of the report, in order of appearance. */
  public static List<Figure> of(SweepEvidence sweep) {
    return Stream.of(
            CurveFigures.accuracies(sweep, CONFIDENCE),
            CurveFigures.curves(sweep),
            GradientFigures.totals(sweep),
            GradientFigures.steps(sweep),
            MagnitudeFigures.sideBySide(sweep),
            MagnitudeFigures.overTime(sweep),
            GradientFigures.layers(sweep),
            GradientFigures.heatMap(sweep))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Figures of single trials, which appear only in the figures folder. */
  public static List<Figure> ofTrials(SweepEvidence sweep) {
    return sweep.trials().stream()
        .map(MagnitudeFigures::ofTrial)
        .flatMap(Optional::stream)
        .toList();
  }
}
