package normsweep.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import org.junit.jupiter.api.Test;

class LossScaleTest {
  private static double luminance(Color color) {
    float[] parts = color.getRGBColorComponents(null);
    double[] weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int k = 0; k < 3; k++) {
      double c = parts[k];
      sum += weights[k] * (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
  }

  @Test
  void coloursGrowLighterAllTheWay() {
    for (int k = 0; k < 50; k++) {
      assertTrue(luminance(ColorScale.at(k / 50.)) < luminance(ColorScale.at((k + 1) / 50.)));
    }
  }

  @Test
  void bandsAreEvenInTheLogarithm() {
    LossScale scale = LossScale.of(0.1, 10);
    assertEquals(0, scale.share(0.1), 1e-12);
    assertEquals(0.5, scale.share(1), 1e-12);
    assertEquals(1, scale.share(10), 1e-12);
    assertEquals(1, scale.share(50), 1e-12);
    assertEquals(1, scale.levels()[LossScale.BANDS / 2], 1e-12);
  }

  @Test
  void zeroAndConstantLossesHaveScales() {
    assertEquals(0, LossScale.of(0, 2).share(0));
    assertEquals(0, LossScale.of(0.7, 0.7).share(0.7), 1e-9);
  }
}
