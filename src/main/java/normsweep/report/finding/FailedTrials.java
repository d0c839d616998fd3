package normsweep.report.finding;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.record.TrialResult;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** How many trials failed, and with which clipping choices. */
public final class FailedTrials implements Rule {
  @Override
  public Optional<Finding> apply(SweepEvidence sweep) {
    List<TrialResult> failed =
        sweep.results().trials().stream()
            .filter(row -> row.status() == TrialResult.Status.FAILED)
            .toList();
    if (failed.isEmpty()) {
      return Optional.empty();
    }
    long clipped = failed.stream().filter(row -> row.clip().active()).count();
    int all = sweep.results().trials().size();
    return Optional.of(
        new Finding(
            Topic.STABILITY,
            Strength.OBSERVATION,
            String.format(
                    Locale.ROOT,
                    "%d of %d trials failed, %d of them with clipping and %d without; comparisons leave",
                    failed.size(),
                    all,
                    clipped,
                    failed.size() - clipped)
                + " them out, which favours settings that fail.",
            List.of((double) failed.size(), (double) all, (double) clipped)));
  }
}
