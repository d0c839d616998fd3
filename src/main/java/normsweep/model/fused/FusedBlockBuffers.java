package normsweep.model.fused;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Function;
import org.bytedeco.javacpp.FloatPointer;

/** What a {@link FusedBlockLayer} computes in, kept from one iteration to the next. */
final class FusedBlockBuffers {
  // Going back, dz of a few images should stay in a core's second-level cache between the pass and
  // the product: 200 rows of 1280 values are 1 MB.
  private static final int BACKWARD_ROWS = 200;

  // Going forward, each product packs all of W anew, which costs an eighth of a product of 200
  // rows.
  private static final int FORWARD_ROWS = 800;

  private final int positions;
  private final int channels;

  /** How many images a lane multiplies at a time going forward. */
  final int forwardChunk;

  /** How many images a lane multiplies at a time going back. */
  final int backwardChunk;

  final Lane[] lanes;

  // By channel.
  final float[] scale;
  final float[] shift;
  final float[] slope;
  final float[] offset;
  final double[] mean;
  final double[] variance;
  final double[] deviation;

  // By image and channel.
  float[][] active = {};
  float[][] activeSum = {};

  // The whole batch's z, rows by channels.
  FloatPointer z = new FloatPointer();

  /** What belongs to one thread. */
  static final class Lane {
    final float[] row;
    final float[] sum;
    final float[] square;
    final double[] sums;
    final double[] squares;
    final FloatPointer z;
    final FloatBuffer zValues;
    FloatPointer dw = new FloatPointer();

    private Lane(int channels, int chunkValues) {
      row = new float[channels];
      sum = new float[channels];
      square = new float[channels];
      sums = new double[channels];
      squares = new double[channels];
      z = new FloatPointer(chunkValues);
      zValues = z.asBuffer();
    }

    void clearMoments() {
      Arrays.fill(sums, 0);
      Arrays.fill(squares, 0);
    }

    // Single precision is good for the sum over one image; over a batch it is not.
    void addMoments() {
      for (int c = 0; c < sums.length; c++) {
        sums[c] += sum[c];
        squares[c] += square[c];
      }
    }
  }

  private FusedBlockBuffers(int laneCount, int positions, int channels) {
    this.positions = positions;
    this.channels = channels;
    forwardChunk = Math.max(1, FORWARD_ROWS / positions);
    backwardChunk = Math.max(1, BACKWARD_ROWS / positions);
    lanes = new Lane[laneCount];
    Arrays.setAll(lanes, lane -> new Lane(channels, forwardChunk * positions * channels));
    scale = new float[channels];
    shift = new float[channels];
    slope = new float[channels];
    offset = new float[channels];
    mean = new double[channels];
    variance = new double[channels];
    deviation = new double[channels];
  }

  /** The buffers at hand where they fit maps of this size, else fresh ones. */
  static FusedBlockBuffers of(
      FusedBlockBuffers present, int laneCount, int positions, int channels) {
    return present != null && present.positions == positions && present.channels == channels
        ? present
        : new FusedBlockBuffers(laneCount, positions, channels);
  }

  /** Makes room for a training step over so many images. */
  void reserve(int images, int inputs) {
    if (active.length < images) {
      active = new float[images][channels];
      activeSum = new float[images][channels];
      z.close();
      z = new FloatPointer((long) images * positions * channels);
    }
    for (int lane = 1; lane < lanes.length; lane++) {
      if (lanes[lane].dw.capacity() < (long) inputs * channels) {
        lanes[lane].dw.close();
        lanes[lane].dw = new FloatPointer((long) inputs * channels);
      }
    }
  }

  /** A double by channel, added over the lanes in their order. */
  double[] totalOf(Function<Lane, double[]> part) {
    double[] total = new double[channels];
    for (Lane lane : lanes) {
      double[] values = part.apply(lane);
      for (int c = 0; c < channels; c++) {
        total[c] += values[c];
      }
    }
    return total;
  }
}
