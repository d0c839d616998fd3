package normsweep.tail.fused;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/** What a {@link FusedBlockLayer} computes in, kept from one iteration to the next. */
final class FusedBlockBuffers {
  // Each product packs all of W again, which costs an eighth of a product of 200 rows.
  private static final int ROWS = 800;

  // D of so many channels stays in a core's second-level cache beside one image's features, and
  // there are enough blocks for all workers to end at about the same time.
  private static final int CHANNEL_BLOCK = 80;

  private final int positions;

  /** How many images a worker multiplies at a time. */
  final int chunk;

  /** How many channels a worker goes back over at a time. */
  final int channelBlock;

  final WorkerBuffers[] workers;
  final FeatureMoments moments;

  // By channel.
  final float[] scale;
  final float[] shift;
  final float[] slope;
  final float[] offset;
  final float[] gammaGradient;
  final float[] betaGradient;
  final double[] count;
  final double[] weighted;

  // The active positions by image, word and channel, bit by bit.
  float[][][] active = {};

  // The sum of y² by image.
  double[] squares = {};

  // D, then the gradient of W, by input and channel.
  final float[][] kernelGradient;

  /** What belongs to one thread. */
  static final class WorkerBuffers {
    final float[] row;
    final float[] sum;
    final float[] squares;
    final FloatPointer z;
    final FloatBuffer zValues;
    final ActiveSums activeSums;

    private WorkerBuffers(FusedBatch shape, int chunkValues, int channelBlock) {
      row = new float[shape.channels()];
      sum = new float[shape.channels()];
      squares = new float[shape.channels()];
      z = new FloatPointer(chunkValues);
      zValues = z.asBuffer();
      activeSums = new ActiveSums(shape.positions(), shape.inputs(), channelBlock);
    }
  }

  /** Buffers for maps of this size. */
  FusedBlockBuffers(int workerCount, FusedBatch shape) {
    positions = shape.positions();
    int channels = shape.channels();
    chunk = Math.max(1, ROWS / positions);
    channelBlock = Math.min(CHANNEL_BLOCK, channels);
    workers = new WorkerBuffers[workerCount];
    Arrays.setAll(
        workers, worker -> new WorkerBuffers(shape, chunk * shape.mapSize(), channelBlock));
    moments = new FeatureMoments(shape.inputs(), channels);
    scale = new float[channels];
    shift = new float[channels];
    slope = new float[channels];
    offset = new float[channels];
    gammaGradient = new float[channels];
    betaGradient = new float[channels];
    count = new double[channels];
    weighted = new double[channels];
    kernelGradient = new float[shape.inputs()][channels];
  }

  /** Whether they are for maps of this size. */
  boolean fit(FusedBatch batch) {
    return positions == batch.positions();
  }

  /** Makes room for a training step over a batch. */
  void reserve(FusedBatch batch) {
    if (active.length < batch.images()) {
      active = new float[batch.images()][ActiveSums.wordsFor(positions)][batch.channels()];
      squares = new double[batch.images()];
    }
  }
}
