package normsweep.landscape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SurfaceMeasuresTest {
  private static final PlaneGrid GRID = PlaneGrid.centred(21, 1);

  private static SurfaceMeasures measures(PlaneLoss loss) {
    return SurfaceMeasures.of(LossSurface.of(GRID, loss), 0.5);
  }

  @Test
  void paraboloidIsSmoothAndConvex() {
    // Hessian [[6, 2], [2, 4]]: eigenvalues 5 ± √5.
    SurfaceMeasures measures = measures((a, b) -> 1 + 3 * a * a + 2 * a * b + 2 * b * b);
    assertEquals(1, measures.roughness(), 1e-6);
    assertEquals(1, measures.positiveDefiniteShare());
    assertArrayEquals(
        new double[] {5 + Math.sqrt(5), 5 - Math.sqrt(5)}, measures.curvatures(), 1e-9);
  }

  @Test
  void sharpnessIsLargestRiseInDisc() {
    // Steepest along a: 3·0.5² at (±0.5, 0); the square's corners lie outside.
    assertEquals(0.75, measures((a, b) -> 4 + 3 * a * a + b * b).sharpness(), 1e-9);
  }

  @Test
  void fallsDoNotCountAsSharpness() {
    assertEquals(0, measures((a, b) -> -a * a - b * b).sharpness());
  }

  @Test
  void saddleIsNowherePositiveDefinite() {
    SurfaceMeasures measures = measures((a, b) -> a * a - b * b);
    assertEquals(0, measures.positiveDefiniteShare());
    assertArrayEquals(new double[] {2, -2}, measures.curvatures(), 1e-9);
    // Lines along b have the flat envelope −1: half of the saddle's variation in all.
    assertEquals(2, measures.roughness(), 1e-6);
  }

  @Test
  void halfOfCubicIsPositiveDefinite() {
    // Hessian diag(6a, 2): positive for a > 0, which 9 of 19 inner columns are.
    assertEquals(9 / 19., measures((a, b) -> a * a * a + b * b).positiveDefiniteShare(), 1e-12);
  }

  @Test
  void ripplesAreRough() {
    SurfaceMeasures smooth = measures((a, b) -> a * a + b * b);
    SurfaceMeasures rippled = measures((a, b) -> a * a + b * b + 0.2 * Math.cos(10 * Math.PI * a));
    assertTrue(rippled.roughness() > 1.3 * smooth.roughness());
  }

  @Test
  void planeAndConstantAreNotRough() {
    assertEquals(1, measures((a, b) -> 2 * a - 3 * b).roughness(), 1e-6);
    assertEquals(1, measures((a, b) -> 0.7).roughness());
  }

  // Narrow basins, of which the convex envelope of the whole surface varies more than the surface:
  // measured by it, they would be smoother than anything convex.
  @Test
  void nothingIsSmootherThanConvex() {
    assertEquals(1, measures((a, b) -> 2 - Math.exp(-40 * (a * a + b * b))).roughness(), 1e-12);
    assertEquals(1, measures((a, b) -> Math.min(0.6, a * a + b * b) + 0.01 * a).roughness(), 0.02);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20; i++) {
      assertTrue(measures((a, b) -> random.nextDouble()).roughness() > 1);
    }
  }

  @Test
  void roughnessByHand() {
    double[][] ridges = new double[5][];
    java.util.Arrays.setAll(ridges, j -> new double[] {2, 1, 2, 0, 2});
    LossSurface surface = new LossSurface(PlaneGrid.centred(5, 1), ridges);
    // Every line varies by 1 + 1 + 2 + 2, its envelope by 2 + 2.
    assertEquals(1.5, SurfaceMeasures.of(surface, 0.5).roughness(), 1e-12);
  }

  @Test
  void flatEnvelopeGivesNoRoughness() {
    assertNull(measures((a, b) -> -a * a - b * b).roughness());
  }

  @Test
  void notANumberIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> measures((a, b) -> a > 0.5 ? Double.NaN : 1));
  }
}
