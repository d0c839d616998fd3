package normsweep.sweep;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.SweepConfig;
import normsweep.record.Trial;
import org.deeplearning4j.arbiter.optimize.api.AbstractParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;

/** The trials of a sweep: every cell of norm × placement × clip × seed, enumerated by Arbiter. */
public final class TrialGrid {
  private TrialGrid() {}

  /**
   * All trials, seed by seed, so that an unfinished sweep has complete grids for its first seeds.
   * Norms without a placement appear once, however many placements the grid names.
   */
  public static List<Trial> of(SweepConfig.Grid grid) {
    GridSearchCandidateGenerator generator =
        new GridSearchCandidateGenerator(
            space(grid), 1, GridSearchCandidateGenerator.Mode.Sequential, Map.of());
    Set<Trial> trials = new LinkedHashSet<>();
    while (generator.hasMoreCandidates()) {
      trials.add((Trial) generator.getCandidate().getValue());
    }
    return List.copyOf(trials);
  }

  /**
   * The grid's axes for Arbiter, whose generator varies the first leaf fastest. It omits
   * single-valued axes from the parameter vector, so such an axis is a {@link FixedValue} here.
   */
  private static ParameterSpace<Trial> space(SweepConfig.Grid grid) {
    ParameterSpace<Norm> norm = axis(grid.norm());
    ParameterSpace<FrnPlacement> placement = axis(grid.placement().stream().sorted().toList());
    ParameterSpace<Clip> clip = axis(grid.clip());
    ParameterSpace<Long> seed = axis(grid.seed());
    return new AbstractParameterSpace<>() {
      @Override
      public Trial getValue(double[] parameters) {
        Norm chosen = norm.getValue(parameters);
        boolean placed = chosen == Norm.FILTER_RESPONSE_NORM;
        return new Trial(
            chosen,
            placed ? placement.getValue(parameters) : FrnPlacement.DENSE,
            clip.getValue(parameters),
            seed.getValue(parameters));
      }

      @Override
      public int numParameters() {
        return norm.numParameters()
            + placement.numParameters()
            + clip.numParameters()
            + seed.numParameters();
      }

      @Override
      @SuppressWarnings("rawtypes") // Arbiter's own signature
      public List<ParameterSpace> collectLeaves() {
        return List.of(clip, placement, norm, seed);
      }

      @Override
      public boolean isLeaf() {
        return false;
      }

      @Override
      public void setIndices(int... indices) {
        throw new IllegalStateException("the indices belong to the axes");
      }
    };
  }

  private static <T> ParameterSpace<T> axis(List<T> values) {
    return values.size() == 1
        ? new FixedValue<>(values.get(0))
        : new DiscreteParameterSpace<>(values);
  }
}
