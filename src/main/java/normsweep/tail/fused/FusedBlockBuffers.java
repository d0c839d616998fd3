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

  private final FusedBatch shape;

  /** How many images a worker multiplies at a time. */
  final int chunk;

  /** How many channels a worker goes back over at a time. */
  final int channelBlock;

  final Worker[] workers;
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

  // D, then the gradient of W, by input and channel.
  final float[][] kernelGradient;

  /** What belongs to one thread. */
  static final class Worker {
    final float[] row;
    final float[] sum;
    final FloatPointer z;
    final FloatBuffer zValues;
    final ActiveSums activeSums;

    private Worker(FusedBatch shape, int chunkValues, int channelBlock) {
      row = new float[shape.channels()];
      sum = new float[shape.channels()];
      z = new FloatPointer(chunkValues);
      zValues = z.asBuffer();
      activeSums = new ActiveSums(shape.positions(), shape.inputs(), channelBlock);
    }
  }

  private FusedBlockBuffers(int workerCount, FusedBatch shape) {
    this.shape = shape;
    int channels = shape.channels();
    chunk = Math.max(1, ROWS / shape.positions());
    channelBlock = Math.min(CHANNEL_BLOCK, channels);
    workers = new Worker[workerCount];
    Arrays.setAll(workers, worker -> new Worker(shape, chunk * shape.mapSize(), channelBlock));
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

  /** The buffers at hand where they fit maps of this size, else fresh ones. */
  static FusedBlockBuffers of(FusedBlockBuffers present, int workerCount, FusedBatch batch) {
    return present != null
            && present.shape.positions() == batch.positions()
            && present.shape.inputs() == batch.inputs()
            && present.shape.channels() == batch.channels()
        ? present
        : new FusedBlockBuffers(workerCount, batch);
  }

  /** Makes room for a training step over so many images. */
  void reserve(int images) {
    if (active.length < images) {
      active = new float[images][ActiveSums.wordsFor(shape.positions())][shape.channels()];
    }
  }
}
