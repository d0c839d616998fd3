package normsweep.tail.fused;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import normsweep.base.HalfPrecision;
import normsweep.tail.BatchReader;
import org.bytedeco.javacpp.FloatPointer;

/**
 * What a training step needs of a batch's features X (one row for every image and position, n in
 * all) whatever the weights: the rows as arrays, s = Σx of each image and of all, and C = Xᵀ·X −
 * s·sᵀ/n.
 *
 * <p>Each worker has a part of the images. A part is computed in pieces, one after the other but by
 * whichever thread: by workers that have nothing else to do, and what is then left by {@link
 * #finish}. The result does not depend on who computed what.
 *
 * <p>When all of it was computed in its own step, a step on 64 images took 34.3 ms instead of 30.6
 * with a layer-norm head (2 cores of an AMD EPYC with AVX-512, 2026-11-26). Sharing it between
 * trials that read the same batches would gain little more: when it cost nothing at all, a step
 * took 0.91 to 1.02 times as long (medians of four heads in two alternating runs).
 */
final class PreparedFeatures implements BatchReader {
  // Few enough for the rows to be still in the cache when they are multiplied, and for a worker
  // that is called for in the middle of a piece not to keep the others waiting.
  private static final int IMAGES_PER_PIECE = 4;

  private final FloatPointer x;
  private final FloatBuffer values;
  private final Workers workers;
  private final Consumer<PreparedFeatures> ready;
  private final Part[] parts;
  private final AtomicInteger imagesLeft = new AtomicInteger();
  private final float[] gram;
  private final float[] another;
  private IntFunction<ShortBuffer> source;
  private volatile boolean done;

  final FusedBatch batch;

  /** Features by image and position. */
  final float[][] rows;

  /** Σ of each image's features. */
  final float[][] imageSums;

  /** Σ of the batch's features. */
  final double[] sum;

  /** C. */
  final FloatPointer centred;

  /**
   * Room for batches of one shape.
   *
   * @param x their features, row-major: read by {@link #begin}, or there before {@link #compute}
   * @param ready hears of every batch that is finished
   */
  PreparedFeatures(
      FusedBatch batch, FloatPointer x, Workers workers, Consumer<PreparedFeatures> ready) {
    this.batch = batch;
    this.x = x;
    this.workers = workers;
    this.ready = ready;
    values = x.asBuffer();
    int inputs = batch.inputs();
    rows = new float[batch.images() * batch.positions()][inputs];
    imageSums = new float[batch.images()][inputs];
    sum = new double[inputs];
    gram = new float[inputs * inputs];
    another = new float[inputs * inputs];
    centred = new FloatPointer((long) inputs * inputs);
    parts = new Part[workers.count()];
    Arrays.setAll(
        parts,
        i -> new Part(workers.bound(batch.images(), i), workers.bound(batch.images(), i + 1)));
  }

  /** Whether these are features of that shape that lie there. */
  boolean isOf(FusedBatch shape, FloatPointer features) {
    return batch.equals(shape)
        && x.address() + Float.BYTES * x.position()
            == features.address() + Float.BYTES * features.position();
  }

  /** Computes everything for the features that are in the array. */
  void compute() {
    start(null);
    finish();
  }

  @Override
  public void begin(IntFunction<ShortBuffer> images) {
    Gemm.useCallingThreadOnly();
    start(images);
    workers.offer(this::tryPiece);
  }

  private void start(IntFunction<ShortBuffer> images) {
    source = images;
    done = false;
    imagesLeft.set(batch.images());
    for (Part part : parts) {
      part.begin();
    }
  }

  @Override
  public void finish() {
    if (!done) {
      workers.split(parts.length, (worker, from, to) -> parts[worker].finish());
    }
    ready.accept(this);
  }

  /** Computes a piece; says whether there was one that no other thread is at. */
  boolean tryPiece() {
    // The longest first, so that all are about equally long when they are needed.
    Part longest = null;
    int most = 0;
    for (Part part : parts) {
      int free = part.free();
      if (free > most) {
        longest = part;
        most = free;
      }
    }
    if (longest == null) {
      return false;
    }
    if (longest.lock.tryLock()) { // else another worker was faster
      try {
        longest.piece();
      } finally {
        longest.lock.unlock();
      }
    }
    return true;
  }

  private void centre() {
    int inputs = batch.inputs();
    Arrays.fill(sum, 0);
    Arrays.fill(gram, 0f);
    for (Part part : parts) {
      for (int i = 0; i < inputs; i++) {
        sum[i] += part.sum[i];
      }
      part.gram.get(another);
      ChannelLoops.add(another, 1f, gram, gram.length);
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
    done = true;
  }

  /** Some of the images, in order; its lock is held by the thread that is at a piece. */
  private final class Part {
    final ReentrantLock lock = new ReentrantLock();
    final double[] sum = new double[batch.inputs()];
    final FloatPointer gram = new FloatPointer((long) batch.inputs() * batch.inputs());
    private final short[] halves = new short[batch.inputs()];
    private final int from;
    private final int to;
    private volatile int left;

    Part(int from, int to) {
      this.from = from;
      this.to = to;
    }

    // No thread is at a piece now.
    void begin() {
      Arrays.fill(sum, 0);
      gram.zero();
      left = to - from;
    }

    /** Images that are left, 0 if another thread is at them. */
    int free() {
      return lock.isLocked() ? 0 : left;
    }

    void finish() {
      lock.lock();
      try {
        while (left > 0) {
          piece();
        }
      } finally {
        left = 0; // also of what cannot be read
        lock.unlock();
      }
    }

    void piece() {
      int first = to - left;
      int last = Math.min(first + IMAGES_PER_PIECE, to);
      if (first == last) {
        return;
      }
      // May fail; then nothing is added yet, and who finishes the batch meets the failure.
      for (int image = first; image < last; image++) {
        read(image);
      }
      for (int image = first; image < last; image++) {
        addUp(image);
      }
      Gemm.addGram(
          batch.features(x, first, last), Gemm.Matrix.of(gram, batch.inputs(), batch.inputs()));
      left = to - last;
      if (imagesLeft.addAndGet(first - last) == 0) {
        centre();
      }
    }

    private void read(int image) {
      ShortBuffer stored = source == null ? null : source.apply(image);
      int inputs = batch.inputs();
      for (int row = image * batch.positions(); row < (image + 1) * batch.positions(); row++) {
        if (stored == null) {
          values.get(row * inputs, rows[row]);
        } else {
          stored.get(halves);
          HalfPrecision.toFloats(halves, rows[row], inputs);
          values.put(row * inputs, rows[row]);
        }
      }
    }

    // Single precision is good for the sum over one image; over a batch it is not.
    private void addUp(int image) {
      float[] imageSum = imageSums[image];
      Arrays.fill(imageSum, 0f);
      for (int row = image * batch.positions(); row < (image + 1) * batch.positions(); row++) {
        ChannelLoops.add(rows[row], 1f, imageSum, batch.inputs());
      }
      for (int i = 0; i < batch.inputs(); i++) {
        sum[i] += imageSum[i];
      }
    }
  }
}
