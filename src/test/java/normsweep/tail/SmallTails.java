package normsweep.tail;

import normsweep.record.BlockBatchNorm;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Optimizer;
import normsweep.tail.fused.FusedTail;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.schedule.ISchedule;

/** Tails of a few hundred parameters, for tests of what trains them. */
public final class SmallTails {
  /** Values of one image's features. */
  public static final int VALUES = 4 * 4 * TailBackbones.FEATURE_CHANNELS;

  private SmallTails() {}

  /** A tail of stock layers with dropout that starts from {@code seed}. */
  public static Tail tail(Norm norm, long seed, WarmupCosineSchedule schedule) {
    return TailBackbones.tail(TailBackbones.small(DataType.FLOAT), spec(norm, 0.5, seed, schedule));
  }

  /** The same network without dropout, of fused layers or stock ones. */
  public static Tail tail(boolean fused, Norm norm, long seed, WarmupCosineSchedule schedule) {
    return tail(fused, spec(norm, 0, seed, schedule));
  }

  /** The same network with another optimizer. */
  public static Tail tail(boolean fused, Norm norm, Optimizer optimizer, ISchedule rate) {
    return tail(
        fused,
        new TailSpec(
            norm,
            FrnPlacement.DENSE,
            "Conv_1",
            BlockBatchNorm.TRAIN,
            6,
            0,
            10,
            1,
            Optimizers.of(optimizer, rate, 0.9)));
  }

  private static Tail tail(boolean fused, TailSpec spec) {
    ComputationGraph backbone = TailBackbones.small(DataType.FLOAT);
    return fused
        ? FusedTail.orStock(
            backbone,
            spec,
            TailFactory.featureShape(backbone, spec.unfreezeFrom(), TailBackbones.IMAGE))
        : TailBackbones.tail(backbone, spec);
  }

  private static TailSpec spec(
      Norm norm, double dropout, long seed, WarmupCosineSchedule schedule) {
    return new TailSpec(norm, FrnPlacement.DENSE, "Conv_1", 6, dropout, seed, schedule);
  }
}
