package normsweep.tail.fused;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import normsweep.base.HalfPrecision;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums and products of features against those in double precision, whoever computes them. */
@Timeout(60)
class PreparedFeaturesTest {
  private static final int IMAGES = 11;
  private static final int POSITIONS = 9;
  private static final int INPUTS = 7;
  private static final FusedBatch BATCH = new FusedBatch(IMAGES, POSITIONS, INPUTS, 5);

  private final FloatPointer x = new FloatPointer((long) IMAGES * POSITIONS * INPUTS);
  private final List<PreparedFeatures> finished = new ArrayList<>();

  private PreparedFeatures features(Workers workers) {
    return new PreparedFeatures(BATCH, x, workers, finished::add);
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

  private static float[] centred(PreparedFeatures features) {
    float[] values = new float[INPUTS * INPUTS];
    features.centred.get(values);
    return values;
  }

  private void assertHolds(short[] halves, PreparedFeatures features) {
    double[] sum = new double[INPUTS];
    double[][] product = new double[INPUTS][INPUTS];
    for (int image = 0; image < IMAGES; image++) {
      double[] imageSum = new double[INPUTS];
      for (int row = image * POSITIONS; row < (image + 1) * POSITIONS; row++) {
        for (int i = 0; i < INPUTS; i++) {
          double value = HalfPrecision.toFloat(halves[row * INPUTS + i]);
          assertEquals(value, x.get((long) row * INPUTS + i));
          assertEquals(value, features.rows[row][i]);
          imageSum[i] += value;
          for (int j = 0; j < INPUTS; j++) {
            product[i][j] += value * HalfPrecision.toFloat(halves[row * INPUTS + j]);
          }
        }
      }
      for (int i = 0; i < INPUTS; i++) {
        assertEquals(imageSum[i], features.imageSums[image][i], 1e-4);
        sum[i] += imageSum[i];
      }
    }
    assertArrayEquals(sum, features.sum, 1e-3);
    float[] c = centred(features);
    for (int i = 0; i < INPUTS; i++) {
      for (int j = 0; j < INPUTS; j++) {
        double expected = product[i][j] - sum[i] * sum[j] / BATCH.count();
        assertEquals(expected, c[i * INPUTS + j], 2e-3, i + ", " + j);
      }
    }
  }

  @ParameterizedTest(name = "{0} workers")
  @ValueSource(ints = {1, 2, 3, 16})
  void whoComputesMakesNoDifference(int workerCount) {
    PreparedFeatures features = features(new Workers(workerCount));
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
    for (int pieces : new int[] {100, 1, 2}) {
      features.begin(row -> image(halves, row));
      for (int piece = 0; piece < pieces; piece++) {
        features.tryPiece();
      }
      features.finish();
      assertFalse(features.tryPiece());
      assertHolds(halves, features);
      assertArrayEquals(first, centred(features));
    }
    features.compute();
    assertHolds(halves, features);
    assertArrayEquals(first, centred(features));
    assertEquals(6, finished.size());
  }

  @ParameterizedTest(name = "{0} workers")
  @ValueSource(ints = {2, 3, 5})
  void otherWorkersReadAhead(int workerCount) throws InterruptedException {
    short[] halves = halves(3);
    PreparedFeatures features = features(new Workers(workerCount));
    Set<Thread> readers = ConcurrentHashMap.newKeySet();
    CountDownLatch read = new CountDownLatch(IMAGES);
    features.begin(
        row -> {
          readers.add(Thread.currentThread());
          read.countDown();
          return image(halves, row);
        });
    read.await();
    features.finish();
    assertFalse(readers.contains(Thread.currentThread()));
    assertHolds(halves, features);
  }

  @Test
  void failedReadIsMetByWhoFinishes() {
    PreparedFeatures features = features(new Workers(1));
    short[] halves = halves(4);
    List<Integer> read = new ArrayList<>();
    features.begin(
        row -> {
          read.add(row);
          if (row == 5) {
            throw new IllegalStateException("image " + row);
          }
          return image(halves, row);
        });
    assertTrue(features.tryPiece());
    assertThrows(IllegalStateException.class, features::tryPiece);
    IllegalStateException failure = assertThrows(IllegalStateException.class, features::finish);
    assertEquals("image 5", failure.getMessage());
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 4, 5), read);
    assertFalse(features.tryPiece());
    assertEquals(List.of(), finished);

    features.begin(row -> image(halves, row));
    features.finish();
    assertHolds(halves, features);
  }

  @Test
  void pieceThatFailedOnceIsReadAgain() {
    PreparedFeatures features = features(new Workers(1));
    short[] halves = halves(5);
    List<Integer> read = new ArrayList<>();
    features.begin(
        row -> {
          read.add(row);
          if (read.size() == 3) {
            throw new IllegalStateException("once");
          }
          return image(halves, row);
        });
    assertThrows(IllegalStateException.class, features::tryPiece);
    features.finish();
    assertHolds(halves, features);
  }

  @Test
  void featuresAreKnownByPlaceAndShape() {
    PreparedFeatures features = features(new Workers(1));
    assertTrue(features.isOf(BATCH, new FloatPointer(x)));
    assertFalse(features.isOf(BATCH, new FloatPointer(x).position(1)));
    assertFalse(features.isOf(new FusedBatch(IMAGES - 1, POSITIONS, INPUTS, 5), x));
  }
}
