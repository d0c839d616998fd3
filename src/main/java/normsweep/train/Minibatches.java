package normsweep.train;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import normsweep.tail.BatchReader;
import normsweep.tail.Tail;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mini-batches of cached features in a given order. Each is started when the one before is
 * requested, so that a tail can read it while that step computes; arrays are reused.
 */
final class Minibatches implements Iterator<Minibatches.Batch> {
  /** Features, labels and classes of one step; valid until the next batch is requested. */
  record Batch(INDArray features, BatchReader reader, INDArray labels, int[] classes) {
    int size() {
      return classes.length;
    }
  }

  private final Tail tail;
  private final LabelledFeatures set;
  private final int[] order;
  private final int batchSize;
  private final boolean training;
  private final double smoothing;
  private final Batch[] buffers;
  private Batch ahead;
  private int begun;

  private Minibatches(
      Tail tail,
      LabelledFeatures set,
      int[] order,
      int from,
      int batchSize,
      boolean training,
      double smoothing) {
    this.tail = tail;
    this.set = set;
    this.order = order;
    this.begun = from;
    this.batchSize = Math.min(batchSize, order.length);
    this.training = training;
    this.smoothing = smoothing;
    buffers = new Batch[] {allocate(this.batchSize), allocate(this.batchSize)};
    begin();
  }

  /**
   * Batches to train on, in the order of a permutation of the images. A single leftover image joins
   * the previous batch: alone it has a variance of 0, which a batch norm after the dense layer
   * would take for the variance of the data.
   *
   * @param from how many images of the order are left out, whole batches
   * @param smoothing share of each label that is spread over all classes (Szegedy et al.:
   *     Rethinking the Inception Architecture for Computer Vision, CVPR 2016)
   */
  static Minibatches shuffled(
      Tail tail, LabelledFeatures set, int[] order, int from, int batchSize, double smoothing) {
    return new Minibatches(tail, set, order, from, batchSize, true, smoothing);
  }

  /** Batches of all images in storage order, for evaluation. */
  static Minibatches inOrder(Tail tail, LabelledFeatures set, int batchSize) {
    int[] order = IntStream.range(0, set.size()).toArray();
    return new Minibatches(tail, set, order, 0, batchSize, false, 0);
  }

  @Override
  public boolean hasNext() {
    return ahead != null;
  }

  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Batch batch = ahead;
    begin();
    batch.reader().finish();
    return batch;
  }

  private void begin() {
    ahead = null;
    if (begun == order.length) {
      return;
    }
    int from = begun;
    begun = Math.min(from + batchSize, order.length);
    if (training && begun == order.length - 1) {
      begun++;
    }
    Batch next = begun - from == batchSize ? buffers[from / batchSize % 2] : allocate(begun - from);
    double share = smoothing / tail.spec().classes();
    next.labels().assign(share);
    for (int row = 0; row < next.size(); row++) {
      next.classes()[row] = set.labels()[order[from + row]];
      next.labels().putScalar(row, next.classes()[row], 1 - smoothing + share);
    }
    next.reader().begin(row -> set.store().half(order[from + row]));
    ahead = next;
  }

  private Batch allocate(int images) {
    INDArray features = tail.newInput(images);
    return new Batch(
        features,
        training ? tail.readers().apply(features) : BatchReader.inTime(features, tail.memory()),
        Nd4j.create(DataType.FLOAT, images, tail.spec().classes()),
        new int[images]);
  }
}
