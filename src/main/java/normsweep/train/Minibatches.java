package normsweep.train;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import normsweep.data.Cifar10;
import normsweep.tail.Tail;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Mini-batches of cached features in a given order; their arrays are reused. */
final class Minibatches implements Iterator<Minibatches.Batch> {
  /** Input, one-hot labels and classes of one step; valid until the next batch is requested. */
  record Batch(INDArray features, INDArray labels, int[] classes) {
    int size() {
      return classes.length;
    }
  }

  private final Tail tail;
  private final LabelledFeatures set;
  private final int[] order;
  private final int batchSize;
  private final boolean training;
  private final Batch buffer;
  private int given;

  private Minibatches(
      Tail tail, LabelledFeatures set, int[] order, int batchSize, boolean training) {
    this.tail = tail;
    this.set = set;
    this.order = order;
    this.batchSize = Math.min(batchSize, order.length);
    this.training = training;
    buffer = allocate(this.batchSize);
  }

  /**
   * Batches to train on, in the order of a permutation of the images. A single leftover image joins
   * the previous batch: alone it has a variance of 0, which a batch norm after the dense layer
   * would take for the variance of the data.
   */
  static Minibatches shuffled(Tail tail, LabelledFeatures set, int[] order, int batchSize) {
    return new Minibatches(tail, set, order, batchSize, true);
  }

  /** Batches of all images in storage order, for evaluation. */
  static Minibatches inOrder(Tail tail, LabelledFeatures set, int batchSize) {
    return new Minibatches(tail, set, IntStream.range(0, set.size()).toArray(), batchSize, false);
  }

  @Override
  public boolean hasNext() {
    return given < order.length;
  }

  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int from = given;
    given = Math.min(from + batchSize, order.length);
    if (training && given == order.length - 1) {
      given++;
    }
    Batch batch = given - from == batchSize ? buffer : allocate(given - from);
    batch.labels().assign(0);
    for (int row = 0; row < batch.size(); row++) {
      int image = order[from + row];
      tail.put(batch.features(), row, set.store().half(image));
      batch.classes()[row] = set.labels()[image];
      batch.labels().putScalar(row, batch.classes()[row], 1);
    }
    return batch;
  }

  private Batch allocate(int images) {
    return new Batch(
        tail.newInput(images),
        Nd4j.create(DataType.FLOAT, images, Cifar10.CLASSES),
        new int[images]);
  }
}
