package normsweep.ui;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import normsweep.ui.RecordedStats.Encoded;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.ui.model.storage.BaseCollectionStatsStorage;

/**
 * What DL4J's pages read of {@link RecordedStats}: a store that never changes. Reports are decoded
 * when they are asked for, so a sweep of many trials stays small in memory.
 */
final class RecordedStorage extends BaseCollectionStatsStorage {
  private RecordedStorage() {}

  static RecordedStorage of(RecordedStats stats) {
    RecordedStorage storage = new RecordedStorage();
    storage.sessionIDs = new HashSet<>();
    storage.storageMetaData = new HashMap<>();
    storage.staticInfo = new HashMap<>();
    stats
        .metaData()
        .forEach((id, m) -> storage.storageMetaData.put(id, (StorageMetaData) m.decode()));
    stats
        .staticInfo()
        .forEach(
            (id, info) -> {
              storage.sessionIDs.add(id.getSessionID());
              storage.staticInfo.put(id, info.decode());
            });
    stats.updates().forEach((id, reports) -> storage.updates.put(id, new Reports(reports)));
    return storage;
  }

  @Override
  protected Map<Long, Persistable> getUpdateMap(
      String sessionId, String typeId, String workerId, boolean createIfRequired) {
    return updates.get(new SessionTypeWorkerId(sessionId, typeId, workerId));
  }

  @Override
  public void putStaticInfo(Persistable staticInfo) {
    throw unchangeable();
  }

  @Override
  public void putUpdate(Persistable update) {
    throw unchangeable();
  }

  @Override
  public void putStorageMetaData(StorageMetaData metaData) {
    throw unchangeable();
  }

  @Override
  public void close() {
    // Nothing is held open.
  }

  @Override
  public boolean isClosed() {
    return false;
  }

  private static UnsupportedOperationException unchangeable() {
    return new UnsupportedOperationException("recorded statistics do not change");
  }

  private static final class Reports extends AbstractMap<Long, Persistable> {
    private final NavigableMap<Long, Encoded> encoded;

    Reports(NavigableMap<Long, Encoded> encoded) {
      this.encoded = encoded;
    }

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
