package normsweep.report.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import normsweep.record.EpochMetrics;

/**
 * How fast the validation accuracy of a trial rose.
 *
 * @param bestAccuracy highest validation accuracy of any epoch
 * @param reaches when it first reached each of {@link #SHARES} of its best
 * @param areaUnderCurve mean validation accuracy over the epochs by the trapezoidal rule, in [0, 1]
 */
public record Convergence(double bestAccuracy, List<Reach> reaches, double areaUnderCurve) {
  /** Shares of a trial's own best accuracy that count as milestones. */
  public static final List<Double> SHARES = List.of(0.90, 0.95, 0.99);

  /** Copies the list. */
  public Convergence {
    reaches = List.copyOf(reaches);
  }

  /**
   * A milestone.
   *
   * @param share share of the trial's best validation accuracy
   * @param epoch first epoch to reach it
   * @param seconds wall-clock time of all epochs up to and including that one
   */
  public record Reach(double share, int epoch, double seconds) {}

  /** Measures a trial; empty before its first epoch ends. */
  public static Optional<Convergence> of(List<EpochMetrics> epochs) {
    if (epochs.isEmpty()) {
      return Optional.empty();
    }
    double best = epochs.stream().mapToDouble(EpochMetrics::valAccuracy).max().orElseThrow();
    List<Reach> reaches = new ArrayList<>();
    for (double share : SHARES) {
      double seconds = 0;
      for (EpochMetrics epoch : epochs) {
        seconds += epoch.seconds();
        if (epoch.valAccuracy() >= share * best) {
          reaches.add(new Reach(share, epoch.epoch(), seconds));
          break;
        }
      }
    }
    return Optional.of(new Convergence(best, reaches, area(epochs)));
  }

  private static double area(List<EpochMetrics> epochs) {
    EpochMetrics first = epochs.get(0);
    EpochMetrics last = epochs.get(epochs.size() - 1);
    if (epochs.size() == 1) {
      return first.valAccuracy();
    }
    double area = 0;
    for (int i = 1; i < epochs.size(); i++) {
      EpochMetrics left = epochs.get(i - 1);
      EpochMetrics right = epochs.get(i);
      area += (left.valAccuracy() + right.valAccuracy()) / 2 * (right.epoch() - left.epoch());
    }
    return area / (last.epoch() - first.epoch());
  }

  /** When the trial first reached one of {@link #SHARES}. */
  public Reach reach(double share) {
    return reaches.stream()
        .filter(reach -> reach.share() == share)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no milestone at " + share));
  }
}
