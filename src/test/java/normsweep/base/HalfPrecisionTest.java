package normsweep.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HalfPrecisionTest {
  private static final int INFINITY = 0x7c00;

  /** The value of a pattern by the definition of binary16. */
  private static double value(int half) {
    int exponent = half >> 10 & 31;
    int fraction = half & 1023;
    double magnitude =
        exponent == 0
            ? fraction * Math.pow(2, -24)
            : (1024 + fraction) * Math.pow(2, exponent - 25);
    return (half & 0x8000) == 0 ? magnitude : -magnitude;
  }

  private static boolean finite(int half) {
    return (half & INFINITY) != INFINITY;
  }

  @Test
  void everyPatternComesBack() {
    for (int half = 0; half < 1 << 16; half++) {
      float converted = HalfPrecision.toFloat((short) half);
      if (finite(half)) {
        assertEquals((float) value(half), converted);
      }
      if (Float.isNaN(converted)) {
        assertTrue((half & 0x3ff) != 0 && !finite(half));
        assertTrue(Float.isNaN(HalfPrecision.toFloat(HalfPrecision.fromFloat(converted))));
      } else {
        assertEquals((short) half, HalfPrecision.fromFloat(converted));
      }
    }
    assertEquals(Float.POSITIVE_INFINITY, HalfPrecision.toFloat((short) INFINITY));
    assertEquals(Float.NEGATIVE_INFINITY, HalfPrecision.toFloat((short) 0xfc00));
  }

  /** Between any two neighbours the middle goes to the even one, all else to the nearer. */
  @Test
  void roundsToNearestTiesToEven() {
    for (int low = 0; low < INFINITY - 1; low++) {
      int high = low + 1;
      float middle = (float) ((value(low) + value(high)) / 2);
      assertRounded(low % 2 == 0 ? low : high, middle);
      assertRounded(low, Math.nextDown(middle));
      assertRounded(high, Math.nextUp(middle));
    }
  }

  private static void assertRounded(int half, float value) {
    assertEquals((short) half, HalfPrecision.fromFloat(value));
    assertEquals((short) (half | 0x8000), HalfPrecision.fromFloat(-value));
  }

  @Test
  void valuesOutOfRangeBecomeInfinite() {
    assertRounded(0x7bff, HalfPrecision.MAX);
    assertRounded(0x7bff, Math.nextDown(65520f));
    assertRounded(INFINITY, 65520f);
    assertRounded(INFINITY, Float.MAX_VALUE);
    assertRounded(INFINITY, Float.POSITIVE_INFINITY);
    assertRounded(0, Float.MIN_VALUE);
  }
}
