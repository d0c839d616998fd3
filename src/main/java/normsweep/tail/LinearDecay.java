package normsweep.tail;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A straight line down: base·(1 - t/T) at iteration t. Deeplearning4j's {@code PolySchedule}, which
 * is meant for this, computes base·(1 + t/T).
 *
 * @param base where it starts
 * @param iterations T, where it reaches 0
 */
record LinearDecay(@JsonProperty("base") double base, @JsonProperty("iterations") int iterations)
    implements ISchedule {

  @Override
  public double valueAt(int iteration, int epoch) {
    return base * Math.max(0, iterations - iteration) / iterations;
  }

  @Override
  public LinearDecay clone() {
    return this;
  }
}
