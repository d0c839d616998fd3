package normsweep.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;

/** The results of a running sweep, written to disk whenever they change. */
final class ResultsLedger {
  private final SweepFolder folder;
  private SweepResults results;

  ResultsLedger(SweepFolder folder, SweepResults results) {
    this.folder = folder;
    this.results = results;
    save();
  }

  SweepResults results() {
    return results;
  }

  void put(TrialResult row) {
    results = results.with(row);
    save();
  }

  void put(SweepResults.WeightsOrigin weights, SweepResults.DataOrigin data) {
    results = results.with(weights, data);
    save();
  }

  private void save() {
    try {
      Records.writeJson(folder.results(), results);
      Records.writeCsv(folder.resultsCsv(), TrialResult.class, results.trials());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
