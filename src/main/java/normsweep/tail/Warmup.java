package normsweep.tail;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A linear warm-up before another schedule: iteration t = 0 … w-1 learns at b·(t+1)/w, as in {@link
 * WarmupCosineSchedule}; after that, {@code then} starts at its iteration 0.
 *
 * @param base learning rate b after the warm-up
 * @param iterations iterations w of linear rise
 * @param then what follows
 */
public record Warmup(
    @JsonProperty("base") double base,
    @JsonProperty("iterations") int iterations,
    @JsonProperty("then") ISchedule then)
    implements ISchedule {

  @Override
  public double valueAt(int iteration, int epoch) {
    return iteration < iterations
        ? base * (iteration + 1) / iterations
        : then.valueAt(iteration - iterations, epoch);
  }

  @Override
  public Warmup clone() {
    return this;
  }
}
