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
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.stats.impl.java.JavaStatsInitializationReport;
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
  void continuesFromWhatWasKept() throws IOException {
    List<Encoded> kept = StatsJournal.read(file).stats().recordsBefore(3);
    try (StatsJournal journal = StatsJournal.create(file, kept)) {
      journal.append(report(3));
    }
    assertEquals(4, StatsJournal.read(file).stats().getNumUpdateRecordsFor(TRIAL));
    assertArrayEquals(Arrays.copyOf(whole, ends[3]), Files.readAllBytes(file));
  }

  @Test
  void onlyNetworksOfKnownPackagesAreRead() throws IOException {
    write(List.of(network("org.deeplearning4j.nn.conf.layers.DenseLayer")));
    assertEquals(List.of(TRIAL), StatsJournal.read(file).stats().listSessionIDs());
    for (String type : List.of("java.lang.ProcessBuilder", "org.deeplearning4j.nnx.Evil")) {
      write(List.of(network(type)));
      assertRefused("a record that training does not write");
    }
  }

  @Test
  void recordsOfOtherTypesAreRefused() throws IOException {
    for (byte type : new byte[] {3, 127, -1}) {
      byte[] record = report(0).bytes().clone();
      record[0] = type;
      write(List.of(new Encoded(record)));
      assertRefused("a record that training does not write");
    }
    Persistable serialised = new JavaStatsInitializationReport();
    assertThrows(IllegalArgumentException.class, () -> Encoded.of(serialised));
  }

  @Test
  void unreadableFilesAreRefused() throws IOException {
    Files.delete(file);
    assertRefused("cannot be read (");
    Files.createDirectory(file);
    assertThrows(IOException.class, () -> StatsJournal.read(file));
  }

  private void assertRefused(String reason) {
    IOException refusal = assertThrows(IOException.class, () -> StatsJournal.read(file));
    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
  }

  private void write(List<Encoded> records) throws IOException {
    StatsJournal.create(file, records).close();
  }

  private static Encoded network(String layerType) {
    SbeStatsInitializationReport info = new SbeStatsInitializationReport();
    info.reportIDs(TRIAL, "StatsListener", "worker", 1);
    info.reportModelInfo(
        "org.deeplearning4j.nn.graph.ComputationGraph",
        "{\"vertices\":{\"a\":{\"layer\":{\"@class\":\"" + layerType + "\"}}}}",
        new String[] {"a_W"},
        1,
        1);
    return Encoded.of(info);
  }

  static Encoded report(int iteration) {
    SbeStatsReport report = new SbeStatsReport();
    report.reportIDs(TRIAL, "StatsListener", "worker", 1000 + iteration);
    report.reportIterationCount(iteration);
    report.reportScore(1.0 / (1 + iteration));
    return Encoded.of(report);
  }
}
