package normsweep.train;

import java.util.SplittableRandom;

/**
 * Seeds for everything random in training, each a pure function of its purpose. A resumed run
 * therefore draws exactly the same numbers as an uninterrupted one.
 */
public final class Seeds {
  private static final long ORDER = 0x6f72646572L;
  private static final long DROPOUT = 0x64726f70L;
  private static final long PROBE = 0x70726f62L;

  private Seeds() {}

  /** The order in which epoch {@code epoch} visits {@code size} training images. */
  public static int[] batchOrder(long seed, int epoch, int size) {
    SplittableRandom random = new SplittableRandom(mix(mix(seed, ORDER), epoch));
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** The seed of the dropout masks of an epoch. */
  public static long dropout(long seed, int epoch) {
    return mix(mix(seed, DROPOUT), epoch);
  }

  /** The seed of the dropout masks of what is measured beside a step on a part of its batch. */
  static long probe(long seed, int iteration, int part) {
    return mix(mix(mix(seed, PROBE), iteration), part);
  }

  /**
   * Mixes two numbers into one that looks random (the finalizer of SplitMix64, Steele et al. 2014).
   */
  static long mix(long a, long b) {
    long z = a * 0x9e3779b97f4a7c15L + b;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
