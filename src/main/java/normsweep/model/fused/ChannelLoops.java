package normsweep.model.fused;

/**
 * The passes over one row of channels. They are plain loops over separate arrays of one length with
 * one index and no branch, the form that HotSpot compiles to vector instructions; one row stays in
 * the first-level cache.
 */
final class ChannelLoops {
  // Largest power of two that leaves y·(6−y) ≤ 9 times it finite: any y inside (0, 6) gives 1.
  private static final float STEEP = 0x1p124f;
  private static final float CAP = 6f;

  private ChannelLoops() {}

  /** sum += z and square += z². */
  static void moments(float[] z, float[] sum, float[] square, int channels) {
    for (int c = 0; c < channels; c++) {
      float v = z[c];
      sum[c] += v;
      square[c] += v * v;
    }
  }

  /**
   * With y = min(max(scale·z + shift, 0), 6): pooled += y; where 0 &lt; y &lt; 6, active += 1 and
   * activeSum += z.
   */
  static void pool(
      float[] z,
      float[] scale,
      float[] shift,
      float[] pooled,
      float[] active,
      float[] activeSum,
      int channels) {
    for (int c = 0; c < channels; c++) {
      float v = z[c];
      float y = Math.min(Math.max(v * scale[c] + shift[c], 0f), CAP);
      float mask = Math.min(y * (CAP - y) * STEEP, 1f);
      pooled[c] += y;
      active[c] += mask;
      activeSum[c] += mask * v;
    }
  }

  /** pooled += min(max(scale·z + shift, 0), 6). */
  static void pool(float[] z, float[] scale, float[] shift, float[] pooled, int channels) {
    for (int c = 0; c < channels; c++) {
      pooled[c] += Math.min(Math.max(z[c] * scale[c] + shift[c], 0f), CAP);
    }
  }

  /** z ← gradient·[0 &lt; scale·z + shift &lt; 6] + slope·z + offset. */
  static void backward(
      float[] z,
      float[] scale,
      float[] shift,
      float[] gradient,
      float[] slope,
      float[] offset,
      int channels) {
    for (int c = 0; c < channels; c++) {
      float v = z[c];
      float y = Math.min(Math.max(v * scale[c] + shift[c], 0f), CAP);
      float mask = Math.min(y * (CAP - y) * STEEP, 1f);
      z[c] = mask * gradient[c] + (v * slope[c] + offset[c]);
    }
  }

  /** values ← values·factors, value by value. */
  static void multiply(float[] values, float[] factors, int channels) {
    for (int c = 0; c < channels; c++) {
      values[c] *= factors[c];
    }
  }

  /** values ← values·factor. */
  static void multiply(float[] values, float factor, int channels) {
    for (int c = 0; c < channels; c++) {
      values[c] *= factor;
    }
  }
}
