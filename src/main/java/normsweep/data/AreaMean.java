package normsweep.data;

import java.util.Arrays;

/**
 * Scales a rectangle of pixels, given row by row, down or up to a square: every output pixel is the
 * mean of the area it covers; transparent pixels count as white, those that are not given as black.
 *
 * <p>Lengths are counted in 1/size of a pixel, so that all sums are exact: a picture that is turned
 * or mirrored has the same means.
 */
final class AreaMean {
  private static final int CHANNELS = 3;
  private static final int MAX = 255;

  private final int width;
  private final int height;
  private final int size;
  private final long[] sums;
  private final long[] rowSums;

  /** Of a rectangle, with {@code size} pixels along an edge of the output. */
  AreaMean(int width, int height, int size) {
    this.width = width;
    this.height = height;
    this.size = size;
    this.sums = new long[CHANNELS * size * size];
    this.rowSums = new long[CHANNELS * size];
  }

  /**
   * Takes one row.
   *
   * @param y its index in the rectangle
   * @param left where in the rectangle its first pixel lies
   * @param argb its pixels, alpha in the highest byte, not multiplied into the colours
   * @param count how many of them
   */
  void add(int y, int left, int[] argb, int count) {
    Arrays.fill(rowSums, 0);
    for (int x = left; x < left + count; x++) {
      int pixel = argb[x - left];
      int alpha = pixel >>> 24;
      int white = MAX * (MAX - alpha);
      int red = (pixel >>> 16 & MAX) * alpha + white;
      int green = (pixel >>> 8 & MAX) * alpha + white;
      int blue = (pixel & MAX) * alpha + white;
      for (int i = first(x, width), end = last(x, width); i <= end; i++) {
        long length = shared(x, i, width);
        rowSums[CHANNELS * i] += length * red;
        rowSums[CHANNELS * i + 1] += length * green;
        rowSums[CHANNELS * i + 2] += length * blue;
      }
    }
    for (int i = first(y, height), end = last(y, height); i <= end; i++) {
      long length = shared(y, i, height);
      for (int j = 0; j < rowSums.length; j++) {
        sums[i * rowSums.length + j] += length * rowSums[j];
      }
    }
  }

  /** Planes R, G, B. */
  byte[] planes() {
    byte[] planes = new byte[sums.length];
    long whole = (long) width * height * MAX;
    for (int pixel = 0; pixel < size * size; pixel++) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        long sum = sums[CHANNELS * pixel + channel];
        planes[channel * size * size + pixel] = (byte) ((2 * sum + whole) / (2 * whole));
      }
    }
    return planes;
  }

  /** The first output pixel that shares something with a pixel. */
  private int first(int pixel, int side) {
    return (int) ((long) pixel * size / side);
  }

  private int last(int pixel, int side) {
    return (int) (((long) (pixel + 1) * size - 1) / side);
  }

  private long shared(int pixel, int output, int side) {
    long end = Math.min((pixel + 1L) * size, (output + 1L) * side);
    return end - Math.max((long) pixel * size, (long) output * side);
  }
}
