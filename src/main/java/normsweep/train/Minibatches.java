package normsweep.train;

import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import normsweep.model.Tail;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mini-batches of cached features in a given order. The next batch is read and widened from half
 * precision by another thread while the step before computes; its arrays are used again and again.
 */
final class Minibatches implements Iterator<Minibatch>, AutoCloseable {
  private static final int CLASSES = 10;
  private static final int BUFFERS = 2;

  private final Tail tail;
  private final LabelledFeatures set;
  private final int[] order;
  private final int batchSize;
  private final short[] image;
  private final BlockingQueue<Minibatch> free = new ArrayBlockingQueue<>(BUFFERS);
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "minibatch-reader");
            thread.setDaemon(true);
            return thread;
          });
  private Future<Minibatch> ahead;
  private Minibatch given;
  private int begun;

  private Minibatches(Tail tail, LabelledFeatures set, int[] order, int batchSize) {
    this.tail = tail;
    this.set = set;
    this.order = order;
    this.batchSize = Math.min(batchSize, order.length);
    this.image = new short[set.store().valuesPerImage()];
    for (int i = 0; i < BUFFERS; i++) {
      free.add(allocate(this.batchSize));
    }
    readAhead();
  }

  /** Batches in the order of a permutation of the images. */
  static Minibatches shuffled(Tail tail, LabelledFeatures set, int[] order, int batchSize) {
    return new Minibatches(tail, set, order, batchSize);
  }

  /** Batches of all images as they lie. */
  static Minibatches inOrder(Tail tail, LabelledFeatures set, int batchSize) {
    return new Minibatches(tail, set, IntStream.range(0, set.size()).toArray(), batchSize);
  }

  @Override
  public boolean hasNext() {
    return ahead != null;
  }

  @Override
  public Minibatch next() {
    if (ahead == null) {
      throw new NoSuchElementException();
    }
    if (given != null && given.size() == batchSize) {
      free.add(given);
    }
    try {
      given = ahead.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading features", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
    readAhead();
    return given;
  }

  private void readAhead() {
    if (begun >= order.length) {
      ahead = null;
      return;
    }
    int from = begun;
    int to = Math.min(from + batchSize, order.length);
    begun = to;
    ahead = reader.submit(() -> read(from, to));
  }

  private Minibatch read(int from, int to) throws InterruptedException {
    Minibatch batch = to - from == batchSize ? free.take() : allocate(to - from);
    batch.labels().assign(0);
    for (int row = 0; row < batch.size(); row++) {
      int index = order[from + row];
      set.store().readHalf(index, image, 0);
      tail.put(batch.features(), row, ShortBuffer.wrap(image));
      batch.classes()[row] = set.labels()[index];
      batch.labels().putScalar(row, batch.classes()[row], 1);
    }
    return batch;
  }

  private Minibatch allocate(int images) {
    INDArray labels = Nd4j.create(DataType.FLOAT, images, CLASSES);
    int[] classes = new int[images];
    Arrays.fill(classes, -1);
    return new Minibatch(tail.newInput(images), labels, classes);
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}
