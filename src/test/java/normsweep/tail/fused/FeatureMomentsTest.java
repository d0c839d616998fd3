package normsweep.tail.fused;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Moments of z = X·W against those of a z multiplied out in double precision. */
class FeatureMomentsTest {
  private static final int POSITIONS = 9;
  private static final int INPUTS = 13;
  private static final int CHANNELS = 21;

  @ParameterizedTest(name = "{0} workers")
  @ValueSource(ints = {1, 2, 5})
  void momentsAreThoseOfTheProduct(int workerCount) {
    Workers workers = new Workers(workerCount);
    FeatureMoments moments = new FeatureMoments(INPUTS, CHANNELS);
    // The second batch is smaller and leaves workers idle: nothing may be left of the first.
    for (int images : new int[] {7, 2}) {
      Random random = new Random(images);
      int rows = images * POSITIONS;
      float[] x = new float[rows * INPUTS];
      for (int i = 0; i < x.length; i++) {
        // Far from zero compared to their spread, where the variance is easily lost.
        x[i] = (float) (random.nextGaussian() + 5 * (i % INPUTS % 3 - 1));
      }
      float[] w = new float[INPUTS * CHANNELS];
      for (int i = 0; i < w.length; i++) {
        w[i] = (float) random.nextGaussian();
      }
      FusedBatch batch = new FusedBatch(images, POSITIONS, INPUTS, CHANNELS);
      try (FloatPointer all = new FloatPointer(x);
          FloatPointer kernel = new FloatPointer(w)) {
        PreparedFeatures features = new PreparedFeatures(batch, all, workers, ready -> {});
        features.compute();
        moments.compute(features, kernel, workers);
      }
      for (int c = 0; c < CHANNELS; c++) {
        double[] z = new double[rows];
        double mean = 0;
        for (int r = 0; r < rows; r++) {
          for (int i = 0; i < INPUTS; i++) {
            z[r] += (double) x[r * INPUTS + i] * w[i * CHANNELS + c];
          }
          mean += z[r] / rows;
        }
        double variance = 0;
        double[] spread = new double[INPUTS];
        for (int r = 0; r < rows; r++) {
          variance += (z[r] - mean) * (z[r] - mean) / rows;
          for (int i = 0; i < INPUTS; i++) {
            spread[i] += x[r * INPUTS + i] * (z[r] - mean);
          }
        }
        assertEquals(mean, moments.mean[c], 1e-5 * (1 + Math.abs(mean)), "mean of channel " + c);
        assertEquals(variance, moments.variance[c], 1e-4 * variance, "variance of channel " + c);
        for (int i = 0; i < INPUTS; i++) {
          assertEquals(
              spread[i],
              moments.spread[i][c],
              1e-4 * rows * Math.sqrt(variance),
              "Xᵀ·(z − mean), input " + i + ", channel " + c);
        }
      }
    }
  }
}
