package normsweep.record;

import java.util.List;

/** Metrics without the seconds, the one column that differs between equal runs. */
public final class TimelessMetrics {
  private TimelessMetrics() {}

  /** The same rows with 0 seconds. */
  public static List<EpochMetrics> of(List<EpochMetrics> metrics) {
    return metrics.stream().map(EpochMetrics::timeless).toList();
  }
}
