package normsweep.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import normsweep.base.ScratchFolder;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import org.apache.hadoop.conf.Configuration;

/**
 * The driver's copy of a sweep's folder on another file system: config, results and the metrics of
 * trials that were started, which is what decisions are made from. Executors write the rest.
 */
final class Mirror implements AutoCloseable {
  private static final long RENEW_MILLIS = 3_000;

  private final Store store;
  private final Lease lease;
  private final ScratchFolder scratch;
  private final Map<String, byte[]> pushed = new HashMap<>();

  private Mirror(Store store, Lease lease, ScratchFolder scratch) {
    this.store = store;
    this.lease = lease;
    this.scratch = scratch;
  }

  /**
   * Copies what is there.
   *
   * @throws NormSweepException exit code 1 if it cannot be read or written
   */
  static Mirror of(String address, Supplier<Configuration> hadoop) {
    try {
      Store store = new Store(address, hadoop.get());
      Mirror mirror =
          new Mirror(store, Lease.take(store, RENEW_MILLIS), ScratchFolder.create("normsweep-"));
      mirror.pull("", mirror.folder());
      mirror.pull("tuning/", mirror.folder().tuning());
      return mirror;
    } catch (IOException | IllegalArgumentException e) {
      throw NormSweepException.failed(
          "--out "
              + address
              + " cannot be used: "
              + Reason.of(e)
              + "; correct the address, or make it writable.",
          e);
    }
  }

  SweepFolder folder() {
    return new SweepFolder(scratch.root());
  }

  private static List<Path> files(SweepFolder of) {
    return List.of(of.config(), of.results(), of.resultsCsv(), of.choices(), of.workers());
  }

  private void pull(String prefix, SweepFolder to) throws IOException {
    for (Path file : files(to)) {
      String key = prefix + file.getFileName();
      if (store.exists(key)) {
        store.get(key, file);
        pushed.put(key, Files.readAllBytes(file));
      }
    }
    if (Files.exists(to.results())) {
      for (TrialResult row : to.readResults().trials()) {
        String key = prefix + "trials/" + row.id() + "/metrics.csv";
        if (row.epochs() > 0 && store.exists(key)) {
          store.get(key, to.trial(row.id()).metrics());
        }
      }
    }
  }

  /** Writes what has changed. */
  void push() throws IOException {
    push("tuning/", folder().tuning());
    push("", folder());
  }

  private void push(String prefix, SweepFolder from) throws IOException {
    for (Path file : files(from)) {
      String key = prefix + file.getFileName();
      if (Files.exists(file)) {
        byte[] content = Files.readAllBytes(file);
        if (!Arrays.equals(content, pushed.put(key, content))) {
          store.write(key, content);
        }
      }
    }
  }

  /** Removes files and folders of an earlier sweep. */
  void remove(List<String> names) throws IOException {
    for (String name : names) {
      store.delete(name);
    }
    pushed.clear();
  }

  @Override
  public void close() {
    lease.close();
    scratch.close();
  }
}
