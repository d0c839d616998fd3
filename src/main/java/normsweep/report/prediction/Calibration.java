package normsweep.report.prediction;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import normsweep.report.analysis.Interval;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * How far the probability that networks give to their predictions agrees with how often these are
 * right.
 *
 * @param error expected calibration error: over {@value #BINS} equally wide bins of confidence, the
 *     mean of |accuracy − confidence|, weighted by the images in each (Guo et al. 2017); the mean
 *     over networks
 * @param limit what the error of perfectly calibrated networks exceeds in 5 % of samples, see {@link
 *     #of}
 * @param overconfidence mean confidence less accuracy
 * @param interval the normal 95 % interval of the overconfidence, over images
 * @param brier mean Brier score
 * @param bins all networks' images by confidence, ascending
 */
public record Calibration(
    double error,
    double limit,
    double overconfidence,
    Interval interval,
    double brier,
    List<Bin> bins) {
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
   * The calibration of networks on the same images. Chance alone gives every bin a gap, so the error
   * of perfectly calibrated networks is not 0. The limit is the 95 % quantile of the errors of
   * {@value #RESAMPLES} samples in which each prediction is right with the probability that the
   * network gives to it (consistency resampling: Bröcker and Smith 2007). All networks have the
   * same luck with an image, which makes the limit large rather than small.
   */
  public static Calibration of(List<Outcomes> networks) {
    int[][] places = networks.stream().map(Calibration::places).toArray(int[][]::new);
    int n = networks.get(0).images();
    double[] overconfidence = new double[n];
    double[] luck = new double[n];
    for (Outcomes network : networks) {
      for (int i = 0; i < n; i++) {
        overconfidence[i] +=
            (network.confidence()[i] - (network.right(i) ? 1 : 0)) / networks.size();
      }
    }
    double[] calibrated = new double[RESAMPLES];
    SplittableRandom random = new SplittableRandom(n);
    for (int b = 0; b < RESAMPLES; b++) {
      Arrays.setAll(luck, i -> random.nextDouble());
      calibrated[b] =
          error(networks, places, (network, i) -> luck[i] < network.confidence()[i]);
    }
    return new Calibration(
        error(networks, places, Outcomes::right),
        new Percentile().evaluate(calibrated, 100 * Interval.CONFIDENCE),
        new Mean().evaluate(overconfidence),
        Interval.normal(overconfidence, Interval.CONFIDENCE),
        networks.stream().mapToDouble(Outcomes::brier).average().orElseThrow(),
        bins(networks));
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

  private interface Success {
    boolean of(Outcomes network, int image);
  }

  // Images in a bin, times |mean confidence − accuracy|, is |Σ (confidence − right)|.
  private static double error(List<Outcomes> networks, int[][] places, Success right) {
    double error = 0;
    for (int k = 0; k < places.length; k++) {
      Outcomes network = networks.get(k);
      double[] sums = new double[BINS];
      for (int i = 0; i < places[k].length; i++) {
        sums[places[k][i]] += network.confidence()[i] - (right.of(network, i) ? 1 : 0);
      }
      error += Arrays.stream(sums).map(Math::abs).sum() / places[k].length;
    }
    return error / places.length;
  }
}
