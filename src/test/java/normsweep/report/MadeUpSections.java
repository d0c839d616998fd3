package normsweep.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;
import normsweep.landscape.SurfaceMeasures;
import normsweep.landscape.section.DirectionPairs;
import normsweep.landscape.section.DirectionPairs.DirectionPair;
import normsweep.landscape.section.Interpolation;
import normsweep.landscape.section.Interpolation.Between;
import normsweep.landscape.section.Interpolation.Profile;
import normsweep.landscape.section.Interpolations;
import normsweep.landscape.section.Sections;
import normsweep.landscape.section.TrialSections;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.train.Evaluation;

/** Adds sections through the loss, which are bowls, to the completed trials of made-up sweeps. */
public final class MadeUpSections {
  private static final int POINTS = 9;
  private static final PlaneGrid GRID = PlaneGrid.centred(POINTS, 1);

  private MadeUpSections() {}

  /**
   * Writes the files. On training images, bowls of pair p are (1 + p/10) times as steep as {@code
   * curvature}, on validation images half as steep; the loss between two trials has a ridge of
   * {@code curvature} of the first.
   */
  public static SweepFolder write(SweepFolder folder, ToDoubleFunction<TrialResult> curvature) {
    List<TrialResult> rows =
        folder.readResults().trials().stream().filter(TrialResult::completed).toList();
    List<Interpolation> lines = new ArrayList<>();
    try {
      for (TrialResult row : rows) {
        double a = curvature.applyAsDouble(row);
        Records.writeJson(
            Sections.file(folder, row.id()),
            new TrialSections(
                TrialSections.SCHEMA,
                row.id(),
                "key",
                500,
                0.2,
                bowl(a, 0.2),
                pairs(a, 0.2),
                pairs(a / 2, 0.6),
                new TrialSections.Fit(
                    2000,
                    new Evaluation(0.2 + a / 10, 0.9),
                    row.seed() == 2 ? null : new Evaluation(0.1, 0.97))));
        for (TrialResult to : rows) {
          boolean same = to.norm() == row.norm();
          if (same && row.seed() == to.seed() && !row.clip().active() && to.clip().active()) {
            lines.add(line(Between.CLIP, row, to, a));
          }
          if (same && row.seed() + 1 == to.seed() && row.clip().equals(to.clip())) {
            lines.add(line(Between.SEED, row, to, 2 * a));
          }
        }
      }
      Records.writeJson(
          Interpolations.file(folder),
          new Interpolation.SweepLines(Interpolation.SweepLines.SCHEMA, lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  private static LossSurface bowl(double a, double centre) {
    return LossSurface.of(GRID, (x, y) -> centre + a * (x * x + y * y));
  }

  private static DirectionPairs pairs(double a, double centre) {
    List<DirectionPair> pairs = new ArrayList<>();
    double[] at = new double[POINTS];
    for (int p = 0; p < 10; p++) {
      LossSurface surface = bowl(a * (1 + p / 10.), centre);
      double[] slice = new double[POINTS];
      for (int i = 0; i < POINTS; i++) {
        at[i] = GRID.a(i);
        slice[i] = surface.loss()[POINTS / 2][i];
      }
      pairs.add(new DirectionPair(slice, slice, 1 - p / 100., SurfaceMeasures.of(surface, 0.5)));
    }
    return new DirectionPairs(250, at, centre, pairs);
  }

  private static Interpolation line(Between kind, TrialResult from, TrialResult to, double ridge) {
    double[] alpha = {0, 0.5, 1};
    return new Interpolation(
        kind,
        from.id(),
        to.id(),
        "key of " + from.id() + to.id(),
        alpha,
        new Profile(500, new double[] {0.2, 0.3 + ridge, 0.4}, new double[] {0.9, 0.8, 0.9}),
        new Profile(400, new double[] {0.6, 0.6, 0.6}, new double[] {0.7, 0.64, 0.72}));
  }
}
