package normsweep.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import normsweep.base.AtomicFiles;
import normsweep.base.FileTree;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrialResult;

/**
 * One attempt of an executor at a trial. It writes to a folder of its own in the store; of all
 * attempts at a trial, the first that creates the trial's commit record counts, and all others
 * return what that one has found.
 */
final class Attempt {
  private static final int TRIES = 3;

  private final Store store;
  private final String id = UUID.randomUUID().toString();
  private final String trial;
  private final TrialFolder folder;
  private final Map<String, Sent> sent = new HashMap<>();
  private int number;
  private String state;

  /** A file that is in the store, and how it was when it was sent. */
  private record Sent(FileTime modified, long bytes, String key) {}

  Attempt(Store store, String trial, TrialFolder folder) {
    this.store = store;
    this.trial = trial;
    this.folder = folder;
  }

  Store store() {
    return store;
  }

  private String root() {
    return Snapshot.attempts(trial) + "/" + id + "/";
  }

  /** Fills the trial's folder with the latest state in the store, if there is one. */
  void resume() throws IOException {
    for (int tries = 1; ; tries++) {
      FileTree.delete(folder.root());
      try {
        for (Map.Entry<String, String> file : Snapshot.newest(store, trial).entrySet()) {
          store.get(file.getValue(), folder.root().resolve(file.getKey()));
        }
        return;
      } catch (FileNotFoundException e) { // its attempt is still at work, and has replaced it
        if (tries == TRIES) {
          FileTree.delete(folder.root());
          return;
        }
      }
    }
  }

  /** Saves the trial's state, so that another executor can resume it. */
  void save(TrialResult row) throws IOException {
    Snapshot snapshot = send(row);
    String before = state;
    state = root() + Snapshot.STATE + number + ".json";
    store.write(state, snapshot.bytes());
    if (before != null) {
      store.discard(before);
    }
  }

  /**
   * Makes this attempt the one that counts, unless another one was faster.
   *
   * @return what counts
   */
  Snapshot commit(TrialResult row, int until) throws IOException {
    Snapshot own = send(row);
    String key = Snapshot.commit(trial, until);
    FaultPoint.reached(store, "before-commit", trial);
    boolean first = store.createOnce(key, own.bytes());
    FaultPoint.reached(store, "after-commit", trial);
    if (first) {
      return own;
    }
    discard();
    return Snapshot.read(store, key).orElseThrow(() -> new FileNotFoundException(key));
  }

  /** Removes all that it has sent. */
  void discard() {
    store.discard(root());
  }

  /** Sends what has changed. */
  private Snapshot send(TrialResult row) throws IOException {
    number++;
    Map<String, String> keys = new TreeMap<>();
    for (Path file : files()) {
      String name = folder.root().relativize(file).toString().replace('\\', '/');
      FileTime modified = Files.getLastModifiedTime(file);
      long bytes = Files.size(file);
      Sent before = sent.get(name);
      if (before == null || !before.modified.equals(modified) || before.bytes != bytes) {
        String key = root() + "files/" + number + "/" + name;
        store.put(file, key);
        if (name.equals("model.zip")) {
          FaultPoint.reached(store, "commit", trial);
        }
        sent.put(name, new Sent(modified, bytes, key));
      }
      keys.put(name, sent.get(name).key);
    }
    List<EpochMetrics> metrics =
        Files.exists(folder.metrics())
            ? Records.readCsv(folder.metrics(), EpochMetrics.class)
            : List.of();
    return new Snapshot(id, row, metrics, keys);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> tree = Files.walk(folder.root())) {
      return tree.filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(AtomicFiles.TEMPORARY_SUFFIX))
          .toList();
    }
  }
}
