package normsweep.ui;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import normsweep.base.AtomicFiles;
import normsweep.ui.RecordedStats.Encoded;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.storage.BaseCollectionStatsStorage.SessionTypeId;
import org.deeplearning4j.ui.model.storage.BaseCollectionStatsStorage.SessionTypeWorkerId;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.DataInput2;
import org.mapdb.DataOutput2;
import org.mapdb.Serializer;

/**
 * {@code stats.db}: statistics as DL4J's own {@link FileStatsStorage} keeps them, so that any DL4J
 * UI can show them.
 *
 * <p>Written whole or not at all. Read without trusting it: DL4J's reader deserialises Java objects
 * from the file and creates whatever class it names; this one reads a private copy and lets nothing
 * through but what {@link RecordedStats} takes.
 */
final class StatsFile {
  /** Larger stores are refused; a thousand reports of a trial's tail take about 10 MB. */
  static final long LARGEST = 512L << 20;

  /** How the names of private copies begin. */
  static final String COPY_PREFIX = "normsweep-stats";

  private static final String UPDATES_PREFIX = "&&&";

  private StatsFile() {}

  /** Writes statistics; the file appears when it is whole. */
  static void write(Path file, RecordedStats stats) throws IOException {
    AtomicFiles.writeFile(
        file,
        temporary -> {
          FileStatsStorage storage = new FileStatsStorage(temporary.toFile());
          try {
            for (Encoded record : stats.records(Integer.MAX_VALUE)) {
              Persistable decoded = record.decode();
              if (decoded instanceof StorageMetaData metaData) {
                storage.putStorageMetaData(metaData);
              } else if (decoded instanceof SbeStatsReport) {
                storage.putUpdate(decoded);
              } else {
                storage.putStaticInfo(decoded);
              }
            }
          } finally {
            storage.close();
          }
        });
  }

  /**
   * Reads a store; the file is not changed.
   *
   * @throws IOException if the file cannot be read, is no store of this kind, or is damaged; the
   *     message says what is wrong, without the file's name
   */
  static RecordedStats read(Path file) throws IOException {
    long size = Files.size(file);
    if (size == 0) {
      throw new IOException("is empty");
    }
    if (size > LARGEST) {
      throw new IOException("is larger than " + (LARGEST >> 20) + " MB");
    }
    Path folder = Files.createTempDirectory(COPY_PREFIX);
    try {
      return readPrivate(Files.copy(file, folder.resolve("stats.db")));
    } finally {
      delete(folder);
    }
  }

  // A damaged store makes MapDB throw whatever its arithmetic runs into, errors included; none of
  // them says anything about this process.
  @SuppressWarnings("CatchingUnchecked")
  private static RecordedStats readPrivate(Path copy) throws IOException {
    try (DB db = DBMaker.fileDB(copy.toFile()).transactionEnable().make()) {
      RecordedStats stats = new RecordedStats();
      load(db, stats);
      return stats;
    } catch (RuntimeException | Error e) {
      throw new IOException("is not a whole store of statistics", e);
    }
  }

  private static void load(DB db, RecordedStats stats) {
    Map<Integer, String> classes = new HashMap<>();
    classes.putAll(db.hashMap("integerToClass", Serializer.INTEGER, Serializer.STRING).open());
    Serializer<Encoded> values = new EncodedSerializer(classes);
    db.hashMap("storageMetaData", new KeySerializer<>(SessionTypeId.class), values)
        .open()
        .forEach((key, value) -> stats.add(value));
    db.hashMap("staticInfo", new KeySerializer<>(SessionTypeWorkerId.class), values)
        .open()
        .forEach((key, value) -> stats.add(value));
    for (String name : db.getAllNames()) {
      if (name.startsWith(UPDATES_PREFIX)) {
        db.hashMap(name, Serializer.LONG, values).open().forEach((key, value) -> stats.add(value));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** Reads a record's type and bytes; DL4J puts a class number in front. */
  private record EncodedSerializer(Map<Integer, String> classes) implements Serializer<Encoded> {
    @Override
    public void serialize(DataOutput2 out, Encoded value) {
      throw new UnsupportedOperationException("stores are only read here");
    }

    @Override
    public Encoded deserialize(DataInput2 in, int available) throws IOException {
      String type = String.valueOf(classes.get(in.readInt()));
      byte[] bytes = new byte[available - Integer.BYTES];
      in.readFully(bytes);
      return new Encoded(type, bytes);
    }
  }

  /** Reads a key that DL4J wrote by Java serialisation; nothing but that key and its texts. */
  private static final class KeySerializer<K> implements Serializer<K> {
    private static final int LARGEST_KEY = 4096;

    private final Class<K> type;

    KeySerializer(Class<K> type) {
      this.type = type;
    }

    @Override
    public void serialize(DataOutput2 out, K value) {
      throw new UnsupportedOperationException("stores are only read here");
    }

    @Override
    public K deserialize(DataInput2 in, int available) throws IOException {
      try (InputStream bytes = new DataInput2.DataInputToStream(in);
          ObjectInputStream objects = new ObjectInputStream(bytes)) {
        objects.setObjectInputFilter(this::filter);
        return type.cast(objects.readObject());
      } catch (ClassNotFoundException e) {
        throw new IOException(e);
      }
    }

    private ObjectInputFilter.Status filter(ObjectInputFilter.FilterInfo info) {
      Class<?> asked = info.serialClass();
      boolean known = asked == null || List.of(type, String.class).contains(asked);
      return known
              && info.depth() <= 2
              && info.streamBytes() <= LARGEST_KEY
              && info.arrayLength() < 0
          ? ObjectInputFilter.Status.ALLOWED
          : ObjectInputFilter.Status.REJECTED;
    }
  }
}
