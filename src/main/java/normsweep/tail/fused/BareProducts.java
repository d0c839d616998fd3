package normsweep.tail.fused;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The two dense matrix products of a training step over a {@link FusedBlock}, X·W and Xᵀ·dz, and
 * nothing else, on reused buffers and split over the cores: the measure of a step. The block itself
 * computes only the first of them ({@link FusedBlockLayer}).
 */
public final class BareProducts implements AutoCloseable {
  /** Channels of MobileNetV2's last block. */
  public static final int BLOCK_CHANNELS = 1280;

  private static final int WARM_UP_RUNS = 5;

  private final Workers workers = Workers.shared();
  private final FusedBatch batch;
  private final FloatPointer x;
  private final FloatPointer w;
  private final FloatPointer z;
  private final FloatPointer[] dw = new FloatPointer[workers.count()];

  private BareProducts(FusedBatch batch) {
    this.batch = batch;
    long rows = (long) batch.images() * batch.positions();
    long kernel = (long) batch.inputs() * batch.channels();
    Random random = new Random(1);
    x = random(random, rows * batch.inputs());
    w = random(random, kernel);
    z = new FloatPointer(rows * batch.channels());
    Arrays.setAll(dw, worker -> new FloatPointer(kernel));
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
    int positions = featureShape.get(0) * featureShape.get(1);
    return new BareProducts(new FusedBatch(images, positions, featureShape.get(2), channels));
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

  private void forward() {
    workers.split(
        batch.images(),
        (worker, from, to) ->
            Gemm.multiply(batch.features(x, from, to), kernel(w), batch.outputs(z, from, to)));
  }

  private void backward() {
    workers.split(
        batch.images(),
        (worker, from, to) ->
            Gemm.multiplyTransposed(
                batch.features(x, from, to), batch.outputs(z, from, to), kernel(dw[worker])));
  }

  private Gemm.Matrix kernel(FloatPointer values) {
    return Gemm.Matrix.of(values, batch.inputs(), batch.channels());
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
