package normsweep.tail.fused;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums and products of features against those in double precision. */
class FeatureSumsTest {
  private static final int POSITIONS = 9;
  private static final int INPUTS = 7;

  private static float[] values(int images) {
    Random random = new Random(images);
    float[] values = new float[images * POSITIONS * INPUTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() + i % INPUTS;
    }
    return values;
  }

  private static float[] centred(FeatureSums features) {
    float[] values = new float[INPUTS * INPUTS];
    features.centred.get(values);
    return values;
  }

  private static void compute(FeatureSums features, int images, Workers workers) {
    try (FloatPointer x = new FloatPointer(values(images))) {
      features.compute(new FusedBatch(images, POSITIONS, INPUTS, 5), x, workers);
    }
  }

  @ParameterizedTest(name = "{0} workers")
  @ValueSource(ints = {1, 2, 3, 16})
  void sumsAreThoseInDoublePrecision(int workerCount) {
    Workers workers = new Workers(workerCount);
    FeatureSums features = new FeatureSums(INPUTS, workerCount);
    // The second batch leaves workers idle and rows unused: nothing may be left of the first.
    for (int images : new int[] {11, 2, 13}) {
      compute(features, images, workers);
      assertHolds(values(images), images, features);
    }
    float[] first = centred(features);
    compute(features, 13, workers);
    assertArrayEquals(first, centred(features));
  }

  private static void assertHolds(float[] x, int images, FeatureSums features) {
    double[] sum = new double[INPUTS];
    double[][] product = new double[INPUTS][INPUTS];
    for (int image = 0; image < images; image++) {
      double[] imageSum = new double[INPUTS];
      for (int row = image * POSITIONS; row < (image + 1) * POSITIONS; row++) {
        for (int i = 0; i < INPUTS; i++) {
          assertEquals(x[row * INPUTS + i], features.rows[row][i]);
          imageSum[i] += x[row * INPUTS + i];
          for (int j = 0; j < INPUTS; j++) {
            product[i][j] += (double) x[row * INPUTS + i] * x[row * INPUTS + j];
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
        assertEquals(
            product[i][j] - sum[i] * sum[j] / (images * POSITIONS),
            c[i * INPUTS + j],
            2e-3,
            i + ", " + j);
      }
    }
  }
}
