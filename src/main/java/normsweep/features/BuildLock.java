package normsweep.features;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one thread of one process at a time build in a folder. The operating system frees the lock
 * of a process that dies; the empty lock file remains.
 */
final class BuildLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BuildLock.class);
  private static final String FILE_NAME = "build.lock";

  /** File locks exclude processes, not threads. */
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock thread;
  private FileChannel channel;
  private boolean waited;
  private boolean excludesProcesses;

  private BuildLock(ReentrantLock thread) {
    this.thread = thread;
  }

  /** Waits until nobody else builds in {@code folder}. */
  static BuildLock acquire(Path folder) throws IOException {
    BuildLock lock = new BuildLock(THREADS.computeIfAbsent(folder, f -> new ReentrantLock()));
    if (!lock.thread.tryLock()) {
      lock.waited = true;
      lock.thread.lock();
    }
    try {
      lock.channel =
          FileChannel.open(
              folder.resolve(FILE_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock.excludeProcesses(folder);
      return lock;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private void excludeProcesses(Path folder) {
    try {
      FileLock held = channel.tryLock();
      if (held == null) {
        waited = true;
        LOG.info("Another process computes features in {}; waiting for it.", folder);
        held = channel.lock();
      }
      excludesProcesses = held.isValid();
    } catch (IOException e) {
      // Some network file systems have no locks; files are still renamed into place whole.
      LOG.debug("{} cannot be locked", folder, e);
    }
  }

  /** Whether somebody else was building when this one came. */
  boolean waited() {
    return waited;
  }

  /** Whether other processes are really kept out, so that their leftovers can be told. */
  boolean excludesProcesses() {
    return excludesProcesses;
  }

  @Override
  public void close() throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      thread.unlock();
    }
  }
}
