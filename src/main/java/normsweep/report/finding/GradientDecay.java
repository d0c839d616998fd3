package normsweep.report.finding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.record.GradientNorm;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/** How the total gradient norm of each head changed from the first epoch to the last. */
public final class GradientDecay implements Rule {
  @Override
  public Optional<Finding> apply(SweepEvidence sweep) {
    List<String> items = new ArrayList<>();
    List<Double> numbers = new ArrayList<>();
    int epoch = sweep.config().iterationsPerEpoch();
    for (HeadKind head : sweep.heads()) {
      List<Double> early = new ArrayList<>();
      List<Double> late = new ArrayList<>();
      for (TrialEvidence trial : sweep.completed()) {
        if (trial.head().equals(head) && trial.gradients().isPresent()) {
          double[] norms = trial.gradients().get().before(GradientNorm.TOTAL);
          if (norms.length >= 2 * epoch) {
            early.add(new Median().evaluate(Arrays.copyOf(norms, epoch)));
            late.add(
                new Median()
                    .evaluate(Arrays.copyOfRange(norms, norms.length - epoch, norms.length)));
          }
        }
      }
      Optional<Summary> first = Summary.of(early);
      Optional<Summary> last = Summary.of(late);
      if (first.isPresent() && last.isPresent()) {
        numbers.add(first.get().mean());
        numbers.add(last.get().mean());
        items.add(
            String.format(
                Locale.ROOT,
                "%s from %.3f to %.3f",
                head.label(),
                first.get().mean(),
                last.get().mean()));
      }
    }
    return items.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                Topic.GRADIENTS,
                Strength.OBSERVATION,
                "From the first epoch to the last, the median total gradient norm before clipping changed as follows: "
                    + Sentences.list(items)
                    + ".",
                numbers));
  }
}
