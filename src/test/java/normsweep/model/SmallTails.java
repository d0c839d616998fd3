package normsweep.model;

import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import org.nd4j.linalg.api.buffer.DataType;

/** Tails of a few hundred parameters, for tests of what trains them. */
public final class SmallTails {
  /** Values of one image's features. */
  public static final int VALUES = 4 * 4 * TailBackbones.FEATURE_CHANNELS;

  private SmallTails() {}

  /** A tail with dropout that starts from {@code seed}. */
  public static Tail tail(Norm norm, long seed, WarmupCosineSchedule schedule) {
    return TailBackbones.tail(
        TailBackbones.small(DataType.FLOAT),
        new TailSpec(norm, FrnPlacement.DENSE, "Conv_1", 6, 0.5, seed, schedule));
  }
}
