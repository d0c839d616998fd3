package normsweep.data;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream that has given nothing for too long, which wakes the thread that reads it. */
final class StallGuard implements AutoCloseable {
  private final Duration patience;
  private final Thread watcher;
  private volatile long lastSign = System.nanoTime();
  private volatile boolean stalled;

  private StallGuard(InputStream in, Duration patience) {
    this.patience = patience;
    this.watcher = new Thread(() -> watch(in), "download-watch");
    this.watcher.setDaemon(true);
  }

  static StallGuard watch(InputStream in, Duration patience) {
    StallGuard guard = new StallGuard(in, patience);
    guard.watcher.start();
    return guard;
  }

  /** Notes a sign of life. */
  void touch() {
    lastSign = System.nanoTime();
  }

  boolean stalled() {
    return stalled;
  }

  private void watch(InputStream in) {
    try {
      long left = patience.toNanos();
      while (left > 0) {
        Thread.sleep(Duration.ofNanos(left).toMillis() + 1);
        left = patience.toNanos() - (System.nanoTime() - lastSign);
      }
      stalled = true;
      in.close();
    } catch (InterruptedException | IOException e) {
      // Interrupted: the transfer is over. Not closable: the reader's own timeout has to do.
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
