package normsweep.tail.fused;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import normsweep.base.HalfPrecision;
import normsweep.tail.BatchInput;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The features X of a batch, one row for every image and position, n in all, in single precision;
 * for a training step also all that can be computed of them without weights: rows for loops, s = Σx
 * of each image and of all, and C = Xᵀ·X − s·sᵀ/n.
 *
 * <p>Each worker has a part of the images. A part is computed in pieces, one after the other but by
 * whichever thread: by workers that have nothing else to do, and what is then left by {@link
 * #finish}. The result does not depend on who computed what.
 */
final class PreparedFeatures implements BatchInput, Workers.Spare {
  // A worker that is called for in the middle of a piece keeps the others waiting until its end.
  private static final int IMAGES_A_PIECE = 4;

  private final FusedBatch batch;
  private final boolean training;
  private final Workers workers;
  private final Consumer<PreparedFeatures> ready;
  private final Part[] parts;
  private final ReentrantLock centring = new ReentrantLock();
  private final float[] gram;
  private final float[] another;
  private INDArray array;
  private FloatPointer x;
  private FloatBuffer values;
  private IntFunction<ShortBuffer> source;
  private volatile boolean centredAll = true;

  /** Features by row, and behind them Σ of each image's. */
  final float[][] rows;

  /** Σ of the batch's features. */
  final double[] sum;

  /** C. */
  final FloatPointer centred;

  private PreparedFeatures(
      FusedBatch batch, boolean training, Workers workers, Consumer<PreparedFeatures> ready) {
    this.batch = batch;
    this.training = training;
    this.workers = workers;
    this.ready = ready;
    int inputs = batch.inputs();
    int square = training ? inputs * inputs : 0;
    rows = new float[training ? batch.images() * (batch.positions() + 1) : 0][inputs];
    sum = new double[inputs];
    gram = new float[square];
    another = new float[square];
    centred = new FloatPointer(square);
    parts = new Part[workers.count()];
    Arrays.setAll(
        parts,
        i -> new Part(workers.bound(batch.images(), i), workers.bound(batch.images(), i + 1)));
  }

  /**
   * Room for batches that are read.
   *
   * @param array the features [N, H, W, C], row-major
   * @param training whether a training step follows
   * @param ready hears of every batch that is finished
   */
  static PreparedFeatures reading(
      FusedBatch batch,
      INDArray array,
      boolean training,
      Workers workers,
      Consumer<PreparedFeatures> ready) {
    PreparedFeatures features = new PreparedFeatures(batch, training, workers, ready);
    features.lookAt(array);
    return features;
  }

  /** Room for what a training step needs of features that are in an array already. */
  static PreparedFeatures given(FusedBatch batch, Workers workers) {
    return new PreparedFeatures(batch, true, workers, ready -> {});
  }

  private void lookAt(INDArray features) {
    array = features;
    x = Native.pointer(features);
    values = x.asBuffer();
  }

  FusedBatch batch() {
    return batch;
  }

  /** Whether this was computed from the memory of a row-major array. */
  boolean isOf(INDArray features) {
    FloatPointer first = Native.pointer(features);
    return first.address() + Float.BYTES * first.position()
        == x.address() + Float.BYTES * x.position();
  }

  /** Which row holds Σ of an image's features. */
  int sumRow(int image) {
    return batch.images() * batch.positions() + image;
  }

  @Override
  public INDArray array() {
    return array;
  }

  /** Computes everything for a row-major array. */
  void compute(INDArray features) {
    lookAt(features);
    start(null);
    complete();
  }

  @Override
  public void begin(IntFunction<ShortBuffer> images) {
    start(images);
    workers.offer(this);
  }

  @Override
  public void finish() {
    workers.endSpareTime();
    complete();
    ready.accept(this);
  }

  @Override
  public void abandon() {
    workers.endSpareTime();
    for (Part part : parts) {
      part.abandon();
    }
    centredAll = true;
    source = null;
  }

  private void start(IntFunction<ShortBuffer> images) {
    if (training) {
      Gemm.useCallingThreadOnly();
    }
    source = images;
    for (Part part : parts) {
      part.begin();
    }
    // Not earlier: parts that are not yet begun look done to a worker that is late.
    centredAll = !training;
  }

  private void complete() {
    if (!areDone()) {
      workers.split(
          parts.length,
          (worker, from, to) -> {
            for (int part = from; part < to; part++) {
              parts[part].finish();
            }
          });
    }
    if (!centredAll) {
      centring.lock();
      try {
        centre();
      } finally {
        centring.unlock();
      }
    }
  }

  private boolean areDone() {
    for (Part part : parts) {
      if (part.left != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean tryPiece() {
    // The longest first, so that all are about equally long when they are needed.
    Part longest = null;
    for (Part part : parts) {
      if (part.isFree() && (longest == null || part.left > longest.left)) {
        longest = part;
      }
    }
    if (longest != null) {
      longest.tryPiece();
      return true;
    }
    if (centredAll || !areDone() || !centring.tryLock()) {
      return false;
    }
    try {
      centre();
      return true;
    } finally {
      centring.unlock();
    }
  }

  private void centre() {
    if (centredAll) {
      return;
    }
    int inputs = batch.inputs();
    Arrays.fill(sum, 0);
    Arrays.fill(gram, 0f);
    for (Part part : parts) {
      if (part.from < part.to) {
        for (int i = 0; i < inputs; i++) {
          sum[i] += part.sum[i];
        }
        part.gram.get(another);
        ChannelLoops.add(another, 1f, gram, gram.length);
      }
    }
    // Of each product Gemm gives the half above the diagonal.
    for (int i = 0; i < inputs; i++) {
      for (int j = i; j < inputs; j++) {
        float value = (float) (gram[i * inputs + j] - sum[i] * sum[j] / batch.count());
        gram[i * inputs + j] = value;
        gram[j * inputs + i] = value;
      }
    }
    centred.put(gram);
    centredAll = true;
  }

  /** Some of the images, in order. */
  private final class Part {
    private final ReentrantLock lock = new ReentrantLock();
    private final int from;
    private final int to;
    private final short[] halves = new short[batch.inputs()];
    private final float[] widened = new float[batch.inputs()];
    private final double[] sum = new double[batch.inputs()];
    private final FloatPointer gram;
    private volatile int left;
    private volatile Throwable failure;

    private Part(int from, int to) {
      this.from = from;
      this.to = to;
      gram = new FloatPointer(training && from < to ? batch.inputs() * batch.inputs() : 0);
    }

    private void begin() {
      lock.lock();
      try {
        Arrays.fill(sum, 0);
        failure = null;
        left = to - from;
      } finally {
        lock.unlock();
      }
    }

    private boolean isFree() {
      return left > 0 && failure == null && !lock.isLocked();
    }

    private void tryPiece() {
      if (!lock.tryLock()) {
        return; // another worker was faster
      }
      try {
        if (left > 0 && failure == null) {
          piece();
        }
      } catch (RuntimeException | Error e) {
        failure = e; // for who waits for the batch
      } finally {
        lock.unlock();
      }
    }

    private void abandon() {
      lock.lock();
      try {
        left = 0;
      } finally {
        lock.unlock();
      }
    }

    private void finish() {
      lock.lock();
      try {
        Workers.rethrow(failure);
        while (left > 0) {
          piece();
        }
      } finally {
        lock.unlock();
      }
    }

    private void piece() {
      int first = to - left;
      int last = Math.min(first + IMAGES_A_PIECE, to);
      for (int image = first; image < last; image++) {
        read(image);
      }
      if (training) {
        Gemm.gram(
            batch.features(x, first, last),
            Gemm.Matrix.of(gram, batch.inputs(), batch.inputs()),
            first > from);
      }
      left = to - last;
    }

    private void read(int image) {
      ShortBuffer stored = source == null ? null : source.apply(image);
      int inputs = batch.inputs();
      for (int p = 0; p < batch.positions(); p++) {
        int row = image * batch.positions() + p;
        float[] floats = training ? rows[row] : widened;
        if (stored == null) {
          values.get(row * inputs, floats);
        } else {
          stored.get(halves);
          HalfPrecision.toFloats(halves, floats, inputs);
          values.put(row * inputs, floats);
        }
      }
      if (training) {
        addUp(image);
      }
    }

    // Single precision is good for the sum over one image; over a batch it is not.
    private void addUp(int image) {
      float[] imageSum = rows[sumRow(image)];
      Arrays.fill(imageSum, 0f);
      for (int p = 0; p < batch.positions(); p++) {
        ChannelLoops.add(rows[image * batch.positions() + p], 1f, imageSum, batch.inputs());
      }
      for (int i = 0; i < batch.inputs(); i++) {
        sum[i] += imageSum[i];
      }
    }
  }
}
