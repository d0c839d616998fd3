package normsweep.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import normsweep.record.GradientHistograms;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Counts gradient elements by magnitude in bins of a factor of two. The bin of an element is the
 * exponent of its floating-point representation, so that no logarithm is taken.
 */
final class MagnitudeHistogram {
  /** The lowest bin starts at 2^LEAST, about 9e-13. */
  static final int LEAST = -40;

  /** The highest bin ends at 2^MOST, 256; larger elements count in it. */
  static final int MOST = 8;

  private float[] buffer = new float[0];

  /** The edges of the bins, as decimal logarithms. */
  static List<Double> edges() {
    return IntStream.rangeClosed(LEAST, MOST)
        .mapToObj(exponent -> exponent * Math.log10(2))
        .toList();
  }

  /** Counts of all parameters, of the mean gradient. */
  GradientHistograms.Snapshot snapshot(
      TrainableGradients gradients, int iteration, int epoch, int batchSize) {
    Map<String, GradientHistograms.Counts> counts = new LinkedHashMap<>();
    for (int i = 0; i < gradients.size(); i++) {
      counts.put(gradients.parameter(i).name(), counts(gradients.view(i), batchSize));
    }
    return new GradientHistograms.Snapshot(iteration, epoch, counts);
  }

  private GradientHistograms.Counts counts(INDArray gradient, int batchSize) {
    int length = Math.toIntExact(gradient.length());
    if (buffer.length < length) {
      buffer = new float[length];
    }
    gradient.data().asNioFloat().get(Math.toIntExact(gradient.offset()), buffer, 0, length);
    return count(buffer, length, 1f / batchSize);
  }

  /** Counts {@code values[0..length)} times {@code scale}. */
  static GradientHistograms.Counts count(float[] values, int length, float scale) {
    long[] bins = new long[MOST - LEAST];
    long below = 0;
    for (int i = 0; i < length; i++) {
      int exponent = Math.getExponent(values[i] * scale);
      if (exponent < LEAST) {
        below++;
      } else {
        bins[Math.min(exponent, MOST - 1) - LEAST]++;
      }
    }
    List<Long> boxed = new ArrayList<>(bins.length);
    for (long bin : bins) {
      boxed.add(bin);
    }
    return new GradientHistograms.Counts(below, boxed);
  }
}
