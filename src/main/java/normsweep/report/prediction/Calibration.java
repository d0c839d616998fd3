package normsweep.report.prediction;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import normsweep.report.analysis.Interval;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * How far the probability that networks give to their predictions agrees with how often these are
 * right.
 *
 * @param error expected calibration error: over {@value #BINS} equally wide bins of confidence, the
 *     mean of |accuracy − confidence|, weighted by the images in each (Guo et al. 2017); the mean
 *     over networks
 * @param interval its basic bootstrap interval over images, see {@link #of}
 * @param overconfidence mean confidence less accuracy
 * @param brier mean Brier score
 * @param bins all networks' images by confidence, ascending
 */
public record Calibration(
    double error, Interval interval, double overconfidence, double brier, List<Bin> bins) {
  /** Number of bins. */
  public static final int BINS = 15;

  private static final int RESAMPLES = 1000;

  /**
   * Predictions of similar confidence.
   *
   * @param images how many there are
   * @param confidence sum of their confidences
   * @param right how many of them are right
   */
  public record Bin(int images, double confidence, int right) {
    /** Mean confidence. */
    public double meanConfidence() {
      return confidence / images;
    }

    /** Share of right predictions. */
    public double accuracy() {
      return (double) right / images;
    }
  }

  /**
   * The calibration of networks on the same images. The interval is 2E − q<sub>97.5 %</sub> to 2E −
   * q<sub>2.5 %</sub>, not below 0, where q are quantiles of the error E in {@value #RESAMPLES}
   * resamples of the images, the same for all networks. Binning makes an estimated error too large,
   * in a resample as in the sample; this interval takes that off, which the quantiles themselves
   * would add once more.
   */
  public static Calibration of(List<Outcomes> networks) {
    int[][] places = networks.stream().map(Calibration::places).toArray(int[][]::new);
    double[][] gaps = networks.stream().map(Calibration::gaps).toArray(double[][]::new);
    int n = networks.get(0).images();
    int[] once = new int[n];
    Arrays.fill(once, 1);
    double error = error(places, gaps, once);
    double[] resampled = new double[RESAMPLES];
    SplittableRandom random = new SplittableRandom(n);
    for (int b = 0; b < RESAMPLES; b++) {
      int[] times = new int[n];
      for (int i = 0; i < n; i++) {
        times[random.nextInt(n)]++;
      }
      resampled[b] = error(places, gaps, times);
    }
    Percentile quantiles = new Percentile();
    quantiles.setData(resampled);
    double tail = 50 * (1 - Interval.CONFIDENCE);
    Interval interval =
        new Interval(
            Math.max(0, 2 * error - quantiles.evaluate(100 - tail)),
            Math.max(0, 2 * error - quantiles.evaluate(tail)));
    double gap = Arrays.stream(gaps).flatMapToDouble(Arrays::stream).sum() / n / networks.size();
    double brier = networks.stream().mapToDouble(Outcomes::brier).average().orElseThrow();
    return new Calibration(error, interval, gap, brier, bins(networks));
  }

  /** The images of networks by confidence; bins without images are left out. */
  public static List<Bin> bins(List<Outcomes> networks) {
    int[] images = new int[BINS];
    int[] right = new int[BINS];
    double[] confidence = new double[BINS];
    for (Outcomes network : networks) {
      int[] places = places(network);
      for (int i = 0; i < places.length; i++) {
        images[places[i]]++;
        right[places[i]] += network.right(i) ? 1 : 0;
        confidence[places[i]] += network.confidence()[i];
      }
    }
    return IntStream.range(0, BINS)
        .filter(bin -> images[bin] > 0)
        .mapToObj(bin -> new Bin(images[bin], confidence[bin], right[bin]))
        .toList();
  }

  // Bins include their upper ends.
  private static int[] places(Outcomes network) {
    return Arrays.stream(network.confidence())
        .mapToInt(p -> Math.min(BINS - 1, Math.max(0, (int) Math.ceil(p * BINS) - 1)))
        .toArray();
  }

  private static double[] gaps(Outcomes network) {
    double[] gaps = network.confidence().clone();
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] -= network.right(i) ? 1 : 0;
    }
    return gaps;
  }

  // Images in a bin, times |mean confidence − accuracy|, is |Σ (confidence − right)|.
  private static double error(int[][] places, double[][] gaps, int[] times) {
    double error = 0;
    for (int k = 0; k < places.length; k++) {
      double[] sums = new double[BINS];
      for (int i = 0; i < times.length; i++) {
        sums[places[k][i]] += times[i] * gaps[k][i];
      }
      error += Arrays.stream(sums).map(Math::abs).sum();
    }
    return error / times.length / places.length;
  }
}
