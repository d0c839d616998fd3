package normsweep.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import normsweep.base.NormSweepException;

/**
 * Which images train, validate and test. No image is in two parts. In each part, classes have
 * shares in proportion to their numbers of images: those of CIFAR-10 differ by at most one image.
 *
 * @param train indices into an {@link ImageSource}, ascending
 * @param validation indices, ascending
 * @param test indices, ascending
 * @param seed what the choice was made with
 */
@SuppressWarnings("ArrayRecordComponent") // indices are many and read often; nobody compares splits
public record Split(int[] train, int[] validation, int[] test, long seed) {
  /** Number of the pool of training images, from which a part without a pool of its own draws. */
  public static final int TRAIN = 0;

  /** Number of the pool of validation images. */
  public static final int VALIDATION = 1;

  /** Number of the pool of test images. */
  public static final int TEST = 2;

  /**
   * A split of CIFAR-10 by labels alone; equal arguments give equal splits. Training and validation
   * images come from the official training images, test images from the official test images.
   *
   * @param labels class of each image, 0 to 9, the official training images first
   * @throws NormSweepException usage, naming the key, if there are not that many images
   */
  public static Split stratified(int[] labels, int train, int validation, int test, long seed) {
    requireSize("data.train", train, 1, Cifar10.TRAIN);
    requireSize("data.validation", validation, 0, Cifar10.TRAIN);
    requireSize("data.test", test, 0, Cifar10.TEST);
    if (train + validation > Cifar10.TRAIN) {
      throw NormSweepException.usage(
          String.format(
              Locale.ROOT,
              "data.train + data.validation is %s, allowed is at most the %s official training images together",
              train + validation,
              Cifar10.TRAIN));
    }
    int[] pools = new int[labels.length];
    Arrays.fill(pools, Cifar10.TRAIN, labels.length, TEST);
    return stratified(
        labels, pools, Cifar10.CLASSES, null, new int[] {train, validation, test}, seed);
  }

  /**
   * A split by labels and pools; equal arguments give equal splits. Every class gets an image of
   * each part that has as many images as there are classes.
   *
   * @param pools the pool that each image belongs to
   * @param ranks decides which images of a class come first, so that further images change little;
   *     null to shuffle them
   * @param sizes images of each part, for which every pool has enough of every class
   */
  public static Split stratified(
      int[] labels, int[] pools, int classes, long[] ranks, int[] sizes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] classOrder = shuffled(IntStream.range(0, classes), random);
    int[][][] pooled = new int[sizes.length][][];
    for (int pool = 0; pool < sizes.length; pool++) {
      int wanted = pool;
      IntStream members = IntStream.range(0, labels.length).filter(i -> pools[i] == wanted);
      pooled[pool] = byClass(members.toArray(), labels, classes, ranks, random);
    }
    int[][] used = new int[sizes.length][classes];
    int[] drawn = new int[sizes.length];
    int[][] parts = new int[sizes.length][];
    for (int part = 0; part < sizes.length; part++) {
      int pool = pool(part, pooled);
      int reserve = 0;
      for (int later = part + 1; later < sizes.length; later++) {
        reserve += pool(later, pooled) == pool && sizes[later] >= classes ? 1 : 0;
      }
      int[] images = new int[classes];
      int[] most = new int[classes];
      for (int label = 0; label < classes; label++) {
        images[label] = pooled[pool][label].length;
        most[label] = images[label] - used[pool][label] - reserve;
      }
      // Continuing where the odd images of the part before ended keeps all within a class.
      int[] counts = counts(sizes[part], images, most, classOrder, drawn[pool] % classes);
      parts[part] = take(pooled[pool], used[pool], counts);
      drawn[pool] += sizes[part];
      Arrays.setAll(used[pool], label -> used[pool][label] + counts[label]);
    }
    return new Split(parts[TRAIN], parts[VALIDATION], parts[TEST], seed);
  }

  private static int pool(int part, int[][][] pooled) {
    return Arrays.stream(pooled[part]).anyMatch(images -> images.length > 0) ? part : TRAIN;
  }

  private static void requireSize(String key, int size, int least, int most) {
    if (size < least || size > most) {
      throw NormSweepException.usage(key + " is " + size + ", allowed is " + least + " to " + most);
    }
  }

  /**
   * Shares {@code total} in proportion to the classes' images. What is left goes to the classes
   * with the largest remainders, among equal ones from position {@code first} on.
   */
  private static int[] counts(int total, int[] images, int[] most, int[] classOrder, int first) {
    int classes = images.length;
    long all = Math.max(1, Arrays.stream(images).asLongStream().sum());
    int least = total >= classes ? 1 : 0;
    int[] counts = new int[classes];
    Arrays.setAll(
        counts, c -> Math.min(most[c], Math.max(least, (int) ((long) total * images[c] / all))));
    int[] order =
        IntStream.range(0, classes)
            .mapToObj(i -> classOrder[(first + i) % classes])
            .sorted(Comparator.comparingLong(c -> -((long) total * images[c] % all)))
            .mapToInt(Integer::intValue)
            .toArray();
    int left = total - Arrays.stream(counts).sum();
    for (boolean changed = true; left != 0 && changed; ) {
      changed = false;
      for (int c : order) {
        int step = Integer.signum(left);
        if (left != 0 && counts[c] + step <= most[c] && counts[c] + step >= least) {
          counts[c] += step;
          left -= step;
          changed = true;
        }
      }
    }
    return counts;
  }

  /** Images by class, each class in random order or in that of its ranks. */
  private static int[][] byClass(
      int[] members, int[] labels, int classes, long[] ranks, SplittableRandom random) {
    int[][] byClass = new int[classes][];
    for (int label = 0; label < classes; label++) {
      int wanted = label;
      IntStream own = Arrays.stream(members).filter(i -> labels[i] == wanted);
      byClass[label] =
          ranks == null
              ? shuffled(own, random)
              : own.boxed()
                  .sorted(Comparator.comparingLong(i -> ranks[i]))
                  .mapToInt(Integer::intValue)
                  .toArray();
    }
    return byClass;
  }

  private static int[] take(int[][] classes, int[] skip, int[] counts) {
    int[] taken = new int[Arrays.stream(counts).sum()];
    int next = 0;
    for (int label = 0; label < classes.length; label++) {
      System.arraycopy(classes[label], skip[label], taken, next, counts[label]);
      next += counts[label];
    }
    Arrays.sort(taken);
    return taken;
  }

  private static int[] shuffled(IntStream stream, SplittableRandom random) {
    int[] values = stream.toArray();
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
    return values;
  }
}
