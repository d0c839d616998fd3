package normsweep.sweep;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import normsweep.backbone.MobileNetV2;
import normsweep.base.NormSweepException;
import normsweep.device.TailEngine;
import normsweep.record.SweepConfig;
import normsweep.record.Trial;
import normsweep.tail.TailSpec;
import normsweep.tail.fused.FusedTail;

/**
 * Checks, before a sweep starts, whether it fits into the machine's memory.
 *
 * <p>A training step's memory grows with the batch: features, activations (depending on the kind of
 * tail) and their gradients, in 32-bit floats. The rest (backbone, ONNX Runtime, Java heap) is a
 * measured constant.
 */
final class MemoryBudget {
  /** What a head takes hardly depends on how many there are. */
  private static final int CLASSES = 10;

  private static final long MIB = 1L << 20;

  /** The first layer of a fused block; anything larger is left to stock layers. */
  private static final String FUSED_FROM = "Conv_1";

  /** Backbone, frozen trunk, optimiser and Java, without any batch. */
  private static final long FIXED_BYTES = 1536 * MIB;

  /**
   * What the fused block keeps per image: features of three batches (current, next, last of an
   * epoch) in native memory and by row, and vectors of its width; rows and vectors again for half
   * of the images, on which gradients are measured.
   */
  private static final long FUSED_VALUES =
      3 * (49 + 50) * 320 + 19 * 1280 + (50 * 320 + 19 * 1280) / 2;

  /** Features of two batches: the current one and the next one. */
  private static final long STOCK_FEATURES = 2 * 49 * 320;

  /** Each activation, its gradient and copies of both: ten arrays for three layers. */
  private static final double STOCK_COPIES = 10 / 3.0;

  /** A filter response norm over the map keeps about six maps and their gradients. */
  private static final long MAP_NORM_VALUES = 12 * 49 * 1280;

  private MemoryBudget() {}

  /**
   * Rejects a config with a trial that does not fit.
   *
   * @param memory what a trial can have
   * @throws NormSweepException exit code 2; the message names the trial and the largest batch that
   *     fits
   */
  static void require(
      SweepConfig config, List<Trial> trials, TailEngine engine, TrialPool.TrialMemory memory) {
    long machineBytes = memory.bytes();
    Trial largest =
        trials.stream()
            .max(Comparator.comparingLong(trial -> bytes(config.of(trial), trial, engine)))
            .orElseThrow();
    SweepConfig own = config.of(largest);
    long needed = FIXED_BYTES + bytes(own, largest, engine);
    if (needed <= machineBytes) {
      return;
    }
    long perImage = Float.BYTES * valuesPerImage(own, largest, engine);
    long room = (machineBytes - FIXED_BYTES) / perImage;
    long fits = room > 1 && own.data().train() % room == 1 ? room - 1 : room;
    throw NormSweepException.usage(
        String.format(
            Locale.ROOT,
            "training.batchSize is %d and needs about %,d MiB for %s, but %s %,d MiB; %s.",
            own.training().batchSize(),
            needed / MIB,
            largest.id(),
            memory.owner(),
            machineBytes / MIB,
            fits < 2 ? "no batch fits here" : "a batch of " + fits + " would fit"));
  }

  private static long bytes(SweepConfig own, Trial trial, TailEngine engine) {
    return Float.BYTES * valuesPerImage(own, trial, engine) * own.largestBatch();
  }

  /** Whether a trial trains with a fused block. */
  static boolean isFused(SweepConfig config, Trial trial, TailEngine engine) {
    return engine.onlyStock().isEmpty()
        && config.model().unfreezeFrom().equals(FUSED_FROM)
        && FusedTail.obstacle(TrialNetworks.spec(config, trial, CLASSES)).isEmpty();
  }

  private static long valuesPerImage(SweepConfig config, Trial trial, TailEngine engine) {
    String first = config.model().unfreezeFrom();
    TailSpec spec = TrialNetworks.spec(config, trial, CLASSES);
    if (engine.device().gpu()) {
      return STOCK_FEATURES; // the rest is in its own memory
    }
    if (isFused(config, trial, engine)) {
      return FUSED_VALUES;
    }
    return STOCK_FEATURES
        + Math.round(STOCK_COPIES * MobileNetV2.activations(first))
        + (spec.spatialFrn() ? MAP_NORM_VALUES : 0);
  }
}
