package normsweep.sweep;

import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import normsweep.base.NormSweepException;
import normsweep.record.SearchRange;
import normsweep.record.Settings;
import normsweep.record.SweepConfig;
import normsweep.record.TrialSettings;
import org.deeplearning4j.arbiter.optimize.api.AbstractParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.distribution.LogUniformDistribution;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;

/**
 * The candidates of a random search, drawn by Arbiter. Asking for more of them gives the same ones
 * first.
 */
final class TrialSearch {
  // What an id can show; the value that is trained with is the rounded one.
  private static final MathContext DIGITS = new MathContext(3);

  // Enough to draw every one of 10,000 equally likely settings.
  private static final int DRAWS_PER_CANDIDATE = 20;
  private static final int FEWEST_CANDIDATES = 10;

  private TrialSearch() {}

  /**
   * The candidates, each different from all others; one without settings if there is no search.
   *
   * @throws NormSweepException exit code 2 if the space has fewer different settings
   */
  static List<TrialSettings> candidates(SweepConfig.Search search) {
    if (search.candidates() == 0) {
      return List.of(TrialSettings.NONE);
    }
    List<TrialSettings> all = combinations(search.space());
    if (all.size() == search.candidates()) {
      return all;
    }
    RandomSearchGenerator generator = new RandomSearchGenerator(new CandidateSpace(search.space()));
    // The first numbers of Java's generator are nearly the same for neighbouring seeds.
    generator.setRngSeed(new SplittableRandom(search.seed()).nextLong());
    Set<TrialSettings> drawn = new LinkedHashSet<>();
    MaxCandidatesCondition enough = new MaxCandidatesCondition(search.candidates());
    IOptimizationRunner count = counting(drawn::size);
    int most = DRAWS_PER_CANDIDATE * (search.candidates() + FEWEST_CANDIDATES);
    for (int draws = 0; !enough.terminate(count); draws++) {
      if (draws == most) {
        throw NormSweepException.usage(
            String.format(
                Locale.ROOT,
                "%d candidates are too many: %d draws from their ranges gave only %d different"
                    + " settings (numbers have three digits); lower `candidates` or widen the"
                    + " ranges.",
                search.candidates(),
                most,
                drawn.size()));
      }
      drawn.add((TrialSettings) generator.getCandidate().getValue());
    }
    return List.copyOf(drawn);
  }

  /** Every combination, in the order of the lists; none if not all keys have lists, or too many. */
  private static List<TrialSettings> combinations(Map<String, SearchRange> space) {
    List<TrialSettings> all = List.of(TrialSettings.NONE);
    for (Map.Entry<String, SearchRange> one : space.entrySet()) {
      List<Object> values = one.getValue().values();
      if (one.getValue().draw() != SearchRange.Draw.LIST
          || (long) all.size() * values.size() > TrialGrid.MOST_TRIALS) {
        return List.of();
      }
      all =
          all.stream()
              .flatMap(
                  before ->
                      values.stream()
                          .map(
                              value -> before.plus(new TrialSettings(Map.of(one.getKey(), value)))))
              .toList();
    }
    return all;
  }

  /** All that Arbiter's condition asks of a runner. */
  private static IOptimizationRunner counting(IntSupplier done) {
    return (IOptimizationRunner)
        Proxy.newProxyInstance(
            TrialSearch.class.getClassLoader(),
            new Class<?>[] {IOptimizationRunner.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "numCandidatesCompleted" -> done.getAsInt();
                  case "numCandidatesFailed" -> 0;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  /** The settings of the search, each drawn from its own Arbiter space. */
  private static final class CandidateSpace extends AbstractParameterSpace<TrialSettings> {
    private final Map<String, ParameterSpace<?>> spaces = new LinkedHashMap<>();
    private final Map<String, SearchRange> ranges;

    CandidateSpace(Map<String, SearchRange> ranges) {
      this.ranges = ranges;
      ranges.forEach((key, range) -> spaces.put(key, space(range)));
    }

    private static ParameterSpace<?> space(SearchRange range) {
      return switch (range.draw()) {
        case LOG ->
            new ContinuousParameterSpace(new LogUniformDistribution(range.low(), range.high()));
        case UNIFORM -> new ContinuousParameterSpace(range.low(), range.high());
        case INTEGER -> new IntegerParameterSpace((int) range.low(), (int) range.high());
        case LIST -> new DiscreteParameterSpace<>(range.values());
      };
    }

    @Override
    public TrialSettings getValue(double[] parameters) {
      Map<String, Object> values = new LinkedHashMap<>();
      spaces.forEach(
          (key, space) -> values.put(key, value(key, ranges.get(key), space.getValue(parameters))));
      return new TrialSettings(values);
    }

    private static Object value(String key, SearchRange range, Object drawn) {
      if (!(drawn instanceof Double number) || range.draw() == SearchRange.Draw.LIST) {
        return Settings.axisValue(key, drawn);
      }
      double rounded =
          Settings.isWhole(key)
              ? Math.rint(number)
              : new BigDecimal(number).round(DIGITS).doubleValue();
      double inside = Math.min(range.high(), Math.max(range.low(), rounded));
      return Settings.axisValue(key, Settings.isWhole(key) ? (Object) (long) inside : inside);
    }

    @Override
    public int numParameters() {
      return spaces.size();
    }

    @Override
    @SuppressWarnings("rawtypes") // Arbiter's own signature
    public List<ParameterSpace> collectLeaves() {
      return new ArrayList<>(spaces.values());
    }

    @Override
    public boolean isLeaf() {
      return false;
    }

    @Override
    public void setIndices(int... indices) {
      throw new IllegalStateException("the indices belong to the settings");
    }
  }
}
