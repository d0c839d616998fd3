package normsweep.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.storage.BaseCollectionStatsStorage.SessionTypeId;
import org.deeplearning4j.ui.model.storage.BaseCollectionStatsStorage.SessionTypeWorkerId;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.impl.SbeStorageMetaData;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.DataInput2;
import org.mapdb.DataOutput2;
import org.mapdb.Serializer;

/**
 * The training statistics that one {@code stats.db} held at one moment, read without trusting it.
 *
 * <p>The file is one of DL4J's {@link FileStatsStorage}. DL4J's own reader deserialises Java
 * objects from it and creates whatever class it names; this one reads a private copy, lets only the
 * five types through that {@link FileStatsStorage} writes for a training, decodes every record
 * once, and keeps the encoded bytes. Reading never changes the file, and needs no lock that a
 * running sweep holds.
 */
final class RecordedStats {
  /** Larger stores are refused; a thousand reports of a trial's tail take about 10 MB. */
  static final long LARGEST_FILE = 512L << 20;

  static final String COPY_PREFIX = "normsweep-stats";
  private static final int COPY_TRIES = 5;
  private static final String UPDATES_PREFIX = "&&&";
  private static final String UPDATES_SEPARATOR = "@@@";
  private static final Map<String, Supplier<Persistable>> TYPES =
      Map.of(
          SbeStorageMetaData.class.getName(), SbeStorageMetaData::new,
          SbeStatsInitializationReport.class.getName(), SbeStatsInitializationReport::new,
          SbeStatsReport.class.getName(), SbeStatsReport::new);
  private static final List<String> CONFIG_PACKAGES =
      List.of("org.deeplearning4j.nn.", "org.nd4j.linalg.", "org.nd4j.weightinit.", "normsweep.");

  /** One record as it was stored. */
  static final class Encoded {
    private final String type;
    private final byte[] bytes;

    Encoded(String type, byte[] bytes) {
      this.type = type;
      this.bytes = bytes;
    }

    Persistable decode() {
      Persistable decoded = TYPES.get(type).get();
      decoded.decode(bytes);
      return decoded;
    }
  }

  private final Map<SessionTypeId, Encoded> metaData = new HashMap<>();
  private final Map<SessionTypeWorkerId, Encoded> staticInfo = new HashMap<>();
  private final Map<SessionTypeWorkerId, NavigableMap<Long, Encoded>> updates = new HashMap<>();

  private RecordedStats() {}

  /**
   * Reads a store.
   *
   * @throws IOException if the file cannot be read, is no store of this kind, or is damaged; the
   *     message says what is wrong, without the file's name
   */
  static RecordedStats read(Path file) throws IOException {
    if (Files.size(file) == 0) {
      throw new IOException("is empty");
    }
    if (Files.size(file) > LARGEST_FILE) {
      throw new IOException("is larger than " + (LARGEST_FILE >> 20) + " MB");
    }
    Path folder = Files.createTempDirectory(COPY_PREFIX);
    try {
      return readPrivate(copy(file, folder));
    } finally {
      delete(folder);
    }
  }

  Map<SessionTypeId, Encoded> metaData() {
    return metaData;
  }

  Map<SessionTypeWorkerId, Encoded> staticInfo() {
    return staticInfo;
  }

  Map<SessionTypeWorkerId, NavigableMap<Long, Encoded>> updates() {
    return updates;
  }

  /** Writes these statistics, without the reports of an iteration that is not below the limit. */
  void writeTo(Path file, int iterations) throws IOException {
    FileStatsStorage storage = new FileStatsStorage(file.toFile());
    try {
      metaData.values().forEach(m -> storage.putStorageMetaData((SbeStorageMetaData) m.decode()));
      staticInfo.values().forEach(info -> storage.putStaticInfo(info.decode()));
      for (NavigableMap<Long, Encoded> reports : updates.values()) {
        for (Encoded encoded : reports.values()) {
          SbeStatsReport report = (SbeStatsReport) encoded.decode();
          if (report.getIterationCount() < iterations) {
            storage.putUpdate(report);
          }
        }
      }
    } finally {
      storage.close();
    }
  }

  /** Copies the store and its log; a copy during which the store changed is made again. */
  private static Path copy(Path file, Path folder) throws IOException {
    Path copy = folder.resolve("stats.db");
    for (int tries = 1; ; tries++) {
      Object before = state(file);
      for (Path part : parts(file)) {
        String suffix =
            part.getFileName().toString().substring(file.getFileName().toString().length());
        Files.copy(part, folder.resolve("stats.db" + suffix));
      }
      if (before.equals(state(file)) || tries == COPY_TRIES) {
        return copy;
      }
      for (Path stale : list(folder)) {
        Files.delete(stale);
      }
    }
  }

  private static Object state(Path file) throws IOException {
    List<Object> state = new ArrayList<>();
    for (Path part : parts(file)) {
      state.add(List.of(part, Files.size(part), Files.getLastModifiedTime(part)));
    }
    return state;
  }

  private static List<Path> parts(Path file) throws IOException {
    String name = file.getFileName().toString();
    return list(file.toAbsolutePath().getParent()).stream()
        .filter(
            path -> {
              String other = path.getFileName().toString();
              return other.equals(name) || other.startsWith(name + ".wal.");
            })
        .toList();
  }

  // A damaged store makes MapDB throw whatever its arithmetic runs into, errors included; none of
  // them says anything about this process.
  @SuppressWarnings("CatchingUnchecked")
  private static RecordedStats readPrivate(Path copy) throws IOException {
    try (DB db = DBMaker.fileDB(copy.toFile()).transactionEnable().make()) {
      RecordedStats stats = new RecordedStats();
      stats.load(db);
      return stats;
    } catch (RuntimeException | Error e) {
      throw new IOException("is not a whole store of statistics", e);
    }
  }

  private void load(DB db) throws IOException {
    Map<Integer, String> classes = new HashMap<>();
    classes.putAll(db.hashMap("integerToClass", Serializer.INTEGER, Serializer.STRING).open());
    Serializer<Encoded> values = new EncodedSerializer(classes);
    db.hashMap("storageMetaData", new KeySerializer<>(SessionTypeId.class), values)
        .open()
        .forEach((key, value) -> metaData.put(key, checked(value)));
    db.hashMap("staticInfo", new KeySerializer<>(SessionTypeWorkerId.class), values)
        .open()
        .forEach((key, value) -> staticInfo.put(key, checked(value)));
    for (String name : db.getAllNames()) {
      if (name.startsWith(UPDATES_PREFIX)) {
        String[] ids = name.substring(UPDATES_PREFIX.length()).split(UPDATES_SEPARATOR, -1);
        if (ids.length != 3) {
          throw new IOException("names reports of no session: " + name);
        }
        NavigableMap<Long, Encoded> reports = new TreeMap<>();
        db.hashMap(name, Serializer.LONG, values)
            .open()
            .forEach((key, value) -> reports.put(key, checked(value)));
        updates.put(new SessionTypeWorkerId(ids[0], ids[1], ids[2]), reports);
      }
    }
  }

  private static Encoded checked(Encoded encoded) {
    Persistable decoded = encoded.decode();
    if (decoded instanceof SbeStatsInitializationReport info && info.hasModelInfo()) {
      checkConfig(info.getModelConfigJson());
    }
    return encoded;
  }

  /** DL4J's pages read the network's configuration, and its reader creates the classes named. */
  private static void checkConfig(String config) {
    try {
      JsonNode json = new ObjectMapper().readTree(Objects.requireNonNull(config));
      for (JsonNode type : json.findValues("@class")) {
        if (CONFIG_PACKAGES.stream().noneMatch(type.asText()::startsWith)) {
          throw new IllegalArgumentException("a network configuration names " + type.asText());
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a network configuration is no JSON", e);
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    for (Path file : list(folder)) {
      Files.delete(file);
    }
    Files.delete(folder);
  }

  /** Reads a record's type and bytes; DL4J puts a class number in front. */
  private record EncodedSerializer(Map<Integer, String> classes) implements Serializer<Encoded> {
    @Override
    public void serialize(DataOutput2 out, Encoded value) {
      throw new UnsupportedOperationException("recorded statistics are only read");
    }

    @Override
    public Encoded deserialize(DataInput2 in, int available) throws IOException {
      String type = classes.get(in.readInt());
      if (type == null || !TYPES.containsKey(type)) {
        throw new IOException("holds a record of type " + type);
      }
      byte[] bytes = new byte[available - Integer.BYTES];
      in.readFully(bytes);
      return new Encoded(type, bytes);
    }
  }

  /** Reads a key that DL4J wrote by Java serialisation; nothing but that key and its texts. */
  private static final class KeySerializer<K> implements Serializer<K> {
    private static final int LARGEST = 4096;

    private final Class<K> type;

    KeySerializer(Class<K> type) {
      this.type = type;
    }

    @Override
    public void serialize(DataOutput2 out, K value) {
      throw new UnsupportedOperationException("recorded statistics are only read");
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
      boolean known =
          info.serialClass() == null
              || info.serialClass() == type
              || info.serialClass() == String.class;
      return known && info.depth() <= 2 && info.streamBytes() <= LARGEST && info.arrayLength() < 0
          ? ObjectInputFilter.Status.ALLOWED
          : ObjectInputFilter.Status.REJECTED;
    }
  }
}
