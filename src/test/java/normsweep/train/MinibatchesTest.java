package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import normsweep.base.HalfPrecision;
import normsweep.features.FeatureStore;
import normsweep.record.Norm;
import normsweep.tail.SmallTails;
import normsweep.tail.Tail;
import normsweep.tail.WarmupCosineSchedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MinibatchesTest {
  private static final int[] LABELS = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3};

  private final Tail tail =
      SmallTails.tail(Norm.LAYER_NORM, 1, new WarmupCosineSchedule(0.01, 1, 10));

  /** Every value of an image is its index; one of them cannot be read. */
  private record Numbered(int damaged) implements FeatureStore {
    @Override
    public int size() {
      return LABELS.length;
    }

    @Override
    public int valuesPerImage() {
      return SmallTails.VALUES;
    }

    @Override
    public void readHalf(int index, short[] target, int offset) {
      if (index == damaged) {
        throw new IllegalStateException("image " + index);
      }
      Arrays.fill(target, offset, offset + SmallTails.VALUES, HalfPrecision.fromFloat(index));
    }
  }

  private static LabelledFeatures set(int damaged) {
    return new LabelledFeatures(new Numbered(damaged), LABELS);
  }

  private static void assertHolds(Minibatches.Batch batch, int... images) {
    assertEquals(images.length, batch.size());
    for (int row = 0; row < images.length; row++) {
      assertEquals(images[row], batch.features().slice(row).minNumber().intValue());
      assertEquals(images[row], batch.features().slice(row).maxNumber().intValue());
      assertEquals(LABELS[images[row]], batch.classes()[row]);
      float[] oneHot = new float[10];
      oneHot[LABELS[images[row]]] = 1;
      assertArrayEquals(oneHot, batch.labels().slice(row).dup().data().asFloat());
    }
  }

  @Test
  void everyImageComesOnceInOrder() {
    int[] order = {9, 0, 8, 1, 7, 2, 6, 3, 5, 4};
    Minibatches batches = Minibatches.shuffled(tail, set(-1), order, 0, 4, 0);
    assertHolds(batches.next(), 9, 0, 8, 1);
    assertHolds(batches.next(), 7, 2, 6, 3);
    assertHolds(batches.next(), 5, 4);
    assertFalse(batches.hasNext());
    assertThrows(NoSuchElementException.class, batches::next);
  }

  @Test
  void leftoverImageJoinsLastTrainingBatch() {
    int[] order = {9, 0, 8, 1, 7, 2, 6, 3, 5, 4};
    Minibatches training = Minibatches.shuffled(tail, set(-1), order, 0, 3, 0);
    assertHolds(training.next(), 9, 0, 8);
    assertHolds(training.next(), 1, 7, 2);
    assertHolds(training.next(), 6, 3, 5, 4);
    assertFalse(training.hasNext());

    Minibatches single = Minibatches.shuffled(tail, set(-1), order, 0, 9, 0);
    assertHolds(single.next(), order);
    assertFalse(single.hasNext());

    Minibatches evaluation = Minibatches.inOrder(tail, set(-1), 9);
    assertHolds(evaluation.next(), 0, 1, 2, 3, 4, 5, 6, 7, 8);
    assertHolds(evaluation.next(), 9);
  }

  @Test
  void evaluationFollowsStorageOrder() {
    List<Integer> sizes = new ArrayList<>();
    Minibatches batches = Minibatches.inOrder(tail, set(-1), 64);
    while (batches.hasNext()) {
      Minibatches.Batch batch = batches.next();
      assertHolds(batch, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
      sizes.add(batch.size());
    }
    assertEquals(List.of(10), sizes);
  }

  @Test
  void smoothingSharesLabelsOverClasses() {
    Minibatches.Batch batch =
        Minibatches.shuffled(tail, set(-1), new int[] {0, 1}, 0, 2, 0.1).next();
    float[] labels = batch.labels().getRow(0).toFloatVector();
    for (int c = 0; c < labels.length; c++) {
      assertEquals(c == LABELS[0] ? 0.91f : 0.01f, labels[c], 1e-7f);
    }
    assertArrayEquals(new int[] {3, 1}, batch.classes());
  }

  @Test
  void unreadableImageFailsWithItsBatch() {
    Minibatches batches = Minibatches.inOrder(tail, set(5), 4);
    assertHolds(batches.next(), 0, 1, 2, 3);
    IllegalStateException failure = assertThrows(IllegalStateException.class, batches::next);
    assertEquals("image 5", failure.getMessage());
    assertHolds(batches.next(), 8, 9);
  }
}
