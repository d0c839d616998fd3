package normsweep.ui;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
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
    StatsJournal.create(file, List.of());
    for (int i = 0; i < REPORTS; i++) {
      StatsJournal.append(file, report(i));
      ends[i] = Math.toIntExact(Files.size(file));
    }
    whole = Files.readAllBytes(file);
  }

  @Test
  void readsRecordsBeforeEveryTruncation() throws IOException {
    for (int length = 0; length < whole.length; length++) {
      int cut = length;
      Files.write(file, Arrays.copyOf(whole, length));
      if (length < 23) {
        assertThrows(IOException.class, () -> StatsJournal.read(file));
      } else {
        assertEquals(
            Arrays.stream(ends).filter(end -> end <= cut).count(),
            StatsJournal.read(file).records().size(),
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
            StatsJournal.read(file).records().size(),
            "flipped at " + at);
      }
    }
  }

  @Test
  void tellsTornEndFromDamage() throws IOException {
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
    List<Persistable> kept = StatsJournal.read(file).records().subList(0, 3);
    StatsJournal.create(file, kept);
    StatsJournal.append(file, report(3));
    assertEquals(4, StatsJournal.read(file).records().size());
    assertArrayEquals(Arrays.copyOf(whole, ends[3]), Files.readAllBytes(file));
  }

  @Test
  void readsOnlyNetworksOfKnownPackages() throws IOException {
    write(List.of(network("org.deeplearning4j.nn.conf.layers.DenseLayer")));
    assertEquals(TRIAL, StatsJournal.read(file).records().get(0).getSessionID());
    for (String type : List.of("java.lang.ProcessBuilder", "org.deeplearning4j.nnx.Evil")) {
      write(List.of(network(type)));
      assertRefused("a record that training does not write");
    }
  }

  @Test
  void recordsOfOtherTypesAreRefused() throws IOException {
    byte[] record = Arrays.copyOfRange(whole, StatsJournal.FIRST_RECORD + 8, ends[0]);
    for (byte type : new byte[] {3, 127, -1}) {
      record[0] = type;
      write(List.of());
      Files.write(file, StatsJournal.framed(record).array(), StandardOpenOption.APPEND);
      assertRefused("a record that training does not write");
    }
    Persistable serialised = new JavaStatsInitializationReport();
    assertThrows(NoSuchElementException.class, () -> write(List.of(serialised)));
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

  private void write(List<Persistable> records) throws IOException {
    StatsJournal.create(file, records);
  }

  private static Persistable network(String layerType) {
    SbeStatsInitializationReport info = new SbeStatsInitializationReport();
    info.reportIDs(TRIAL, "StatsListener", "worker", 1);
    info.reportModelInfo(
        "org.deeplearning4j.nn.graph.ComputationGraph",
        "{\"vertices\":{\"a\":{\"layer\":{\"@class\":\"" + layerType + "\"}}}}",
        new String[] {"a_W"},
        1,
        1);
    return info;
  }

  static Persistable report(int iteration) {
    SbeStatsReport report = new SbeStatsReport();
    report.reportIDs(TRIAL, "StatsListener", "worker", 1000 + iteration);
    report.reportIterationCount(iteration);
    report.reportScore(1.0 / (1 + iteration));
    return report;
  }
}
