package normsweep.tail;

import java.util.Objects;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Linear warm-up, then half a cosine down to zero (Loshchilov &amp; Hutter: SGDR, ICLR 2017, with
 * no restart).
 *
 * <p>With base rate b, w warm-up iterations and T in all, iteration t = 0 … T-1 learns at b·(t+1)/w
 * while t &lt; w, and at b·(1 + cos(π·(t-w)/(T-w)))/2 after that; at 0 from T on.
 */
public final class WarmupCosineSchedule implements ISchedule {
  private static final long serialVersionUID = 1L;

  private final double base;
  private final int warmupIterations;
  private final int totalIterations;

  /**
   * A schedule over iterations.
   *
   * @param base learning rate after the warm-up
   * @param warmupIterations iterations of linear rise, 0 ≤ w ≤ total
   * @param totalIterations iterations of the whole training
   */
  public WarmupCosineSchedule(
      @JsonProperty("base") double base,
      @JsonProperty("warmupIterations") int warmupIterations,
      @JsonProperty("totalIterations") int totalIterations) {
    if (warmupIterations < 0 || warmupIterations > totalIterations) {
      throw new IllegalArgumentException(
          "warm-up of " + warmupIterations + " iterations in " + totalIterations);
    }
    this.base = base;
    this.warmupIterations = warmupIterations;
    this.totalIterations = totalIterations;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return at(iteration);
  }

  /** The learning rate of an iteration, counted from 0. */
  public double at(int iteration) {
    if (iteration >= totalIterations) {
      return 0;
    }
    if (iteration < warmupIterations) {
      return base * (iteration + 1) / warmupIterations;
    }
    double progress =
        (double) (iteration - warmupIterations) / (totalIterations - warmupIterations);
    return base * (1 + Math.cos(Math.PI * progress)) / 2;
  }

  /** Learning rate after the warm-up. */
  @JsonProperty("base")
  public double base() {
    return base;
  }

  /** Iterations of linear rise. */
  @JsonProperty("warmupIterations")
  public int warmupIterations() {
    return warmupIterations;
  }

  /** Iterations of the whole training. */
  @JsonProperty("totalIterations")
  public int totalIterations() {
    return totalIterations;
  }

  @Override
  public WarmupCosineSchedule clone() {
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WarmupCosineSchedule that
        && Double.compare(base, that.base) == 0
        && warmupIterations == that.warmupIterations
        && totalIterations == that.totalIterations;
  }

  @Override
  public int hashCode() {
    return Objects.hash(base, warmupIterations, totalIterations);
  }

  @Override
  public String toString() {
    return "warm-up of "
        + warmupIterations
        + " iterations to "
        + base
        + ", cosine to 0 at "
        + totalIterations;
  }
}
