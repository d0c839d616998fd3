package normsweep.ui.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import normsweep.record.SweepFolder;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeLeftTest {
  @TempDir Path output;
  private SweepFolder folder;
  private StartedSweep sweep;

  @BeforeEach
  void start() throws IOException {
    folder = new SweepFolder(output.resolve("tiny"));
    sweep = StartedSweep.in(folder, StartedSweep.YAML);
  }

  private double left(int trial, Instant now) {
    List<TrialResult> rows = folder.readResults().trials();
    return TimeLeft.of(rows, new TrialRecords(folder), now).seconds(rows.get(trial));
  }

  @Test
  void followsRecordedEpochs() throws IOException {
    sweep.train(sweep.trials().get(0), 10, 20);
    // Two more epochs of 15 s, of which 5 s are over.
    assertEquals(25, left(0, StartedSweep.RECORDED.plusSeconds(5)), 1e-9);
    // The others have no epochs yet: four each, as long as those of the first.
    assertEquals(60, left(1, StartedSweep.RECORDED.plusSeconds(5)), 1e-9);
    // An epoch that takes longer than the others is nearly over, not more.
    assertEquals(15, left(0, StartedSweep.RECORDED.plusSeconds(500)), 1e-9);
  }

  @Test
  void trialsWithTheSameHeadTellMore() throws IOException {
    Trial first = sweep.trials().get(0);
    Trial other =
        sweep.trials().stream()
            .filter(one -> !one.head().equals(first.head()))
            .findFirst()
            .orElseThrow();
    sweep.train(first, 10);
    sweep.train(other, 30);
    List<TrialResult> rows = folder.readResults().trials();
    for (int i = 0; i < rows.size(); i++) {
      int epochs = rows.get(i).epochs() == 0 ? 4 : 3;
      double each = rows.get(i).trial().head().equals(other.head()) ? 30 : 10;
      assertEquals(epochs * each, left(i, Instant.EPOCH), 1e-9, rows.get(i).id());
    }
  }

  @ParameterizedTest
  @CsvSource({"0.4, 0 s", "59.4, 59 s", "60, 1 min", "3500, 58 min", "3600, 1 h 00 min"})
  void timesInWords(double seconds, String words) {
    assertEquals(words, TimeLeft.words(seconds));
  }
}
