package normsweep.sweep;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import normsweep.backbone.MobileNetV2;
import normsweep.base.NormSweepException;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.SweepConfig;
import normsweep.record.Trial;
import normsweep.record.TrialSettings;
import org.deeplearning4j.arbiter.optimize.api.AbstractParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;

/**
 * The trials of a sweep: every cell of norm × placement × clip × further axes × candidates of a
 * search × seed, enumerated by Arbiter.
 */
public final class TrialGrid {
  /** Trials of the largest sweep that is not taken for a mistake. */
  static final int MOST_TRIALS = 10_000;

  // Most file systems limit names to 255 bytes; figures add to the id.
  private static final int LONGEST_ID = 200;

  private TrialGrid() {}

  /**
   * All trials, seed by seed, so that an unfinished sweep has complete grids for its first seeds.
   * Norms without a placement appear once, however many placements the grid names.
   *
   * @throws NormSweepException exit code 2 if there are too many, if two would share a folder, or
   *     if the settings of one do not fit together
   */
  public static List<Trial> of(SweepConfig config) {
    requireFew(config);
    return of(config, TrialSearch.candidates(config.search()));
  }

  /** The trials of candidates that were drawn before. */
  static List<Trial> of(SweepConfig config, List<TrialSettings> candidates) {
    requireFew(config);
    GridSearchCandidateGenerator generator =
        new GridSearchCandidateGenerator(
            new GridSpace(config.grid(), candidates),
            1,
            GridSearchCandidateGenerator.Mode.Sequential,
            Map.of());
    Set<Trial> trials = new LinkedHashSet<>();
    while (generator.hasMoreCandidates()) {
      trials.add((Trial) generator.getCandidate().getValue());
    }
    requireFolders(trials);
    Set<Object> checked = new HashSet<>();
    for (Trial trial : trials) {
      if (checked.add(List.of(trial.norm(), trial.settings()))) {
        requireLayer(config.of(trial).model().unfreezeFrom());
      }
    }
    return List.copyOf(trials);
  }

  // Whether the backbone can be cut there is known once its weights are.
  private static void requireLayer(String unfreezeFrom) {
    if (!MobileNetV2.hasLayer(unfreezeFrom)) {
      throw NormSweepException.usage(
          "model.unfreezeFrom is '"
              + unfreezeFrom
              + "', which is no layer of MobileNetV2; allowed are, for example, Conv_1,"
              + " block_16_project, block_16_expand.");
    }
  }

  /** Counts without enumerating, which would take too long for what it refuses. */
  private static void requireFew(SweepConfig config) {
    SweepConfig.Grid grid = config.grid();
    boolean placed = grid.norm().contains(Norm.FILTER_RESPONSE_NORM);
    int heads = grid.norm().size() + (placed ? grid.placement().size() - 1 : 0);
    double trials =
        Stream.concat(Stream.of(grid.clip(), grid.seed()), grid.further().values().stream())
            .mapToDouble(List::size)
            .reduce(heads * Math.max(1.0, config.search().candidates()), (a, b) -> a * b);
    if (trials > MOST_TRIALS) {
      throw NormSweepException.usage(
          String.format(
              Locale.ROOT,
              "The sweep has %,.0f trials, allowed are at most %,d; shorten the lists of its grid%s.",
              trials,
              MOST_TRIALS,
              config.search().candidates() == 0 ? "" : " or lower search.candidates"));
    }
  }

  // Compared without case, as some file systems do.
  private static void requireFolders(Set<Trial> trials) {
    Map<String, Trial> folders = new HashMap<>();
    for (Trial trial : trials) {
      String id = trial.id();
      if (id.length() > LONGEST_ID) {
        throw NormSweepException.usage(
            "The trial id "
                + id
                + " is too long for the name of a folder (at most "
                + LONGEST_ID
                + " characters); use fewer axes in one sweep.");
      }
      Trial other = folders.put(id.toLowerCase(Locale.ROOT), trial);
      if (other != null) {
        throw NormSweepException.usage(
            String.format(
                Locale.ROOT,
                "Two trials, %s and %s, would share the folder %s; remove one of the" + " values.",
                other.label(),
                trial.label(),
                id));
      }
    }
  }

  /**
   * The grid's axes for Arbiter, whose generator varies the first leaf fastest. It omits
   * single-valued axes from the parameter vector, so such an axis is a {@link FixedValue} here.
   */
  private static final class GridSpace extends AbstractParameterSpace<Trial> {
    private final ParameterSpace<Norm> norm;
    private final ParameterSpace<FrnPlacement> placement;
    private final ParameterSpace<Clip> clip;
    private final ParameterSpace<Long> seed;
    private final Map<String, ParameterSpace<Object>> further = new LinkedHashMap<>();
    private final ParameterSpace<TrialSettings> candidate;

    GridSpace(SweepConfig.Grid grid, List<TrialSettings> candidates) {
      norm = axis(grid.norm());
      placement = axis(grid.placement().stream().sorted().toList());
      clip = axis(grid.clip());
      seed = axis(grid.seed());
      grid.further().forEach((key, values) -> further.put(key, axis(values)));
      candidate = axis(candidates);
    }

    @Override
    public Trial getValue(double[] parameters) {
      Norm chosen = norm.getValue(parameters);
      boolean placed = chosen == Norm.FILTER_RESPONSE_NORM;
      Map<String, Object> settings = new LinkedHashMap<>();
      further.forEach((key, values) -> settings.put(key, values.getValue(parameters)));
      return new Trial(
          chosen,
          placed ? placement.getValue(parameters) : FrnPlacement.DENSE,
          clip.getValue(parameters),
          seed.getValue(parameters),
          new TrialSettings(settings).plus(candidate.getValue(parameters)));
    }

    @Override
    public int numParameters() {
      return leaves().stream().mapToInt(ParameterSpace::numParameters).sum();
    }

    private List<ParameterSpace<?>> leaves() {
      List<ParameterSpace<?>> leaves = new ArrayList<>(List.of(clip, placement, norm));
      leaves.addAll(further.values());
      leaves.add(candidate);
      leaves.add(seed);
      return leaves;
    }

    @Override
    @SuppressWarnings("rawtypes") // Arbiter's own signature
    public List<ParameterSpace> collectLeaves() {
      return List.copyOf(leaves());
    }

    @Override
    public boolean isLeaf() {
      return false;
    }

    @Override
    public void setIndices(int... indices) {
      throw new IllegalStateException("the indices belong to the axes");
    }

    private static <T> ParameterSpace<T> axis(List<T> values) {
      return values.size() == 1
          ? new FixedValue<>(values.get(0))
          : new DiscreteParameterSpace<>(values);
    }
  }
}
