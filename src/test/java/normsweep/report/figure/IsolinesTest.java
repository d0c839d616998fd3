package normsweep.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Path2D;
import java.util.SplittableRandom;
import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;
import org.junit.jupiter.api.Test;

class IsolinesTest {
  private static final PlaneGrid GRID = PlaneGrid.centred(21, 1);

  @Test
  void bowlsRegionLiesOutsideTheCircle() {
    Path2D region = Isolines.above(LossSurface.of(GRID, (a, b) -> a * a + b * b), 0.25);
    assertFalse(region.contains(0, 0));
    assertFalse(region.contains(0.47, 0));
    assertTrue(region.contains(0.53, 0));
    assertTrue(region.contains(-0.99, -0.99));
  }

  @Test
  void planesBorderIsExact() {
    Path2D region = Isolines.above(LossSurface.of(GRID, (a, b) -> a), 0.33);
    assertEquals(0.33, region.getBounds2D().getMinX(), 1e-9);
    assertEquals(1, region.getBounds2D().getMaxX(), 1e-9);
  }

  @Test
  void middleDecidesWhatSaddlesJoin() {
    double[][] up = {{1, 0, 0}, {0, 1, 0}, {0, 0, 0}};
    double[][] down = {{0, 1, 0}, {1, 0, 0}, {0, 0, 0}};
    for (double[][] saddle : new double[][][] {up, down}) {
      LossSurface surface = new LossSurface(PlaneGrid.centred(3, 1), saddle);
      assertTrue(Isolines.above(surface, 0.4).contains(-0.5, -0.5));
      assertFalse(Isolines.above(surface, 0.6).contains(-0.5, -0.5));
    }
  }

  @Test
  void outerLevelsGiveAllOrNothing() {
    LossSurface surface = LossSurface.of(GRID, (a, b) -> a + b);
    assertTrue(Isolines.above(surface, -3).contains(-0.9, 0.9));
    assertEquals(0, Isolines.above(surface, 3).getBounds2D().getWidth());
  }

  @Test
  void gridPointsLieOnTheirSide() {
    SplittableRandom random = new SplittableRandom(3);
    PlaneGrid grid = PlaneGrid.centred(12, 1);
    double[][] noise = new double[12][12];
    for (double[] row : noise) {
      java.util.Arrays.setAll(row, i -> random.nextDouble());
    }
    Path2D region = Isolines.above(new LossSurface(grid, noise), 0.5);
    for (int j = 1; j < 11; j++) {
      for (int i = 1; i < 11; i++) {
        assertEquals(noise[j][i] >= 0.5, region.contains(grid.a(i), grid.b(j)), i + ", " + j);
      }
    }
  }
}
