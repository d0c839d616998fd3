package normsweep.ui;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import normsweep.ui.RecordedStats.Encoded;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsJournalTest {
  private static final String TRIAL = "trial";
  private static final int REPORTS = 6;

  @TempDir Path folder;

  private Path file;
  private byte[] whole;
  private final int[] ends = new int[REPORTS];

  @BeforeEach
  void record() throws IOException {
    file = folder.resolve("stats.journal");
    try (StatsJournal journal = StatsJournal.create(file, List.of())) {
      for (int i = 0; i < REPORTS; i++) {
        journal.append(report(i));
        ends[i] = Math.toIntExact(Files.size(file));
      }
    }
    whole = Files.readAllBytes(file);
  }

  @Test
  void everyTruncationLeavesTheRecordsBeforeIt() throws IOException {
    for (int length = 0; length < whole.length; length++) {
      int cut = length;
      Files.write(file, Arrays.copyOf(whole, length));
      if (length < 23) {
        assertThrows(IOException.class, () -> StatsJournal.read(file));
      } else {
        assertEquals(
            Arrays.stream(ends).filter(end -> end <= cut).count(),
            StatsJournal.read(file).stats().getNumUpdateRecordsFor(TRIAL),
            "of " + length + " bytes");
      }
    }
  }

  @Test
  void everyFlippedBitIsNoticed() throws IOException {
    Random random = new Random(4);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      int place = at;
      if (at < 23) {
        assertThrows(IOException.class, () -> StatsJournal.read(file));
      } else {
        assertEquals(
            Arrays.stream(ends).filter(end -> end <= place).count(),
            StatsJournal.read(file).stats().getNumUpdateRecordsFor(TRIAL),
            "flipped at " + at);
      }
    }
  }

  @Test
  void aTornEndIsToldFromDamage() throws IOException {
    assertEquals(StatsJournal.End.WHOLE, StatsJournal.read(file).end());
    Files.write(file, Arrays.copyOf(whole, ends[2] + 5));
    assertEquals(StatsJournal.End.TORN, StatsJournal.read(file).end());
    byte[] damaged = whole.clone();
    damaged[ends[2] + 20] ^= 1;
    Files.write(file, damaged);
    assertEquals(StatsJournal.End.DAMAGED, StatsJournal.read(file).end());
  }

  @Test
  void goesOnFromWhatWasKept() throws IOException {
    List<Encoded> kept = StatsJournal.read(file).stats().records(3);
    try (StatsJournal journal = StatsJournal.create(file, kept)) {
      journal.append(report(3));
    }
    assertEquals(4, StatsJournal.read(file).stats().getNumUpdateRecordsFor(TRIAL));
    assertArrayEquals(Arrays.copyOf(whole, ends[3]), Files.readAllBytes(file));
  }

  @Test
  void aWholeRecordOfAForeignNetworkIsRefused() throws IOException {
    SbeStatsInitializationReport info = new SbeStatsInitializationReport();
    info.reportIDs(TRIAL, "StatsListener", "worker", 1);
    info.reportModelInfo(
        "org.deeplearning4j.nn.graph.ComputationGraph",
        "{\"@class\":\"java.lang.ProcessBuilder\"}",
        new String[] {"a_W"},
        1,
        1);
    try (StatsJournal journal = StatsJournal.create(file, List.of())) {
      journal.append(new Encoded(SbeStatsInitializationReport.class.getName(), info.encode()));
    }
    IOException refusal = assertThrows(IOException.class, () -> StatsJournal.read(file));
    assertTrue(refusal.getMessage().contains("none of a training's"));
    assertThrows(
        IllegalArgumentException.class, () -> new Encoded("java.lang.Runtime", new byte[1]));
  }

  static Encoded report(int iteration) {
    SbeStatsReport report = new SbeStatsReport();
    report.reportIDs(TRIAL, "StatsListener", "worker", 1000 + iteration);
    report.reportIterationCount(iteration);
    report.reportScore(1.0 / (1 + iteration));
    return new Encoded(SbeStatsReport.class.getName(), report.encode());
  }
}
