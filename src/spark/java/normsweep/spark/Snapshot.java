package normsweep.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import normsweep.record.TrialResult;

/**
 * A trial's folder as it was at one moment, in the store.
 *
 * @param attempt the attempt that wrote it
 * @param row the trial's row at that moment
 * @param metrics its epochs
 * @param files the key of each file, by its path in the folder
 */
record Snapshot(
    String attempt, TrialResult row, List<EpochMetrics> metrics, Map<String, String> files) {
  /** How the names of records begin from which an attempt can be resumed. */
  static final String STATE = "state-";

  private static final ObjectMapper JSON = Records.json();
  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint/epoch-(\\d{1,9})\\..*");

  /** Copies the collections. */
  Snapshot {
    metrics = List.copyOf(metrics);
    files = new TreeMap<>(files);
  }

  /** Everything that the engine keeps in the store, and removes after the sweep. */
  static final String ROOT = ".spark";

  /** The folder of all commit records. */
  static final String COMMITS = ROOT + "/commits";

  /** The folder of all attempts at a trial. */
  static String attempts(String trial) {
    return ROOT + "/attempts/" + trial;
  }

  /** The record that decides which attempt has trained a trial until an epoch. */
  static String commit(String trial, int until) {
    return String.format(
        Locale.ROOT, "%s/%s@%s.json", COMMITS, trial, until == Integer.MAX_VALUE ? "end" : until);
  }

  byte[] bytes() throws IOException {
    return JSON.writeValueAsBytes(this);
  }

  static Optional<Snapshot> read(Store store, String key) throws IOException {
    Optional<byte[]> bytes = store.read(key);
    return bytes.isEmpty()
        ? Optional.empty()
        : Optional.of(JSON.readValue(bytes.get(), Snapshot.class));
  }

  /** The files of a trial with the most epochs: of an attempt at it, or of the sweep's folder. */
  static Map<String, String> newest(Store store, String trial) throws IOException {
    Map<String, String> newest = new TreeMap<>();
    int epochs = 0;
    for (String file : store.walk(folder(trial))) {
      newest.put(file, folder(trial) + "/" + file);
      epochs = Math.max(epochs, epoch(file));
    }
    String all = attempts(trial);
    for (String attempt : store.list(all)) {
      for (String state : store.list(all + "/" + attempt)) {
        if (state.startsWith(STATE)) {
          Optional<Snapshot> found = read(store, all + "/" + attempt + "/" + state);
          if (found.isPresent() && found.get().row.epochs() > epochs) {
            epochs = found.get().row.epochs();
            newest = found.get().files;
          }
        }
      }
    }
    return newest;
  }

  private static int epoch(String file) {
    Matcher checkpoint = CHECKPOINT.matcher(file);
    return checkpoint.matches() ? Integer.parseInt(checkpoint.group(1)) : 0;
  }

  private static String folder(String trial) {
    return "trials/" + trial;
  }

  /** Makes its files those of the trial in the sweep's folder. Can be repeated at any point. */
  void publish(Store store) throws IOException {
    String folder = folder(row.id());
    for (String file : store.walk(folder)) {
      if (!files.containsKey(file)) {
        store.delete(folder + "/" + file);
      }
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      store.move(file.getValue(), folder + "/" + file.getKey());
    }
    store.discard(attempts(row.id()));
  }
}
