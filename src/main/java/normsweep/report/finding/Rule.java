package normsweep.report.finding;

import java.util.Optional;
import normsweep.report.analysis.SweepEvidence;

/** Derives one finding from a sweep, or none where the sweep has nothing to say about it. */
@FunctionalInterface
public interface Rule {
  /** Level of confidence of every interval in the report. */
  double CONFIDENCE = 0.95;

  /** The finding, if the numbers support one. */
  Optional<Finding> apply(SweepEvidence sweep);
}
