package normsweep.record;

import java.util.List;
import java.util.Map;

/**
 * {@code histograms.json}: the distribution of gradient magnitudes over time.
 *
 * <p>Bin i counts elements g, taken before clipping from the mini-batch mean gradient, with {@code
 * binEdgesLog10[i] <= log10|g| < binEdgesLog10[i+1]}; smaller elements and zeros count in {@code
 * below} of each parameter, larger ones in its last bin.
 *
 * @param binEdgesLog10 edges of the bins, one more than there are bins
 * @param snapshots the histograms in the order of their iterations
 */
public record GradientHistograms(List<Double> binEdgesLog10, List<Snapshot> snapshots) {
  /** Copies the lists, and rejects histograms that do not match the edges. */
  public GradientHistograms {
    binEdgesLog10 = List.copyOf(binEdgesLog10);
    snapshots = List.copyOf(snapshots);
    int bins = binEdgesLog10.size() - 1;
    for (Snapshot snapshot : snapshots) {
      for (Counts counts : snapshot.parameters().values()) {
        if (counts.bins().size() != bins) {
          String which = "the histograms of iteration " + snapshot.iteration();
          throw new IllegalArgumentException(which + " do not have " + bins + " bins");
        }
      }
    }
  }

  /**
   * All parameters at one iteration.
   *
   * @param iteration number of the step in the trial, from 1
   * @param epoch number of the epoch, from 1
   * @param parameters counts by parameter name
   */
  public record Snapshot(int iteration, int epoch, Map<String, Counts> parameters) {}

  /**
   * One parameter at one iteration.
   *
   * @param below elements below the first edge, including zeros
   * @param bins number of elements in each bin
   */
  public record Counts(long below, List<Long> bins) {
    /** Copies the list. */
    public Counts {
      bins = List.copyOf(bins);
    }
  }
}
