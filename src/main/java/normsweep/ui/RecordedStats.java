package normsweep.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.storage.BaseCollectionStatsStorage;
import org.deeplearning4j.ui.model.storage.impl.SbeStorageMetaData;

/**
 * Training statistics in memory, for DL4J's pages. Reports are kept as they are encoded and decoded
 * when they are asked for, so a sweep of many trials stays small.
 *
 * <p>A record that is added may come from an untrusted file. Only three types of record are
 * created, each is decoded once before it is accepted, and a network's configuration, from which
 * DL4J creates the classes it names, may name only those of DL4J, ND4J and this project.
 */
final class RecordedStats extends BaseCollectionStatsStorage {
  private static final List<Supplier<Persistable>> TYPES =
      List.of(SbeStorageMetaData::new, SbeStatsInitializationReport::new, SbeStatsReport::new);
  private static final List<String> CONFIG_PACKAGES =
      List.of("org.deeplearning4j.nn.", "org.nd4j.linalg.", "org.nd4j.weightinit.", "normsweep.");

  /** One record as it is stored: a byte for its type, then DL4J's encoding of it. */
  static final class Encoded {
    private final byte[] bytes;

    Encoded(byte[] bytes) {
      this.bytes = bytes;
    }

    /**
     * Encodes a record.
     *
     * @throws IllegalArgumentException if it is of a type that statistics do not have
     */
    static Encoded of(Persistable record) {
      for (int type = 0; type < TYPES.size(); type++) {
        if (TYPES.get(type).get().getClass() == record.getClass()) {
          byte[] encoding = record.encode();
          return new Encoded(
              ByteBuffer.allocate(1 + encoding.length).put((byte) type).put(encoding).array());
        }
      }
      throw new IllegalArgumentException("a record of type " + record.getClass().getName());
    }

    byte[] bytes() {
      return bytes;
    }

    Persistable decode() {
      Persistable decoded = TYPES.get(bytes[0]).get();
      decoded.decode(Arrays.copyOfRange(bytes, 1, bytes.length));
      return decoded;
    }
  }

  private final Consumer<Encoded> keeper;

  /**
   * No statistics yet.
   *
   * @param keeper receives every record that is put from now on, before it is visible
   */
  RecordedStats(Consumer<Encoded> keeper) {
    this.keeper = keeper;
    this.sessionIDs = ConcurrentHashMap.newKeySet();
    this.storageMetaData = new ConcurrentHashMap<>();
    this.staticInfo = new ConcurrentHashMap<>();
  }

  /** No statistics yet, and kept only in memory. */
  RecordedStats() {
    this(record -> {});
  }

  /**
   * Adds a record that is already kept.
   *
   * @throws RuntimeException of any kind if its bytes do not match its type
   */
  void add(Encoded record) {
    Persistable decoded = record.decode();
    String session = Objects.requireNonNull(decoded.getSessionID());
    SessionTypeWorkerId id =
        new SessionTypeWorkerId(
            session,
            Objects.requireNonNull(decoded.getTypeID()),
            Objects.requireNonNull(decoded.getWorkerID()));
    if (decoded instanceof SbeStorageMetaData metaData) {
      storageMetaData.put(new SessionTypeId(session, id.getTypeID()), metaData);
    } else if (decoded instanceof SbeStatsInitializationReport info) {
      if (info.hasModelInfo()) {
        checkConfig(info.getModelConfigJson());
      }
      staticInfo.put(id, info);
      sessionIDs.add(session);
    } else {
      ((Reports) updates.computeIfAbsent(id, key -> new Reports()))
          .encoded.put(decoded.getTimeStamp(), record);
    }
  }

  /** Shows only this session, whatever else is recorded. */
  void keepSession(String session) {
    sessionIDs.retainAll(Set.of(session));
  }

  /** All records but the reports of iterations from this one on, oldest first. */
  List<Encoded> recordsBefore(int iteration) {
    List<Encoded> records = new ArrayList<>();
    storageMetaData.values().forEach(metaData -> records.add(Encoded.of(metaData)));
    staticInfo.values().forEach(info -> records.add(Encoded.of(info)));
    for (Map<Long, Persistable> reports : updates.values()) {
      for (Encoded record : ((Reports) reports).encoded.values()) {
        if (((SbeStatsReport) record.decode()).getIterationCount() < iteration) {
          records.add(record);
        }
      }
    }
    return records;
  }

  /** Puts all records into another store. */
  void copyTo(StatsStorageRouter store) {
    storageMetaData.values().forEach(store::putStorageMetaData);
    staticInfo.values().forEach(store::putStaticInfo);
    for (Map<Long, Persistable> reports : updates.values()) {
      reports.keySet().forEach(time -> store.putUpdate(reports.get(time)));
    }
  }

  /** The time of the newest report, 0 if there is none. */
  long lastTimestamp() {
    return updates.values().stream()
        .flatMap(reports -> reports.keySet().stream())
        .mapToLong(time -> time)
        .max()
        .orElse(0);
  }

  @Override
  protected Map<Long, Persistable> getUpdateMap(
      String sessionId, String typeId, String workerId, boolean createIfRequired) {
    return updates.get(new SessionTypeWorkerId(sessionId, typeId, workerId));
  }

  @Override
  public void putStaticInfo(Persistable info) {
    put(info);
  }

  @Override
  public void putUpdate(Persistable update) {
    put(update);
  }

  @Override
  public void putStorageMetaData(StorageMetaData metaData) {
    put(metaData);
  }

  @Override
  public void close() {
    // Holds nothing open.
  }

  @Override
  public boolean isClosed() {
    return false;
  }

  private void put(Persistable record) {
    Encoded encoded = Encoded.of(record);
    keeper.accept(encoded);
    add(encoded);
  }

  private static void checkConfig(String config) {
    try {
      JsonNode json = new ObjectMapper().readTree(Objects.requireNonNull(config));
      for (JsonNode type : json.findValues("@class")) {
        if (CONFIG_PACKAGES.stream().noneMatch(type.asText()::startsWith)) {
          throw new IllegalArgumentException("a network configuration names " + type.asText());
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a network configuration is not JSON", e);
    }
  }

  private static final class Reports extends AbstractMap<Long, Persistable> {
    private final NavigableMap<Long, Encoded> encoded = new ConcurrentSkipListMap<>();

    @Override
    public Persistable get(Object time) {
      Encoded report = encoded.get(time);
      return report == null ? null : report.decode();
    }

    @Override
    public Set<Long> keySet() {
      return Collections.unmodifiableSet(encoded.keySet());
    }

    @Override
    public int size() {
      return encoded.size();
    }

    @Override
    public Set<Entry<Long, Persistable>> entrySet() {
      Map<Long, Persistable> decoded = new HashMap<>();
      encoded.forEach((time, report) -> decoded.put(time, report.decode()));
      return Collections.unmodifiableSet(decoded.entrySet());
    }
  }
}
