package normsweep.report.analysis;

import java.util.List;
import java.util.stream.LongStream;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientHistograms.Counts;
import normsweep.record.GradientHistograms.Snapshot;

/**
 * A distribution of gradient magnitudes |g| over all parameters.
 *
 * @param edges edges of the bins in log₁₀|g|
 * @param below share of elements below the first edge, including zeros
 * @param shares share of elements in each bin; together with {@code below} they sum to 1
 */
public record Magnitudes(List<Double> edges, double below, List<Double> shares) {

  /** The distribution at one snapshot. */
  public static Magnitudes at(GradientHistograms histograms, Snapshot snapshot) {
    return sum(histograms.binEdgesLog10(), List.of(snapshot));
  }

  /** The distribution over all snapshots. */
  public static Magnitudes overall(GradientHistograms histograms) {
    return sum(histograms.binEdgesLog10(), histograms.snapshots());
  }

  private static Magnitudes sum(List<Double> edges, List<Snapshot> snapshots) {
    long below = 0;
    long[] bins = new long[edges.size() - 1];
    for (Snapshot snapshot : snapshots) {
      for (Counts counts : snapshot.parameters().values()) {
        below += counts.below();
        for (int bin = 0; bin < bins.length; bin++) {
          bins[bin] += counts.bins().get(bin);
        }
      }
    }
    double all = Math.max(1, below + LongStream.of(bins).sum());
    return new Magnitudes(
        edges, below / all, LongStream.of(bins).mapToObj(bin -> bin / all).toList());
  }

  /**
   * The value of log₁₀|g| below which a share of the elements lies, interpolated linearly within
   * its bin; the first edge if that share already lies below it.
   */
  public double quantile(double share) {
    double sum = below;
    if (share <= sum) {
      return edges.get(0);
    }
    for (int bin = 0; bin < shares.size(); bin++) {
      double next = sum + shares.get(bin);
      if (share <= next) {
        double inside = (share - sum) / shares.get(bin);
        return edges.get(bin) + inside * (edges.get(bin + 1) - edges.get(bin));
      }
      sum = next;
    }
    return edges.get(edges.size() - 1);
  }
}
