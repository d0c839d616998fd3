package normsweep.ui;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import normsweep.record.SweepFolder;
import normsweep.ui.state.SweepOverview;
import normsweep.ui.state.TrialRecords;

/**
 * A sweep, or the one that tunes it, and what its trials have recorded.
 *
 * @param path the address of its page
 * @param locked the folder whose lock a process that writes to this one holds
 * @param statistics whether a trial has training pages
 */
record WatchedSweep(
    String path,
    SweepFolder folder,
    SweepFolder locked,
    TrialRecords records,
    Predicate<String> statistics) {
  static final String SWEEP = "/sweep";
  private static final String TUNING = "/tuning";

  /** The sweep of a folder, and its tuning. */
  static List<WatchedSweep> of(SweepFolder folder, Predicate<String> statistics) {
    SweepFolder tuning = folder.tuning();
    return List.of(
        new WatchedSweep(SWEEP, folder, folder, new TrialRecords(folder), statistics),
        new WatchedSweep(TUNING, tuning, folder, new TrialRecords(tuning), statistics));
  }

  /** Whether its trials tune another sweep. */
  boolean tunes() {
    return path.equals(TUNING);
  }

  /** Its state now. */
  SweepOverview overview() {
    return SweepOverview.read(folder, locked, records, statistics, Instant.now());
  }
}
