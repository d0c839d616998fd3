package normsweep.tail.fused;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import normsweep.base.HalfPrecision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Sums and products of features against those in double precision, whoever computes them. */
@Timeout(60)
class PreparedFeaturesTest {
  private static final int IMAGES = 11;
  private static final int SIDE = 3;
  private static final int POSITIONS = SIDE * SIDE;
  private static final int INPUTS = 7;
  private static final FusedBatch BATCH = new FusedBatch(IMAGES, POSITIONS, INPUTS, 5);

  private final List<PreparedFeatures> finished = new ArrayList<>();

  private PreparedFeatures reading(boolean training, Workers workers) {
    INDArray array =
        Nd4j.createUninitializedDetached(DataType.FLOAT, IMAGES, SIDE, SIDE, INPUTS).assign(-1);
    return PreparedFeatures.reading(BATCH, array, training, workers, finished::add);
  }

  private static short[] halves(long seed) {
    Random random = new Random(seed);
    short[] halves = new short[IMAGES * POSITIONS * INPUTS];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = HalfPrecision.fromFloat((float) random.nextGaussian() + i % INPUTS);
    }
    return halves;
  }

  private static ShortBuffer image(short[] halves, int row) {
    return ShortBuffer.wrap(halves, row * POSITIONS * INPUTS, POSITIONS * INPUTS).slice();
  }

  private static void assertHolds(short[] halves, PreparedFeatures features) {
    float[] values = features.array().data().asFloat();
    double[] sum = new double[INPUTS];
    double[][] product = new double[INPUTS][INPUTS];
    for (int row = 0; row < IMAGES * POSITIONS; row++) {
      for (int i = 0; i < INPUTS; i++) {
        double x = HalfPrecision.toFloat(halves[row * INPUTS + i]);
        assertEquals(x, values[row * INPUTS + i]);
        assertEquals(x, features.rows[row][i]);
        sum[i] += x;
        for (int j = 0; j < INPUTS; j++) {
          product[i][j] += x * HalfPrecision.toFloat(halves[row * INPUTS + j]);
        }
      }
    }
    assertArrayEquals(sum, features.sum, 1e-4);
    for (int image = 0; image < IMAGES; image++) {
      for (int i = 0; i < INPUTS; i++) {
        double expected = 0;
        for (int p = 0; p < POSITIONS; p++) {
          expected += features.rows[image * POSITIONS + p][i];
        }
        assertEquals(expected, features.rows[features.sumRow(image)][i], 1e-5);
      }
    }
    float[] c = centred(features);
    for (int i = 0; i < INPUTS; i++) {
      for (int j = 0; j < INPUTS; j++) {
        assertEquals(
            product[i][j] - sum[i] * sum[j] / BATCH.count(), c[i * INPUTS + j], 1e-3, i + ", " + j);
      }
    }
  }

  private static float[] centred(PreparedFeatures features) {
    float[] values = new float[INPUTS * INPUTS];
    features.centred.get(values);
    return values;
  }

  @ParameterizedTest(name = "{0} workers")
  @ValueSource(ints = {1, 2, 3, 16})
  void whoComputesMakesNoDifference(int workerCount) {
    Workers workers = new Workers(workerCount);
    PreparedFeatures features = reading(true, workers);
    short[] halves = halves(1);
    features.begin(row -> image(halves, row));
    features.finish();
    assertHolds(halves, features);
    float[] first = centred(features);

    short[] others = halves(2);
    features.begin(row -> image(others, row));
    features.finish();
    assertHolds(others, features);

    // All pieces by a thread that is no worker, then some of them.
    for (int pieces : new int[] {Integer.MAX_VALUE, 1, 2}) {
      features.begin(row -> image(halves, row));
      int done = 0;
      while (done < pieces && features.tryPiece()) {
        done++;
      }
      assertTrue(done > 0);
      features.finish();
      assertFalse(features.tryPiece());
      assertHolds(halves, features);
      assertArrayEquals(first, centred(features));
    }
    assertEquals(5, finished.size());
    assertSame(features, finished.get(4));
  }

  @ParameterizedTest(name = "{0} workers")
  @ValueSource(ints = {2, 3, 5})
  void otherLanesPrepareInSpareTime(int workerCount) throws InterruptedException {
    short[] halves = halves(3);
    PreparedFeatures alone = reading(true, new Workers(workerCount));
    alone.begin(row -> image(halves, row));
    alone.finish();

    Workers workers = new Workers(workerCount);
    PreparedFeatures features = reading(true, workers);
    Set<Thread> readers = ConcurrentHashMap.newKeySet();
    CountDownLatch read = new CountDownLatch(IMAGES);
    features.begin(
        row -> {
          readers.add(Thread.currentThread());
          read.countDown();
          return image(halves, row);
        });
    workers.beginSpareTime();
    read.await();
    features.finish();
    assertFalse(readers.contains(Thread.currentThread()));
    assertHolds(halves, features);
    assertArrayEquals(centred(alone), centred(features));
  }

  @Test
  void anAbandonedBatchIsReadNoFurther() {
    PreparedFeatures features = reading(true, new Workers(2));
    AtomicInteger read = new AtomicInteger();
    features.begin(
        row -> {
          read.incrementAndGet();
          return image(halves(7), row);
        });
    assertTrue(features.tryPiece());
    int before = read.get();
    assertTrue(before < IMAGES);
    features.abandon();
    assertFalse(features.tryPiece());
    assertEquals(before, read.get());
    assertEquals(List.of(), finished);
    short[] halves = halves(8);
    features.begin(row -> image(halves, row));
    features.finish();
    assertHolds(halves, features);
  }

  @Test
  void anEvaluatedBatchIsOnlyRead() {
    PreparedFeatures features = reading(false, new Workers(2));
    short[] halves = halves(4);
    features.begin(row -> image(halves, row));
    features.finish();
    float[] values = features.array().data().asFloat();
    for (int i = 0; i < values.length; i++) {
      assertEquals(HalfPrecision.toFloat(halves[i]), values[i]);
    }
    assertEquals(0, features.rows.length);
  }

  @Test
  void featuresAtHandAreReadWhereTheyAre() {
    short[] halves = halves(5);
    float[] values = new float[halves.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = HalfPrecision.toFloat(halves[i]);
    }
    INDArray array = Nd4j.create(values, new long[] {IMAGES, SIDE, SIDE, INPUTS}, 'c');
    PreparedFeatures features = PreparedFeatures.given(BATCH, new Workers(2));
    features.compute(array);
    assertHolds(halves, features);
    assertTrue(features.isOf(array));
    assertFalse(features.isOf(array.dup()));
  }

  @ParameterizedTest(name = "{0} pieces ahead")
  @ValueSource(ints = {0, 1, 2, 20})
  void aFailedReadIsTheCallersAndTheNextBatchIsWhole(int pieces) {
    PreparedFeatures features = reading(true, new Workers(2));
    short[] halves = halves(6);
    Set<Integer> read = new TreeSet<>();
    features.begin(
        row -> {
          read.add(row);
          if (row == 0) {
            throw new IllegalStateException("image " + row);
          }
          return image(halves, row);
        });
    for (int piece = 0; piece < pieces; piece++) {
      features.tryPiece();
    }
    if (pieces == 20) {
      assertTrue(read.contains(IMAGES - 1), "one part's failure keeps others from being read");
    }
    IllegalStateException failure = assertThrows(IllegalStateException.class, features::finish);
    assertEquals("image 0", failure.getMessage());
    assertEquals(List.of(), finished);
    features.begin(row -> image(halves, row));
    features.finish();
    assertHolds(halves, features);
  }
}
