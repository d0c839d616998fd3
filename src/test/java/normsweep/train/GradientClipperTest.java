package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import normsweep.model.TailParameter;
import normsweep.model.TailParameter.Kind;
import normsweep.record.Clip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GradientClipperTest {
  private static final int BATCH = 2;

  /** Layer a has a weight (3, 4) and a bias (0); layer b a weight (12); a_var is a statistic. */
  private static final List<TailParameter> PARAMETERS =
      List.of(
          new TailParameter("a_W", Kind.WEIGHT, true, List.of(1L, 2L), 0, 2, 'c'),
          new TailParameter("a_b", Kind.BIAS, true, List.of(1L, 1L), 2, 1, 'c'),
          new TailParameter("a_var", Kind.STATISTIC, true, List.of(1L, 1L), 3, 1, 'c'),
          new TailParameter("b_W", Kind.WEIGHT, true, List.of(1L, 1L), 4, 1, 'c'));

  /** Twice the mean gradient, as DL4J sums over the batch of two. */
  private final INDArray flat = Nd4j.createFromArray(new float[] {6, 8, 0, 1000, 24}).reshape(1, 5);

  private final TrainableGradients gradients = TrainableGradients.of(flat, PARAMETERS);

  private double[] clip(Clip clip) {
    return new GradientClipper(clip).clip(gradients, gradients.norms(BATCH), BATCH);
  }

  private double[] meanGradient() {
    return flat.dup().div(BATCH).data().asDouble();
  }

  @Test
  void normsAreOfTheMeanGradientWithoutStatistics() {
    assertArrayEquals(new double[] {5, 0, 12}, gradients.norms(BATCH), 1e-6);
    assertEquals(13, TrainableGradients.total(gradients.norms(BATCH)), 1e-6);
  }

  @Test
  void globalNormScalesEverythingByOneFactor() {
    double[] after = clip(Clip.globalNorm(6.5));
    assertArrayEquals(new double[] {1.5, 2, 0, 500, 6}, meanGradient(), 1e-5);
    assertArrayEquals(new double[] {2.5, 0, 6}, after, 1e-5);
    assertEquals(6.5, TrainableGradients.total(gradients.norms(BATCH)), 1e-5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"13.1", "1000.0", "layer-12.1", "value-12.0", "none"})
  void largeThresholdChangesNothing(String clip) {
    double[] before = gradients.norms(BATCH);
    assertArrayEquals(before, clip(Clip.of(clip)));
    assertArrayEquals(new double[] {3, 4, 0, 500, 12}, meanGradient());
  }

  @Test
  void layerNormScalesLayersApart() {
    double[] after = clip(Clip.of("layer-2.5"));
    assertArrayEquals(new double[] {1.5, 2, 0, 500, 2.5}, meanGradient(), 1e-5);
    assertArrayEquals(new double[] {2.5, 0, 2.5}, after, 1e-5);
  }

  @Test
  void valueLimitsEachElement() {
    double[] after = clip(Clip.of("value-3.5"));
    assertArrayEquals(new double[] {3, 3.5, 0, 500, 3.5}, meanGradient(), 1e-6);
    assertArrayEquals(new double[] {Math.sqrt(9 + 12.25), 0, 3.5}, after, 1e-6);
  }

  @Test
  void valueLimitsNegativeElementsToo() {
    flat.negi();
    clip(Clip.of("value-3.5"));
    assertArrayEquals(new double[] {-3, -3.5, 0, -500, -3.5}, meanGradient(), 1e-6);
  }

  @Test
  void histogramCountsByPowersOfTwo() {
    var counts = MagnitudeHistogram.count(new float[] {0, 1, 1.99f, -2, 1e-30f, 1e9f, 99}, 6, 1);
    assertEquals(2, counts.below());
    assertEquals(2, counts.bins().get(-MagnitudeHistogram.LEAST));
    assertEquals(1, counts.bins().get(1 - MagnitudeHistogram.LEAST));
    assertEquals(1, counts.bins().get(counts.bins().size() - 1));
    assertEquals(4, counts.bins().stream().mapToLong(Long::longValue).sum());
    assertEquals(counts.bins().size() + 1, MagnitudeHistogram.edges().size());
  }

  @Test
  void snapshotReadsEachParametersOwnPart() {
    var snapshot = new MagnitudeHistogram().snapshot(gradients, 1, 1, BATCH);
    var weights = snapshot.parameters().get("b_W");
    assertEquals(1, weights.bins().get(3 - MagnitudeHistogram.LEAST)); // 8 <= 12 < 16
    assertEquals(List.of("a_W", "a_b", "b_W"), List.copyOf(snapshot.parameters().keySet()));
    assertEquals(1, snapshot.parameters().get("a_b").below());
  }
}
