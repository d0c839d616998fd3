package normsweep.tail;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Linear warm-up, then half a cosine down to zero (Loshchilov &amp; Hutter: SGDR, ICLR 2017, with
 * no restart).
 *
 * <p>With base rate b, w warm-up iterations and T in all, iteration t = 0 … T-1 learns at b·(t+1)/w
 * while t &lt; w, and at b·(1 + cos(π·(t-w)/(T-w)))/2 after that; at 0 from T on.
 *
 * @param base learning rate after the warm-up
 * @param warmupIterations iterations of linear rise, 0 ≤ w ≤ total
 * @param totalIterations iterations of the whole training
 */
public record WarmupCosineSchedule(
    @JsonProperty("base") double base,
    @JsonProperty("warmupIterations") int warmupIterations,
    @JsonProperty("totalIterations") int totalIterations)
    implements ISchedule {

  /** Checks the numbers of iterations. */
  public WarmupCosineSchedule {
    if (warmupIterations < 0 || warmupIterations > totalIterations) {
      throw new IllegalArgumentException(
          "warm-up of " + warmupIterations + " iterations in " + totalIterations);
    }
  }

  @Override
  public double valueAt(int iteration, int epoch) {
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

  @Override
  public WarmupCosineSchedule clone() {
    return this;
  }
}
