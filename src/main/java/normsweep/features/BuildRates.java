package normsweep.features;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import normsweep.base.Processors;

/**
 * How fast pictures become features, from a few of them.
 *
 * @param decoding images per second that all cores decode and draw while they do nothing else
 * @param trunk images per second through the trunk while nothing else is done
 * @param together images per second to expect of both: on the same cores, their times add up
 */
record BuildRates(double decoding, double trunk, double together) {
  /** Enough for a second of work; a third of them only warms up. */
  private static final int SAMPLE = 96;

  /**
   * The rates of two kinds of work.
   *
   * @param sameCores whether the trunk computes on the cores that decode, not on a GPU
   */
  static BuildRates of(double decoding, double trunk, boolean sameCores) {
    double both = sameCores ? 1 / (1 / decoding + 1 / trunk) : Math.min(decoding, trunk);
    return new BuildRates(decoding, trunk, both);
  }

  /**
   * Measures the rates with images from all over {@code source}.
   *
   * @param images number of images, at least 1
   */
  static BuildRates measure(
      FeatureExtractor extractor, int images, IntFunction<byte[]> source, boolean sameCores) {
    int sample = Math.min(SAMPLE, images);
    int[] chosen =
        IntStream.range(0, sample).map(i -> (int) ((long) i * images / sample)).toArray();
    // The first third of all, from everywhere too.
    int[] warming =
        IntStream.range(0, sample).filter(i -> i % 3 == 0).map(i -> chosen[i]).toArray();
    int[] timed =
        sample < 3
            ? chosen
            : IntStream.range(0, sample).filter(i -> i % 3 != 0).map(i -> chosen[i]).toArray();
    ExecutorService decoders = Executors.newFixedThreadPool(Processors.count());
    try {
      decode(decoders, warming, source);
      long begin = System.nanoTime();
      List<byte[]> decoded = decode(decoders, timed, source);
      double decoding = rate(timed.length, begin);
      byte[] joined = new byte[timed.length * decoded.get(0).length];
      for (int i = 0; i < timed.length; i++) {
        System.arraycopy(
            decoded.get(i), 0, joined, i * decoded.get(i).length, decoded.get(i).length);
      }
      float[] features = new float[timed.length * extractor.valuesPerImage()];
      extractor.features(joined, warming.length, features);
      begin = System.nanoTime();
      extractor.features(joined, timed.length, features);
      return of(decoding, rate(timed.length, begin), sameCores);
    } finally {
      decoders.shutdownNow();
    }
  }

  private static List<byte[]> decode(
      ExecutorService decoders, int[] images, IntFunction<byte[]> source) {
    List<Future<byte[]>> work =
        Arrays.stream(images)
            .<Callable<byte[]>>mapToObj(image -> () -> source.apply(image))
            .map(decoders::submit)
            .toList();
    return work.stream().map(FeatureBuild::done).toList();
  }

  private static double rate(int images, long begin) {
    return images * 1e9 / Math.max(1, System.nanoTime() - begin);
  }

  /** What limits the rate, with both rates. */
  String limit() {
    return String.format(
        Locale.ROOT,
        "alone, decoding makes %.0f and the trunk %.0f images/s, so %s is the limit",
        decoding,
        trunk,
        decoding < trunk ? "decoding" : "the trunk");
  }
}
