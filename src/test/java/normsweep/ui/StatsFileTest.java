package normsweep.ui;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.java.JavaStatsInitializationReport;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.DataInput2;
import org.mapdb.DataOutput2;
import org.mapdb.Serializer;

class StatsFileTest {
  private static final String TRIAL = "trial";
  private static final int REPORTS = 8;

  @TempDir static Path shared;
  @TempDir Path folder;

  private static byte[] whole;

  @BeforeAll
  static void record() throws IOException {
    Path file = shared.resolve("stats.db");
    try (SweepStats stats = SweepStats.open(file, TRIAL, 1, 0)) {
      new TinyTraining().train(stats.listener(), 0, REPORTS);
    }
    whole = Files.readAllBytes(file);
  }

  @Test
  void wholeStoreIsReadWhole() throws IOException {
    RecordedStats storage = StatsFile.read(write(whole));
    assertEquals(REPORTS, storage.getNumUpdateRecordsFor(TRIAL));
    assertEquals(List.of(TRIAL), storage.listSessionIDs());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 4096, 65536, 524288, 1 << 20})
  void truncationIsRefused(int length) throws IOException {
    Path file = write(Arrays.copyOf(whole, length));
    assertThrows(IOException.class, () -> StatsFile.read(file));
    assertEquals(length, Files.size(file));
  }

  @Test
  void flippedBitsAreReadOrRefusedAndNeverEscape() throws IOException {
    int used = whole.length;
    while (whole[used - 1] == 0) {
      used--;
    }
    Random random = new Random(20);
    for (int flips : new int[] {1, 3, 10, 30, 100, 300, 1000, 3000}) {
      for (int repeat = 0; repeat < 5; repeat++) {
        byte[] damaged = whole.clone();
        for (int i = 0; i < flips; i++) {
          damaged[random.nextInt(used)] ^= (byte) (1 << random.nextInt(8));
        }
        Path file = write(damaged);
        try {
          StatsFile.read(file);
        } catch (IOException e) {
          assertTrue(e.getMessage().length() < 100, e.getMessage());
        }
        assertArrayEquals(damaged, Files.readAllBytes(file));
      }
    }
  }

  @Test
  void aRecordOfAnotherTypeIsNotMade() {
    Path file = folder.resolve("stats.db");
    JavaStatsInitializationReport serialised = new JavaStatsInitializationReport();
    serialised.reportIDs(TRIAL, "StatsListener", "worker", 1);
    FileStatsStorage storage = new FileStatsStorage(file.toFile());
    storage.putStaticInfo(serialised);
    storage.close();
    assertThrows(IOException.class, () -> StatsFile.read(file));
  }

  @Test
  void aNetworkConfigurationThatNamesAForeignClassIsRefused() throws IOException {
    assertEquals(
        List.of(TRIAL),
        StatsFile.read(described("org.deeplearning4j.nn.conf.layers.DenseLayer")).listSessionIDs());
    for (String type : List.of("java.lang.ProcessBuilder", "org.deeplearning4j.nnx.Evil")) {
      Path file = described(type);
      assertThrows(IOException.class, () -> StatsFile.read(file));
    }
  }

  @Test
  void nothingElseIsDeserialised() throws IOException {
    Path file = folder.resolve("stats.db");
    try (DB db = DBMaker.fileDB(file.toFile()).transactionEnable().make()) {
      db.hashMap("integerToClass", Serializer.INTEGER, Serializer.STRING).createOrOpen();
      db.hashMap("storageMetaData", new Serialised(), Serializer.STRING)
          .createOrOpen()
          .put(new Trap(), "value");
      db.commit();
    }
    Trap.sprung = false;
    assertThrows(IOException.class, () -> StatsFile.read(file));
    assertFalse(Trap.sprung);
  }

  @Test
  void privateCopiesAreRemoved() throws IOException {
    long before = copies();
    StatsFile.read(write(whole));
    Path damaged = write(Arrays.copyOf(whole, 5000));
    assertThrows(IOException.class, () -> StatsFile.read(damaged));
    assertEquals(before, copies());
  }

  private static long copies() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(StatsFile.COPY_PREFIX))
          .count();
    }
  }

  private Path described(String layerType) throws IOException {
    Path file = folder.resolve("stats.db");
    Files.deleteIfExists(file);
    SbeStatsInitializationReport info = new SbeStatsInitializationReport();
    info.reportIDs(TRIAL, "StatsListener", "worker", 1);
    info.reportModelInfo(
        "org.deeplearning4j.nn.graph.ComputationGraph",
        "{\"vertices\":{\"a\":{\"layer\":{\"@class\":\"" + layerType + "\"}}}}",
        new String[] {"a_W"},
        1,
        1);
    FileStatsStorage storage = new FileStatsStorage(file.toFile());
    storage.putStorageMetaData(
        new org.deeplearning4j.ui.model.storage.impl.SbeStorageMetaData(
            1, TRIAL, "StatsListener", "worker", info.getClass(), info.getClass()));
    storage.putStaticInfo(info);
    storage.close();
    return file;
  }

  private Path write(byte[] content) throws IOException {
    return Files.write(folder.resolve("stats.db"), content);
  }

  /** An object that does something when it is deserialised. */
  private static final class Trap implements Serializable {
    private static final long serialVersionUID = 1L;
    private static boolean sprung;

    @Override
    public boolean equals(Object other) {
      return other instanceof Trap;
    }

    @Override
    public int hashCode() {
      return 1;
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      sprung = true;
    }
  }

  private static final class Serialised implements Serializer<Trap> {
    @Override
    public void serialize(DataOutput2 out, Trap value) throws IOException {
      try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
        objects.writeObject(value);
      }
    }

    @Override
    public Trap deserialize(DataInput2 in, int available) throws IOException {
      in.skipBytes(available);
      return new Trap();
    }
  }
}
