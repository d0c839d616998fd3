package normsweep.report.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

  /**
   * One window.
   *
   * @param first its first iteration
   * @param last its last iteration
   * @param relative standard deviation (n − 1) divided by mean, without a unit; 0 if every norm is
   *     0
   */
  public record Window(int first, int last, double relative) {}

  /** Splits {@code norms} into windows of {@code length} iterations, at least 2. */
  static GradientNoise of(int[] iterations, double[] norms, int length) {
    List<Window> windows = new ArrayList<>();
    for (int start = 0; start + length <= norms.length; start += length) {
      int end = start + length;
      double[] part = Arrays.copyOfRange(norms, start, end);
      double mean = new Mean().evaluate(part);
      double relative = mean == 0 ? 0 : Math.sqrt(new Variance().evaluate(part)) / mean;
      windows.add(new Window(iterations[start], iterations[end - 1], relative));
    }
    return new GradientNoise(windows);
  }

  /** Median over the windows of the relative noise; empty if there is no complete window. */
  Optional<Double> medianRelative() {
    return windows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Median().evaluate(windows.stream().mapToDouble(Window::relative).toArray()));
  }
}
