package normsweep.tail.fused;

import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The two dense matrix products of a training step over a {@link FusedBlock}, X·W and Xᵀ·dz, and
 * nothing else, on kept buffers and split over the cores: the measure of a step. The block itself
 * computes only the first of them ({@link FusedBlockLayer}).
 */
public final class BareProducts implements AutoCloseable {
  /** Channels of MobileNetV2's last block. */
  public static final int BLOCK_CHANNELS = 1280;

  private static final int WARM_UP_RUNS = 5;

  private final Workers workers = Workers.shared();
  private final int images;
  private final int positions;
  private final int inputs;
  private final int channels;
  private final FloatPointer x;
  private final FloatPointer w;
  private final FloatPointer z;
  private final FloatPointer[] dw;

  private BareProducts(int images, int positions, int inputs, int channels) {
    this.images = images;
    this.positions = positions;
    this.inputs = inputs;
    this.channels = channels;
    Random random = new Random(1);
    x = random(random, (long) images * positions * inputs);
    w = random(random, (long) inputs * channels);
    z = new FloatPointer((long) images * positions * channels);
    dw = new FloatPointer[workers.count()];
    for (int worker = 0; worker < dw.length; worker++) {
      dw[worker] = new FloatPointer((long) inputs * channels);
    }
  }

  private static FloatPointer random(Random random, long length) {
    FloatPointer values = new FloatPointer(length);
    for (long i = 0; i < length; i++) {
      values.put(i, random.nextFloat() - 0.5f);
    }
    return values;
  }

  /**
   * The products of one step.
   *
   * @param images images per step
   * @param featureShape height, width and channels of the features
   * @param channels channels of the block
   */
  public static BareProducts of(int images, List<Integer> featureShape, int channels) {
    return new BareProducts(
        images, featureShape.get(0) * featureShape.get(1), featureShape.get(2), channels);
  }

  /** Milliseconds of each run, after a few warm-up runs. */
  public double[] millis(int runs) {
    Gemm.useCallingThreadOnly();
    double[] millis = new double[runs];
    for (int run = -WARM_UP_RUNS; run < runs; run++) {
      long begin = System.nanoTime();
      forward();
      backward();
      if (run >= 0) {
        millis[run] = (System.nanoTime() - begin) / 1e6;
      }
    }
    return millis;
  }

  private Gemm.Matrix rows(FloatPointer all, int columns, int from, int to) {
    return Gemm.Matrix.of(all, images * positions, columns).rows(from * positions, to * positions);
  }

  private void forward() {
    workers.split(
        images,
        (worker, from, to) ->
            Gemm.multiply(
                rows(x, inputs, from, to),
                Gemm.Matrix.of(w, inputs, channels),
                rows(z, channels, from, to)));
  }

  private void backward() {
    workers.split(
        images,
        (worker, from, to) ->
            Gemm.multiplyTransposed(
                rows(x, inputs, from, to),
                rows(z, channels, from, to),
                Gemm.Matrix.of(dw[worker], inputs, channels)));
  }

  @Override
  public void close() {
    x.close();
    w.close();
    z.close();
    for (FloatPointer partial : dw) {
      partial.close();
    }
  }
}
