package normsweep.report.document;

import static normsweep.report.document.ByHand.deviation;
import static normsweep.report.document.ByHand.mean;
import static normsweep.report.document.ByHand.median;

import java.util.Arrays;
import java.util.stream.IntStream;
import normsweep.report.document.RecordedSweep.Csv;
import normsweep.report.document.RecordedSweep.RecordedTrial;

/** What tables show of a single trial, from its files. */
final class TrialNumbers {
  private TrialNumbers() {}

  static double gap(RecordedTrial trial) {
    double[] losses = trial.epochs("valLoss");
    int best = 0;
    for (int i = 1; i < losses.length; i++) {
      best = losses[i] < losses[best] ? i : best;
    }
    return trial.epochs("trainAccuracy")[best] - trial.epochs("valAccuracy")[best];
  }

  static double epochsTo(RecordedTrial trial, double share) {
    double[] accuracies = trial.epochs("valAccuracy");
    double best = Arrays.stream(accuracies).max().orElseThrow();
    return 1
        + IntStream.range(0, accuracies.length)
            .filter(i -> accuracies[i] >= share * best)
            .min()
            .orElseThrow();
  }

  // Mean height of the curve: its first and last point count half.
  static double area(RecordedTrial trial) {
    double[] accuracies = trial.epochs("valAccuracy");
    int last = accuracies.length - 1;
    return (Arrays.stream(accuracies).sum() - (accuracies[0] + accuracies[last]) / 2) / last;
  }

  static double drop(RecordedTrial trial) {
    double[] accuracies = trial.epochs("valAccuracy");
    return IntStream.range(1, accuracies.length)
        .mapToDouble(i -> accuracies[i - 1] - accuracies[i])
        .filter(drop -> drop > 0)
        .max()
        .orElse(0);
  }

  static double lateLossDeviation(RecordedTrial trial) {
    double[] losses = trial.epochs("valLoss");
    int third = (int) Math.ceil(losses.length / 3.0);
    return deviation(Arrays.copyOfRange(losses, losses.length - third, losses.length));
  }

  static double gradientNoise(RecordedTrial trial) {
    double[] norms = trial.gradientsOfFullBatches().column("normBefore");
    return median(
        IntStream.range(0, norms.length / 20)
            .mapToObj(window -> Arrays.copyOfRange(norms, 20 * window, 20 * window + 20))
            .mapToDouble(window -> deviation(window) / mean(window))
            .toArray());
  }

  // In percent; NaN without clipping.
  static double clipped(RecordedTrial trial, int first, int last) {
    double[] factors =
        factors(trial.gradients().iterations(iteration -> first <= iteration && iteration <= last));
    return trial.clip().equals("none")
        ? Double.NaN
        : 100.0
            * Arrays.stream(factors).filter(factor -> factor < 1 - 1e-6).count()
            / factors.length;
  }

  static double[] factors(Csv gradients) {
    double[] before = gradients.column("normBefore");
    double[] after = gradients.column("normAfter");
    return IntStream.range(0, before.length).mapToDouble(i -> after[i] / before[i]).toArray();
  }
}
