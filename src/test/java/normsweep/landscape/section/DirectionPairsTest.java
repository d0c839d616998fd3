package normsweep.landscape.section;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;
import normsweep.landscape.PlaneLoss;
import normsweep.landscape.section.DirectionPairs.DirectionPair;
import org.junit.jupiter.api.Test;

class DirectionPairsTest {
  private static DirectionPair measure(PlaneLoss loss) {
    return DirectionPairs.measure(LossSurface.of(PlaneGrid.centred(5, 1), loss), 1);
  }

  @Test
  void widthIsWhereBasinEnds() {
    // Along a, 0.1 nats are reached at ±0.25; along b at −0.2 and 0.5.
    DirectionPair pair = measure((a, b) -> 2 + 0.4 * Math.abs(a) + (b < 0 ? -0.5 : 0.2) * b);
    assertEquals((0.5 + 0.7) / 2, pair.width(), 1e-12);
    assertArrayEquals(new double[] {2.4, 2.2, 2, 2.2, 2.4}, pair.first(), 1e-12);
    assertArrayEquals(new double[] {2.5, 2.25, 2, 2.1, 2.2}, pair.second(), 1e-12);
    // The farthest points of the disc are those on the axes.
    assertEquals(0.5, pair.measures().sharpness(), 1e-12);
  }

  @Test
  void flatSlicesCountWithWholeLength() {
    assertEquals(2, measure((a, b) -> 1 + 0.05 * a).width(), 1e-12);
  }
}
