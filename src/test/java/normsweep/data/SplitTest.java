package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitTest {
  /** As in CIFAR-10: equally many of each class in both parts, in random order. */
  private static final int[] LABELS = labels();

  @ParameterizedTest
  @CsvSource({
    "2000,500,1000",
    "45000,5000,10000",
    "44995,5005,10000",
    "49999,1,9999",
    "1,0,0",
    "7,6,5",
    "33333,16667,1234",
    "49995,5,3"
  })
  void partsAreDisjointAndBalanced(int train, int validation, int test) {
    Split split = Split.stratified(LABELS, train, validation, test, 11);
    assertEquals(train, split.train().length);
    assertEquals(validation, split.validation().length);
    assertEquals(test, split.test().length);
    assertBalanced(split.train());
    assertBalanced(split.validation());
    assertBalanced(split.test());
    int[] all =
        Stream.of(split.train(), split.validation(), split.test())
            .flatMapToInt(Arrays::stream)
            .toArray();
    assertEquals(all.length, Arrays.stream(all).distinct().count());
    assertTrue(Arrays.stream(split.train()).allMatch(i -> i >= 0 && i < Cifar10.TRAIN));
    assertTrue(Arrays.stream(split.validation()).allMatch(i -> i >= 0 && i < Cifar10.TRAIN));
    assertTrue(
        Arrays.stream(split.test())
            .allMatch(i -> i >= Cifar10.TRAIN && i < Cifar10.TRAIN + Cifar10.TEST));
  }

  /** Shares in proportion, by largest remainders, and at least one image of each class. */
  @Test
  void unevenClassesKeepTheirShares() {
    int[] labels = new int[100];
    Arrays.fill(labels, 0, 70, 0);
    Arrays.fill(labels, 70, 97, 1);
    Arrays.fill(labels, 97, 100, 2);
    Split split = Split.stratified(labels, new int[100], 3, null, new int[] {60, 15, 25}, 3);
    assertArrayEquals(new int[] {42, 17, 1}, counts(split.train(), labels));
    assertArrayEquals(new int[] {10, 4, 1}, counts(split.validation(), labels));
    assertArrayEquals(new int[] {18, 6, 1}, counts(split.test(), labels));
  }

  private static int[] counts(int[] images, int[] labels) {
    int[] counts = new int[3];
    Arrays.stream(images).forEach(image -> counts[labels[image]]++);
    return counts;
  }

  @Test
  void theSeedAloneDecides() {
    Split one = Split.stratified(LABELS, 2000, 500, 1000, 1);
    Split same = Split.stratified(LABELS, 2000, 500, 1000, 1);
    Split other = Split.stratified(LABELS, 2000, 500, 1000, 2);
    assertArrayEquals(one.train(), same.train());
    assertArrayEquals(one.validation(), same.validation());
    assertArrayEquals(one.test(), same.test());
    assertFalse(Arrays.equals(one.train(), other.train()));
    assertFalse(Arrays.equals(one.validation(), other.validation()));
    assertFalse(Arrays.equals(one.test(), other.test()));
    assertEquals(1, one.seed());
  }

  @Test
  void choicesSpreadOverTheWholeData() {
    int[] train = Split.stratified(LABELS, 2000, 500, 1000, 1).train();
    double mean = Arrays.stream(train).average().orElseThrow();
    // 2,000 uniform draws of 0..49,999 have a mean of 25,000 with a standard deviation of 323.
    assertEquals(25_000, mean, 5 * 323);
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,1,data.train", "50001,0,1,data.train", "1,-1,1,data.validation",
    "1,50001,1,data.validation", "1,1,10001,data.test", "1,1,-1,data.test",
    "45000,5001,1,data.train + data.validation", "2147483647,2147483647,1,data.train"
  })
  void refusedSizesNameTheirKey(int train, int validation, int test, String key) {
    NormSweepException e =
        assertThrows(
            NormSweepException.class, () -> Split.stratified(LABELS, train, validation, test, 1));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(e.getMessage().startsWith(key + " is "), e.getMessage());
    assertTrue(e.getMessage().contains("allowed"), e.getMessage());
  }

  private static void assertBalanced(int[] part) {
    int[] counts = new int[10];
    for (int index : part) {
      counts[LABELS[index]]++;
    }
    int least = Arrays.stream(counts).min().orElseThrow();
    int most = Arrays.stream(counts).max().orElseThrow();
    assertTrue(most - least <= 1, () -> Arrays.toString(counts));
  }

  private static int[] labels() {
    int[] labels = IntStream.range(0, Cifar10.TRAIN + Cifar10.TEST).map(i -> i % 10).toArray();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = Cifar10.TRAIN - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = labels[i];
      labels[i] = labels[j];
      labels[j] = swapped;
    }
    return labels;
  }
}
