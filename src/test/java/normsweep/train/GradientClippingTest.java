package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import normsweep.record.Clip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GradientClippingTest {
  /** Sums over a batch of two; the fourth element is a running statistic. */
  private final INDArray flat = Nd4j.createFromArray(new float[] {6, 8, 0, 1000, 24}).reshape(1, 5);

  private final TrainableGradients gradients = SmallGradients.views(flat);

  private double[] clip(String clip) {
    return GradientClipping.of(Clip.of(clip)).clip(gradients, gradients.norms());
  }

  private double[] meanGradient() {
    return flat.dup().div(SmallGradients.BATCH).data().asDouble();
  }

  private void randomize(Random random) {
    for (int i = 0; i < flat.length(); i++) {
      flat.putScalar(i, random.nextGaussian() * Math.pow(10, random.nextInt(5) - 2));
    }
  }

  @Test
  void normsAreOfTheMeanGradient() {
    assertArrayEquals(new double[] {5, 0, 12}, gradients.norms(), 1e-6);
    assertEquals(13, TrainableGradients.total(gradients.norms()), 1e-6);
  }

  @Test
  void globalNormScalesByOneFactor() {
    double[] after = clip("6.5");
    assertArrayEquals(new double[] {1.5, 2, 0, 500, 6}, meanGradient(), 1e-5);
    assertArrayEquals(new double[] {2.5, 0, 6}, after, 1e-5);
  }

  @Test
  void perLayerScalesLayersApart() {
    double[] after = clip("layer-2.5");
    assertArrayEquals(new double[] {1.5, 2, 0, 500, 2.5}, meanGradient(), 1e-5);
    assertArrayEquals(new double[] {2.5, 0, 2.5}, after, 1e-5);
  }

  @Test
  void valueLimitsEachElement() {
    double[] after = clip("value-3.5");
    assertArrayEquals(new double[] {3, 3.5, 0, 500, 3.5}, meanGradient(), 1e-6);
    assertArrayEquals(new double[] {Math.sqrt(9 + 12.25), 0, 3.5}, after, 1e-6);
  }

  @Test
  void valueLimitsNegativeElements() {
    flat.negi();
    clip("value-3.5");
    assertArrayEquals(new double[] {-3, -3.5, 0, -500, -3.5}, meanGradient(), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "13.1", "1e9", "layer-12.1", "layer-1e9", "value-12.0"})
  void hugeThresholdChangesNothing(String clip) {
    double[] before = gradients.norms();
    assertArrayEquals(before, clip(clip));
    assertArrayEquals(new double[] {3, 4, 0, 500, 12}, meanGradient());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.7", "layer-0.7", "value-0.7"})
  void clippingTwiceEqualsOnce(String clip) {
    Random random = new Random(1);
    for (int draw = 0; draw < 50; draw++) {
      randomize(random);
      double[] norms = clip(clip);
      double[] once = meanGradient();
      // The 1e-6 beside the norm leaves it that much below its limit.
      assertArrayEquals(norms, clip(clip), 2e-6);
      assertArrayEquals(once, meanGradient(), 2e-6 * (1 + Math.abs(once[3])));
    }
  }

  @Test
  void clippedGlobalNormEqualsTheLimit() {
    Random random = new Random(2);
    for (int draw = 0; draw < 50; draw++) {
      randomize(random);
      double before = TrainableGradients.total(gradients.norms());
      double told = TrainableGradients.total(clip("0.7"));
      double found = TrainableGradients.total(gradients.norms());
      assertEquals(Math.min(0.7, before), found, 1e-5);
      assertEquals(found, told, 1e-5);
    }
  }

  @Test
  void noLayerExceedsItsLimit() {
    Random random = new Random(3);
    for (int draw = 0; draw < 50; draw++) {
      randomize(random);
      clip("layer-0.7");
      double[] after = gradients.norms();
      assertTrue(Math.hypot(after[0], after[1]) <= 0.7 + 1e-5, Arrays.toString(after));
      assertTrue(after[2] <= 0.7 + 1e-5, Arrays.toString(after));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1", "layer-0.1", "value-0.1"})
  void zeroGradientStaysZero(String clip) {
    flat.assign(0);
    assertArrayEquals(new double[3], clip(clip));
    assertArrayEquals(new double[5], meanGradient());
  }
}
