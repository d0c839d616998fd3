package normsweep.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import normsweep.record.GradientHistograms;

/**
 * Counts gradient elements by magnitude in bins of a factor of two. The bin of an element is the
 * exponent of its floating-point representation, so that no logarithm is taken.
 */
final class MagnitudeHistogram {
  /** The lowest bin starts at 2^LEAST, about 9e-13. */
  static final int LEAST = -40;

  /** The highest bin ends at 2^MOST, 256; larger elements are counted in it. */
  static final int MOST = 8;

  private MagnitudeHistogram() {}

  /** The edges of the bins, as decimal logarithms. */
  static List<Double> edges() {
    return IntStream.rangeClosed(LEAST, MOST)
        .mapToObj(exponent -> exponent * Math.log10(2))
        .toList();
  }

  /** Counts of all parameters. */
  static GradientHistograms.Snapshot snapshot(TrainableGradients gradients, int step, int epoch) {
    Map<String, GradientHistograms.Counts> counts = new LinkedHashMap<>();
    for (int i = 0; i < gradients.parameters().size(); i++) {
      String name = gradients.parameters().get(i).name();
      counts.put(name, count(gradients.sum(i), 1f / gradients.batchSize()));
    }
    return new GradientHistograms.Snapshot(step, epoch, counts);
  }

  /** Counts {@code values} times {@code scale}. */
  static GradientHistograms.Counts count(float[] values, float scale) {
    long[] bins = new long[MOST - LEAST];
    long below = 0;
    for (float value : values) {
      int exponent = Math.getExponent(value * scale);
      if (exponent < LEAST) {
        below++;
      } else {
        bins[Math.min(exponent, MOST - 1) - LEAST]++;
      }
    }
    return new GradientHistograms.Counts(below, Arrays.stream(bins).boxed().toList());
  }
}
