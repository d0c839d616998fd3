package normsweep.data;

import java.util.Arrays;

/**
 * Scales a square of pixels, given row by row, down or up: every output pixel is the mean of the
 * area it covers; transparent pixels count as white.
 *
 * <p>Lengths are counted in 1/size of a pixel, so that all sums are exact: a picture that is turned
 * or mirrored has the same means.
 */
final class AreaMean {
  private static final int CHANNELS = 3;
  private static final int MAX = 255;

  private final int side;
  private final int size;
  private final long[] sums;
  private final long[] rowSums;

  /** Of a square with {@code side} pixels along an edge, {@code size} of them in the output. */
  AreaMean(int side, int size) {
    this.side = side;
    this.size = size;
    this.sums = new long[CHANNELS * size * size];
    this.rowSums = new long[CHANNELS * size];
  }

  /**
   * Takes one row.
   *
   * @param y its index in the square
   * @param argb its pixels, alpha in the highest byte, not multiplied into the colours
   */
  void add(int y, int[] argb) {
    Arrays.fill(rowSums, 0);
    for (int x = 0; x < side; x++) {
      int pixel = argb[x];
      int alpha = pixel >>> 24;
      int white = MAX * (MAX - alpha);
      int red = (pixel >>> 16 & MAX) * alpha + white;
      int green = (pixel >>> 8 & MAX) * alpha + white;
      int blue = (pixel & MAX) * alpha + white;
      for (int i = first(x); i <= last(x); i++) {
        long length = shared(x, i);
        rowSums[CHANNELS * i] += length * red;
        rowSums[CHANNELS * i + 1] += length * green;
        rowSums[CHANNELS * i + 2] += length * blue;
      }
    }
    for (int i = first(y); i <= last(y); i++) {
      long length = shared(y, i);
      for (int j = 0; j < rowSums.length; j++) {
        sums[i * rowSums.length + j] += length * rowSums[j];
      }
    }
  }

  /** Planes R, G, B. */
  byte[] planes() {
    byte[] planes = new byte[sums.length];
    long whole = (long) side * side * MAX;
    for (int pixel = 0; pixel < size * size; pixel++) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        long sum = sums[CHANNELS * pixel + channel];
        planes[channel * size * size + pixel] = (byte) ((2 * sum + whole) / (2 * whole));
      }
    }
    return planes;
  }

  /** The first output pixel that shares something with a pixel. */
  private int first(int pixel) {
    return (int) ((long) pixel * size / side);
  }

  private int last(int pixel) {
    return (int) (((long) (pixel + 1) * size - 1) / side);
  }

  private long shared(int pixel, int output) {
    long end = Math.min((pixel + 1L) * size, (output + 1L) * side);
    return end - Math.max((long) pixel * size, (long) output * side);
  }
}
