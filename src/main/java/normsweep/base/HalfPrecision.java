package normsweep.base;

/**
 * IEEE 754 binary16 numbers in shorts. Features are stored in this form: the rounding error (a
 * relative 2^-11) is far smaller than the effect of one augmentation draw, and the cache takes half
 * the space.
 */
public final class HalfPrecision {
  /** Largest finite value. */
  public static final float MAX = 65504;

  private static final int SIGN = 0x8000;
  private static final int INFINITY = 0x7c00;
  private static final int QUIET_NAN = 0x7e00;

  /** Bits of the float halfway between {@link #MAX} and the first value out of range. */
  private static final int FLOAT_OVERFLOW = 0x477f_f000;

  /** Bits of 2^-14, the smallest normal half. */
  private static final int FLOAT_SMALLEST_NORMAL = 0x3880_0000;

  private static final int FLOAT_INFINITY = 0x7f80_0000;

  /** Number of extra fraction bits in a float compared with a half. */
  private static final int EXTRA_BITS = 13;

  /** Difference between the exponent biases, shifted to a float's exponent bits. */
  private static final int REBIAS = (127 - 15) << 23;

  // A lookup in a 256 KiB table that stays in the second-level cache takes a third of the time of
  // the arithmetic, which Java 17 does not vectorise.
  private static final float[] FLOATS = new float[1 << 16];

  static {
    for (int half = 0; half < FLOATS.length; half++) {
      FLOATS[half] = decode(half);
    }
  }

  private HalfPrecision() {}

  /** The float of the same value; every half has one. */
  public static float toFloat(short half) {
    return FLOATS[half & 0xffff];
  }

  /** Converts the first {@code length} halves. */
  public static void toFloats(short[] halves, float[] floats, int length) {
    for (int i = 0; i < length; i++) {
      floats[i] = FLOATS[halves[i] & 0xffff];
    }
  }

  private static float decode(int half) {
    int magnitude = half & ~SIGN;
    // Shifted to a float's exponent bits, the exponent is 112 too small; multiplying also
    // normalises subnormal halves.
    int bits =
        magnitude >= INFINITY
            ? magnitude << EXTRA_BITS | FLOAT_INFINITY
            : Float.floatToRawIntBits(Float.intBitsToFloat(magnitude << EXTRA_BITS) * 0x1p112f);
    return Float.intBitsToFloat(bits | (half & SIGN) << 16);
  }

  /** The nearest half, ties to even; infinity beyond {@link #MAX}, NaN for NaN. */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & SIGN;
    int magnitude = bits & Integer.MAX_VALUE;
    int half;
    if (magnitude >= FLOAT_OVERFLOW) {
      half = magnitude > FLOAT_INFINITY ? QUIET_NAN : INFINITY;
    } else if (magnitude < FLOAT_SMALLEST_NORMAL) {
      // A unit in the last place of 0.5 is the smallest half, so the addition rounds to halves.
      float rounded = Float.intBitsToFloat(magnitude) + 0.5f;
      half = Float.floatToRawIntBits(rounded) - Float.floatToRawIntBits(0.5f);
    } else {
      int odd = magnitude >>> EXTRA_BITS & 1;
      half = (magnitude - REBIAS + (1 << (EXTRA_BITS - 1)) - 1 + odd) >>> EXTRA_BITS;
    }
    return (short) (sign | half);
  }
}
