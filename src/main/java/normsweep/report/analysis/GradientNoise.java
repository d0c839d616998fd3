package normsweep.report.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.Variance;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * Gradient noise: how much the gradient norm varies between the iterations of a window, relative to
 * their mean.
 *
 * @param windows consecutive windows without overlap; a shorter remainder at the end is left out
 */
public record GradientNoise(List<Window> windows) {
  /** Copies the list. */
  public GradientNoise {
    windows = List.copyOf(windows);
  }

  /**
   * One window.
   *
   * @param first its first iteration
   * @param last its last iteration
   * @param mean mean norm
   * @param variance variance (n − 1) of the norms
   */
  public record Window(int first, int last, double mean, double variance) {
    /** Standard deviation divided by mean, without a unit; 0 if every norm is 0. */
    public double relative() {
      return mean == 0 ? 0 : Math.sqrt(variance) / mean;
    }
  }

  /** Splits {@code norms} into windows of {@code length} iterations, at least 2. */
  public static GradientNoise of(int[] iterations, double[] norms, int length) {
    if (length < 2) {
      throw new IllegalArgumentException("a window of " + length + " iterations has no variance");
    }
    List<Window> windows = new ArrayList<>();
    for (int start = 0; start + length <= norms.length; start += length) {
      double[] part = Arrays.copyOfRange(norms, start, start + length);
      windows.add(
          new Window(
              iterations[start],
              iterations[start + length - 1],
              new Mean().evaluate(part),
              new Variance().evaluate(part)));
    }
    return new GradientNoise(windows);
  }

  /** Median over the windows of the relative noise; empty if there is no complete window. */
  public OptionalDouble medianRelative() {
    return windows.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            new Median().evaluate(windows.stream().mapToDouble(Window::relative).toArray()));
  }
}
