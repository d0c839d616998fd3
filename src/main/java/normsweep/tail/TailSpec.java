package normsweep.tail;

import normsweep.record.BlockBatchNorm;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The structure of a tail and what trains it.
 *
 * @param norm the head's norm
 * @param placement where a filter response norm sits; the other norms ignore it
 * @param unfreezeFrom first layer of the backbone that trains, for example {@code Conv_1}
 * @param blockBatchNorm whether the block's own batch norms train
 * @param hiddenUnits width of the head's dense layer
 * @param dropout probability of dropping a hidden unit, 0 ≤ p &lt; 1
 * @param classes number of classes
 * @param seed seed of the head's initial weights; equal seeds give equal values to equal parameters
 *     of different heads
 * @param optimizer what trains it
 */
public record TailSpec(
    Norm norm,
    FrnPlacement placement,
    String unfreezeFrom,
    BlockBatchNorm blockBatchNorm,
    int hiddenUnits,
    double dropout,
    int classes,
    long seed,
    IUpdater optimizer) {
  private static final int CIFAR_10 = 10;

  /** A tail for CIFAR-10 with the default optimizer, whose batch norms all train. */
  public TailSpec(
      Norm norm,
      FrnPlacement placement,
      String unfreezeFrom,
      int hiddenUnits,
      double dropout,
      long seed,
      ISchedule learningRate) {
    this(
        norm,
        placement,
        unfreezeFrom,
        BlockBatchNorm.TRAIN,
        hiddenUnits,
        dropout,
        CIFAR_10,
        seed,
        new Adam(learningRate));
  }

  /** Checks the numbers; configs are checked earlier, with messages of their own. */
  public TailSpec {
    if (hiddenUnits < 1) {
      throw new IllegalArgumentException("hiddenUnits must be at least 1, not " + hiddenUnits);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be in [0, 1), not " + dropout);
    }
  }

  /** Whether the head normalises the map before pooling. */
  public boolean spatialFrn() {
    return norm == Norm.FILTER_RESPONSE_NORM && placement == FrnPlacement.SPATIAL;
  }
}
