package normsweep.landscape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConvexEnvelopeTest {
  private static final PlaneGrid GRID = PlaneGrid.centred(15, 1);

  private static void assertEnvelope(PlaneLoss loss, PlaneLoss envelope) {
    double[][] found = ConvexEnvelope.of(LossSurface.of(GRID, loss)).loss();
    for (int j = 0; j < GRID.points(); j++) {
      for (int i = 0; i < GRID.points(); i++) {
        assertEquals(envelope.at(GRID.a(i), GRID.b(j)), found[j][i], 1e-6, "row " + j + " " + i);
      }
    }
  }

  @Test
  void convexSurfaceIsItsOwnEnvelope() {
    PlaneLoss bowl = (a, b) -> Math.exp(a) + 2 * b * b + a * b + Math.abs(a - b);
    assertEnvelope(bowl, bowl);
  }

  @Test
  void saddleIsFlattenedAlongFallingAxis() {
    assertEnvelope((a, b) -> a * a - b * b, (a, b) -> a * a - 1);
  }

  @Test
  void doubleWellIsBridged() {
    // (a² − ¼)² falls to 0 at ±½; between the wells the envelope is flat.
    PlaneGrid grid = PlaneGrid.centred(17, 1);
    PlaneLoss wells = (a, b) -> Math.pow(a * a - 0.25, 2) + b * b;
    double[][] found = ConvexEnvelope.of(LossSurface.of(grid, wells)).loss();
    for (int i = 0; i < 17; i++) {
      double a = grid.a(i);
      double expected = Math.abs(a) <= 0.5 ? 0 : wells.at(a, 0);
      assertEquals(expected, found[8][i], 1e-6);
    }
  }

  @Test
  void noiseHasConvexEnvelopeBelow() {
    SplittableRandom random = new SplittableRandom(11);
    double[][] noise = new double[15][15];
    for (double[] row : noise) {
      java.util.Arrays.setAll(row, i -> random.nextDouble());
    }
    double[][] found = ConvexEnvelope.of(new LossSurface(GRID, noise)).loss();
    for (int j = 0; j < 15; j++) {
      for (int i = 0; i < 15; i++) {
        assertTrue(found[j][i] <= noise[j][i]);
        if (i > 0 && i < 14) {
          assertTrue(found[j][i] <= (found[j][i - 1] + found[j][i + 1]) / 2 + 1e-7);
        }
        if (j > 0 && j < 14) {
          assertTrue(found[j][i] <= (found[j - 1][i] + found[j + 1][i]) / 2 + 1e-7);
        }
        if (i > 0 && i < 14 && j > 0 && j < 14) {
          assertTrue(found[j][i] <= (found[j - 1][i - 1] + found[j + 1][i + 1]) / 2 + 1e-7);
        }
      }
    }
  }
}
