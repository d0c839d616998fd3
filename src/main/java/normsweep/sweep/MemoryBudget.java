package normsweep.sweep;

import java.util.Locale;
import normsweep.record.NormSweepException;
import normsweep.record.SweepConfig;

/**
 * Whether a sweep fits into the machine's memory, asked before it starts.
 *
 * <p>A training step's memory grows with the batch: features, the activations that the way of
 * computing keeps, and their gradients, in 32-bit floats. The rest (backbone, ONNX Runtime, Java
 * heap) is a constant that was measured.
 */
final class MemoryBudget {
  private static final long MIB = 1L << 20;

  /** Backbone, frozen trunk, optimiser and Java, without any batch. */
  private static final long FIXED_BYTES = 1536 * MIB;

  /**
   * Values kept an image by the fused block: features of three batches (at hand, ahead, and the
   * last of an epoch) in native memory and by row, and vectors of the block's width.
   */
  private static final long FUSED_VALUES = 3 * (49 + 50) * 320 + 19 * 1280;

  /** Values kept an image by stock layers at the block's width: activations, gradients, copies. */
  private static final long STOCK_VALUES = 49 * (2 * 320 + 10 * 1280);

  /** Deeper unfreezing keeps the maps of block 16 besides: 960 channels, twice. */
  private static final long DEEP_VALUES = STOCK_VALUES + 49 * 20 * 960;

  private MemoryBudget() {}

  /**
   * Refuses a config that does not fit.
   *
   * @param machineBytes memory of this machine or container
   * @throws NormSweepException exit code 2; the message names the largest batch that fits
   */
  static void require(SweepConfig config, TailChoice choice, long machineBytes) {
    long perImage = Float.BYTES * valuesPerImage(config, choice);
    long needed = FIXED_BYTES + perImage * config.training().batchSize();
    if (needed <= machineBytes) {
      return;
    }
    long fits = (machineBytes - FIXED_BYTES) / perImage;
    throw NormSweepException.usage(
        String.format(
            Locale.ROOT,
            "training.batchSize is %d and needs about %,d MiB, this machine or container has %,d"
                + " MiB; %s.",
            config.training().batchSize(),
            needed / MIB,
            machineBytes / MIB,
            fits < 2 ? "no batch fits here" : "a batch of " + fits + " would fit"));
  }

  private static long valuesPerImage(SweepConfig config, TailChoice choice) {
    if (!config.model().unfreezeFrom().equals("Conv_1")) {
      return DEEP_VALUES;
    }
    return choice == TailChoice.STOCK ? STOCK_VALUES : FUSED_VALUES;
  }
}
