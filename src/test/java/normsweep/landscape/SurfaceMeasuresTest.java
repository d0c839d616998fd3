package normsweep.landscape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    // The envelope is a² − 1: no variation along b, half of the saddle's in all.
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
