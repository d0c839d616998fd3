package normsweep.tail.fused;

import java.util.Arrays;

/**
 * D = Xᵀ·g of a few channels, where g[image, position, c] is u[image, c] at the active positions, 0
 * &lt; y &lt; 6, and 0 elsewhere. Most channels of a trained block are active nearly nowhere or
 * nearly everywhere, so features are added up over the active or the inactive positions, whichever
 * are fewer; the sum over the latter is subtracted from the image's sum. In MobileNetV2's last
 * block on CIFAR-10 these are a tenth of the positions.
 *
 * <p>This takes the place of a second product as large as X·W: a whole step, head and optimiser
 * included, takes 1.15 to 1.22 times as long as those two products alone ({@code bench} on 2 cores
 * of an AMD EPYC with AVX-512, 2026-11-26).
 */
final class ActiveSums {
  // As many bits as single precision adds up exactly.
  static final int POSITIONS_PER_WORD = 24;

  // Two words at a time: the processor mispredicts the end of every loop over bits.
  private static final int POSITIONS_PER_MASK = 2 * POSITIONS_PER_WORD;

  private final int positions;
  private final long[] masks;
  private final float[][] sums;

  // The rows to be added up, as numbers: storing a reference runs a barrier of the garbage
  // collector.
  private final int[] picked;

  /** Room for so many channels at a time. */
  ActiveSums(int positions, int inputs, int channels) {
    this.positions = positions;
    sums = new float[channels][inputs];
    masks = new long[(positions + POSITIONS_PER_MASK - 1) / POSITIONS_PER_MASK];
    picked = new int[positions];
  }

  /** Number of words for one bit per position. */
  static int wordsFor(int positions) {
    return (positions + POSITIONS_PER_WORD - 1) / POSITIONS_PER_WORD;
  }

  /**
   * Computes D of the channels {@code from} to {@code to}, exclusive.
   *
   * @param active the active positions by image, word and channel, bit by bit
   * @param upstream u, image by image
   * @param transposed receives D by input and channel
   * @param count receives Σ g by channel
   */
  void compute(
      FusedBatch batch,
      PreparedFeatures features,
      float[][][] active,
      float[] upstream,
      int from,
      int to,
      float[][] transposed,
      double[] count) {
    Arrays.fill(count, from, to, 0);
    for (int c = from; c < to; c++) {
      Arrays.fill(sums[c - from], 0f);
    }
    for (int image = 0; image < batch.images(); image++) {
      for (int c = from; c < to; c++) {
        float u = upstream[image * batch.channels() + c];
        count[c] += (double) u * addImage(features, image, active[image], c, u, sums[c - from]);
      }
    }
    transpose(from, to, transposed);
  }

  // Returns how many positions are active.
  private int addImage(
      PreparedFeatures features, int image, float[][] words, int channel, float u, float[] sum) {
    int size = 0;
    for (int i = 0; i < masks.length; i++) {
      long mask = (int) words[2 * i][channel];
      if (2 * i + 1 < words.length) {
        mask |= (long) words[2 * i + 1][channel] << POSITIONS_PER_WORD;
      }
      masks[i] = mask;
      size += Long.bitCount(mask);
    }
    if (2 * size > positions) {
      ChannelLoops.add(features.imageSums[image], u, sum, sum.length);
      for (int i = 0; i < masks.length; i++) {
        int used = Math.min(POSITIONS_PER_MASK, positions - i * POSITIONS_PER_MASK);
        masks[i] ^= (1L << used) - 1;
      }
      pick(image * positions);
      addPicked(features.rows, positions - size, -u, sum);
    } else if (size > 0) {
      pick(image * positions);
      addPicked(features.rows, size, u, sum);
    }
    return size;
  }

  private void pick(int firstRow) {
    int next = 0;
    int begin = firstRow;
    for (long mask : masks) {
      long bits = mask;
      while (bits != 0) {
        picked[next++] = begin + Long.numberOfTrailingZeros(bits);
        bits &= bits - 1;
      }
      begin += POSITIONS_PER_MASK;
    }
  }

  private void addPicked(float[][] rows, int count, float factor, float[] sum) {
    int r = 0;
    for (; r + 6 <= count; r += 6) {
      ChannelLoops.addSix(
          rows[picked[r]],
          rows[picked[r + 1]],
          rows[picked[r + 2]],
          rows[picked[r + 3]],
          rows[picked[r + 4]],
          rows[picked[r + 5]],
          factor,
          sum,
          sum.length);
    }
    if (r + 4 <= count) {
      ChannelLoops.addFour(
          rows[picked[r]],
          rows[picked[r + 1]],
          rows[picked[r + 2]],
          rows[picked[r + 3]],
          factor,
          sum,
          sum.length);
      r += 4;
    }
    if (r + 2 <= count) {
      ChannelLoops.addTwo(rows[picked[r]], rows[picked[r + 1]], factor, sum, sum.length);
      r += 2;
    }
    if (r < count) {
      ChannelLoops.add(rows[picked[r]], factor, sum, sum.length);
    }
  }

  // One cache line of channels at a time: the lines of a whole column would evict each other.
  private void transpose(int from, int to, float[][] transposed) {
    for (int first = from; first < to; first += 16) {
      int last = Math.min(first + 16, to);
      for (int i = 0; i < transposed.length; i++) {
        float[] row = transposed[i];
        for (int c = first; c < last; c++) {
          row[c] = sums[c - from][i];
        }
      }
    }
  }
}
