package normsweep.tail.fused;

/**
 * The passes over one row of channels. They are plain loops over separate arrays of one length with
 * one index and no branch, the form that HotSpot compiles to vector instructions; one row stays in
 * the first-level cache.
 */
final class ChannelLoops {
  // Largest power of two that leaves y·(6−y) ≤ 9 times it finite. Any normal y inside (0, 6) gives
  // at least 1.
  private static final float STEEP = 0x1p124f;

  // Subnormal ones give less, down to 2^-25, and must not leave a fraction of a bit.
  private static final float STEEPER = 0x1p25f;
  private static final float CAP = 6f;

  private ChannelLoops() {}

  /** mean += w·sum and variance += w·product. */
  static void moments(
      float[] w, float[] product, double sum, double[] mean, double[] variance, int from, int to) {
    for (int c = from; c < to; c++) {
      mean[c] += w[c] * sum;
      variance[c] += (double) w[c] * product[c];
    }
  }

  /**
   * With y = min(max(scale·z + shift, 0), 6): pooled += y; where 0 &lt; y &lt; 6, active += bit.
   */
  static void pool(
      float[] z,
      float[] scale,
      float[] shift,
      float[] pooled,
      float[] active,
      float bit,
      int channels) {
    for (int c = 0; c < channels; c++) {
      float y = Math.min(Math.max(z[c] * scale[c] + shift[c], 0f), CAP);
      pooled[c] += y;
      float inside = Math.min(y * (CAP - y) * STEEP, 1f);
      active[c] += bit * Math.min(inside * STEEPER, 1f);
    }
  }

  /** pooled += min(max(scale·z + shift, 0), 6). */
  static void pool(float[] z, float[] scale, float[] shift, float[] pooled, int channels) {
    for (int c = 0; c < channels; c++) {
      pooled[c] += Math.min(Math.max(z[c] * scale[c] + shift[c], 0f), CAP);
    }
  }

  /** squares += min(max(scale·z + shift, 0), 6)². */
  static void squares(float[] z, float[] scale, float[] shift, float[] squares, int channels) {
    for (int c = 0; c < channels; c++) {
      float y = Math.min(Math.max(z[c] * scale[c] + shift[c], 0f), CAP);
      squares[c] += y * y;
    }
  }

  /** sum += w·d. */
  static void dot(float[] w, float[] d, double[] sum, int from, int to) {
    for (int c = from; c < to; c++) {
      sum[c] += (double) w[c] * d[c];
    }
  }

  /** d ← scale·d + slope·spread + offset·sum. */
  static void kernelGradient(
      float[] d,
      float[] scale,
      float[] slope,
      float[] spread,
      float[] offset,
      float sum,
      int from,
      int to) {
    for (int c = from; c < to; c++) {
      d[c] = scale[c] * d[c] + slope[c] * spread[c] + offset[c] * sum;
    }
  }

  /** sum += factor·a. */
  static void add(float[] a, float factor, float[] sum, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += factor * a[i];
    }
  }

  /** sum += factor·(a + b). */
  static void addTwo(float[] a, float[] b, float factor, float[] sum, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += factor * (a[i] + b[i]);
    }
  }

  /** sum += factor·(a + b + c + d). */
  static void addFour(
      float[] a, float[] b, float[] c, float[] d, float factor, float[] sum, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += factor * ((a[i] + b[i]) + (c[i] + d[i]));
    }
  }

  /**
   * sum += factor·(a + b + c + d + e + f). With two arrays more, the loop is too large for HotSpot
   * to unroll, and without that it does not use vector instructions.
   */
  static void addSix(
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float[] e,
      float[] f,
      float factor,
      float[] sum,
      int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += factor * ((a[i] + b[i]) + (c[i] + d[i]) + (e[i] + f[i]));
    }
  }

  /** values ← values·factor. */
  static void multiply(float[] values, float factor, int channels) {
    for (int c = 0; c < channels; c++) {
      values[c] *= factor;
    }
  }
}
