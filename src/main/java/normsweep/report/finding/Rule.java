package normsweep.report.finding;

import java.util.Optional;
import normsweep.report.analysis.SweepEvidence;

/** Derives a finding from a sweep, or none if the sweep has no data for it. */
@FunctionalInterface
public interface Rule {
  /** Confidence level of every interval in the report. */
  double CONFIDENCE = 0.95;

  /** The finding, if the numbers support one. */
  Optional<Finding> apply(SweepEvidence sweep);
}
