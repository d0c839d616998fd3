package normsweep.report.analysis;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import normsweep.record.GradientNorm;
import normsweep.record.SweepConfig;
import normsweep.record.TrainingDynamics;

/**
 * Gradient norms of one trial over its iterations, by parameter. All series of a trial have the
 * same iterations; a parameter missing from an iteration has NaN there.
 *
 * @param iterations numbers of the iterations, ascending
 * @param before norms before clipping, by parameter in the order of the file
 * @param after norms after clipping
 * @param smaller iterations whose mini-batch has fewer images than the others, and whose gradient
 *     therefore has more noise
 */
public record GradientSeries(
    int[] iterations,
    Map<String, double[]> before,
    Map<String, double[]> after,
    Set<Integer> smaller) {

  /** Norms of mini-batches of one size. */
  public GradientSeries(
      int[] iterations, Map<String, double[]> before, Map<String, double[]> after) {
    this(iterations, before, after, Set.of());
  }

  /** Groups the rows of {@code gradients.csv}; they may be in any order. */
  public static GradientSeries of(List<GradientNorm> rows) {
    int[] iterations =
        rows.stream().mapToInt(GradientNorm::iteration).sorted().distinct().toArray();
    Map<String, double[]> before = new LinkedHashMap<>();
    Map<String, double[]> after = new LinkedHashMap<>();
    for (GradientNorm row : rows) {
      int at = Arrays.binarySearch(iterations, row.iteration());
      before.computeIfAbsent(row.parameter(), name -> unknown(iterations.length))[at] =
          row.normBefore();
      after.computeIfAbsent(row.parameter(), name -> unknown(iterations.length))[at] =
          row.normAfter();
    }
    return new GradientSeries(iterations, before, after);
  }

  /** The same norms, of mini-batches as large as a trial's settings make them. */
  GradientSeries of(SweepConfig config) {
    return new GradientSeries(
        iterations,
        before,
        after,
        Arrays.stream(iterations)
            .filter(iteration -> !TrainingDynamics.comparable(config, iteration))
            .boxed()
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Noise of the total norm before clipping, from mini-batches of the same size alone. */
  GradientNoise noise(int window) {
    int[] kept =
        IntStream.range(0, iterations.length)
            .filter(i -> !smaller.contains(iterations[i]))
            .toArray();
    double[] total = before(GradientNorm.TOTAL);
    return GradientNoise.of(
        Arrays.stream(kept).map(i -> iterations[i]).toArray(),
        Arrays.stream(kept).mapToDouble(i -> total[i]).toArray(),
        window);
  }

  private static double[] unknown(int length) {
    double[] values = new double[length];
    Arrays.fill(values, Double.NaN);
    return values;
  }

  /** Number of iterations. */
  public int size() {
    return iterations.length;
  }

  /** Names of the parameters in the order of the file, without the total. */
  public List<String> parameters() {
    return before.keySet().stream().filter(name -> !name.equals(GradientNorm.TOTAL)).toList();
  }

  /** Whether the file has rows for the total norm. */
  public boolean hasTotal() {
    return before.containsKey(GradientNorm.TOTAL);
  }

  /** Norms before clipping of a parameter, or of {@link GradientNorm#TOTAL}. */
  public double[] before(String parameter) {
    return before.get(parameter);
  }

  /** Norms after clipping of a parameter, or of {@link GradientNorm#TOTAL}. */
  public double[] after(String parameter) {
    return after.get(parameter);
  }
}
