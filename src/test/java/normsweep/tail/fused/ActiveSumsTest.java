package normsweep.tail.fused;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sums over active positions against the dense product Xᵀ·g in double precision. */
class ActiveSumsTest {
  private static final int IMAGES = 5;
  private static final int INPUTS = 11;
  private static final int CHANNELS = 37;

  @ParameterizedTest(name = "{0} positions, {1} of them active")
  @CsvSource({
    "1, 0.5",
    "9, 0.3",
    "24, 0.5",
    "25, 0.9",
    "49, 0",
    "49, 0.03",
    "49, 0.5",
    "49, 1",
    "72, 0.7"
  })
  void sumsAreTheDenseProduct(int positions, double density) {
    Random random = new Random(positions);
    FusedBatch batch = new FusedBatch(IMAGES, positions, INPUTS, CHANNELS);
    float[] x = new float[IMAGES * positions * INPUTS];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    PreparedFeatures features =
        new PreparedFeatures(batch, new FloatPointer(x), new Workers(1), ready -> {});
    features.compute();

    float[][][] active = new float[IMAGES][ActiveSums.wordsFor(positions)][CHANNELS];
    float[] upstream = new float[IMAGES * CHANNELS];
    double[][] expected = new double[INPUTS][CHANNELS];
    double[] expectedCount = new double[CHANNELS];
    for (int image = 0; image < IMAGES; image++) {
      for (int c = 0; c < CHANNELS; c++) {
        float u = (float) random.nextGaussian();
        upstream[image * CHANNELS + c] = u;
        for (int p = 0; p < positions; p++) {
          if (random.nextDouble() < density) {
            active[image][p / ActiveSums.POSITIONS_PER_WORD][c] +=
                1 << p % ActiveSums.POSITIONS_PER_WORD;
            expectedCount[c] += u;
            for (int i = 0; i < INPUTS; i++) {
              expected[i][c] += (double) u * x[(image * positions + p) * INPUTS + i];
            }
          }
        }
      }
    }

    float[][] sums = new float[INPUTS][CHANNELS];
    double[] count = new double[CHANNELS];
    ActiveSums own = new ActiveSums(positions, INPUTS, 16);
    for (int from = 0; from < CHANNELS; from += 16) {
      own.compute(
          batch, features, active, upstream, from, Math.min(from + 16, CHANNELS), sums, count);
    }
    for (int c = 0; c < CHANNELS; c++) {
      assertEquals(expectedCount[c], count[c], 1e-9, "count of channel " + c);
      for (int i = 0; i < INPUTS; i++) {
        assertEquals(expected[i][c], sums[i][c], 5e-5, "input " + i + ", channel " + c);
      }
    }
  }
}
