package normsweep.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.Color;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColorScaleTest {
  private static List<String> ticks(double low, double high) {
    return List.copyOf(new ColorScale(low, high).bar("").ticks().values());
  }

  @Test
  void ticksAreRoundNumbersInRange() {
    assertEquals(List.of("\u22122", "\u22121.5", "\u22121", "\u22120.5", "0"), ticks(-2.02, 0.14));
    assertEquals(List.of("0", "20", "40"), ticks(0, 57.9));
  }

  @Test
  void notFiniteIsWhite() {
    ColorScale scale = new ColorScale(0, 1);
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertEquals(Color.WHITE, scale.getPaint(value));
    }
  }

  @Test
  void numbersAreShort() {
    assertEquals("0.25", Axes.number(0.25));
    assertEquals("100", Axes.number(100));
  }
}
