package normsweep.sweep;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.SweepConfig;
import normsweep.record.Trial;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;

/** The trials of a sweep: every cell of norm × placement × clip × seed, enumerated by Arbiter. */
public final class TrialGrid {
  private TrialGrid() {}

  /**
   * All trials, seed by seed, so that an unfinished sweep has complete grids for its first seeds.
   *
   * <p>Norms without a placement appear once, however many placements the grid names.
   */
  public static List<Trial> of(SweepConfig.Grid grid) {
    GridSearchCandidateGenerator generator =
        new GridSearchCandidateGenerator(
            new TrialSpace(grid), 1, GridSearchCandidateGenerator.Mode.Sequential, Map.of());
    Set<Trial> trials =
        new TreeSet<>(
            Comparator.comparingInt((Trial trial) -> grid.seed().indexOf(trial.seed()))
                .thenComparingInt(trial -> grid.norm().indexOf(trial.norm()))
                .thenComparing(Trial::placement)
                .thenComparingInt(trial -> grid.clip().indexOf(trial.clip())));
    while (generator.hasMoreCandidates()) {
      trials.add((Trial) generator.getCandidate().getValue());
    }
    return List.copyOf(trials);
  }

  /**
   * The grid's axes for Arbiter. Its generator omits single-valued axes from the parameter vector,
   * so such an axis is a {@link FixedValue} here.
   */
  private record TrialSpace(
      ParameterSpace<Norm> norm,
      ParameterSpace<FrnPlacement> placement,
      ParameterSpace<Clip> clip,
      ParameterSpace<Long> seed)
      implements ParameterSpace<Trial> {

    TrialSpace(SweepConfig.Grid grid) {
      this(axis(grid.norm()), axis(grid.placement()), axis(grid.clip()), axis(grid.seed()));
    }

    private static <T> ParameterSpace<T> axis(List<T> values) {
      return values.size() == 1
          ? new FixedValue<>(values.get(0))
          : new DiscreteParameterSpace<>(values);
    }

    @Override
    public Trial getValue(double[] parameters) {
      Norm chosen = norm.getValue(parameters);
      return new Trial(
          chosen,
          chosen == Norm.FILTER_RESPONSE_NORM ? placement.getValue(parameters) : FrnPlacement.DENSE,
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
      return List.of(norm, placement, clip, seed);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Map<String, ParameterSpace> getNestedSpaces() {
      return Map.of();
    }

    @Override
    public boolean isLeaf() {
      return false;
    }

    @Override
    public void setIndices(int... indices) {
      throw new IllegalStateException("the indices belong to the axes");
    }
  }
}
