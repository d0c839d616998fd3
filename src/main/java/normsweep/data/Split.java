package normsweep.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import normsweep.base.NormSweepException;

/**
 * Which images train, validate and test. Training and validation images come from the official
 * training images, test images from the official test images; no image is in two parts. In each
 * part the numbers of images of any two classes differ by at most one.
 *
 * @param train indices into {@link Cifar10}, ascending
 * @param validation indices, ascending
 * @param test indices, ascending
 * @param seed what the choice was made with
 */
@SuppressWarnings("ArrayRecordComponent") // indices are many and read often; nobody compares splits
public record Split(int[] train, int[] validation, int[] test, long seed) {
  /** The split of CIFAR-10 with the given sizes. */
  public static Split stratified(Cifar10 data, int train, int validation, int test, long seed) {
    return stratified(data.labels(), train, validation, test, seed);
  }

  /**
   * A split by labels alone; equal arguments give equal splits.
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
    SplittableRandom random = new SplittableRandom(seed);
    int[] classOrder = shuffled(IntStream.range(0, Cifar10.CLASSES), random);
    int[][] official = byClass(labels, 0, Cifar10.TRAIN, random);
    int[][] officialTest = byClass(labels, Cifar10.TRAIN, Cifar10.TRAIN + Cifar10.TEST, random);
    int[] trainCounts = counts(train, classOrder, 0);
    // Continuing where the odd images of training ended keeps train + validation within a class.
    int[] validationCounts = counts(validation, classOrder, train % Cifar10.CLASSES);
    int[] none = new int[Cifar10.CLASSES];
    return new Split(
        take(official, none, trainCounts),
        take(official, trainCounts, validationCounts),
        take(officialTest, none, counts(test, classOrder, 0)),
        seed);
  }

  private static void requireSize(String key, int size, int least, int most) {
    if (size < least || size > most) {
      throw NormSweepException.usage(key + " is " + size + ", allowed is " + least + " to " + most);
    }
  }

  /** Shares {@code total} evenly; the odd ones go to classes from position {@code first} on. */
  private static int[] counts(int total, int[] classOrder, int first) {
    int[] counts = new int[Cifar10.CLASSES];
    Arrays.fill(counts, total / Cifar10.CLASSES);
    for (int i = 0; i < total % Cifar10.CLASSES; i++) {
      counts[classOrder[(first + i) % Cifar10.CLASSES]]++;
    }
    return counts;
  }

  /** Image indices from {@code from} to {@code to} by class, each class in random order. */
  private static int[][] byClass(int[] labels, int from, int to, SplittableRandom random) {
    int[][] classes = new int[Cifar10.CLASSES][];
    for (int label = 0; label < classes.length; label++) {
      int wanted = label;
      classes[label] = shuffled(IntStream.range(from, to).filter(i -> labels[i] == wanted), random);
    }
    return classes;
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
