package normsweep.spark;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;

/**
 * Keeps two drivers from writing to one folder where file locks do not exist. A driver renews a
 * file as long as it lives; one that has not been renewed for a while is taken over.
 */
final class Lease implements AutoCloseable {
  private static final String KEY = ".driver";

  private final Store store;
  private final String owner;
  private ScheduledFuture<?> renewals;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "lease");
            thread.setDaemon(true);
            return thread;
          });

  private Lease(Store store, String owner) {
    this.store = store;
    this.owner = owner;
  }

  /**
   * Takes the lease of a store, waiting for one of a lost driver to run out.
   *
   * @param renewMillis time between two renewals; a lease runs out after five of them
   * @throws NormSweepException exit code 2 if another driver is at work
   */
  static Lease take(Store store, long renewMillis) throws IOException {
    String me =
        "process "
            + ProcessHandle.current().pid()
            + " on host "
            + InetAddress.getLocalHost().getHostName();
    Lease lease = new Lease(store, me + "\n" + UUID.randomUUID());
    while (!store.createOnce(KEY, bytes(lease.owner + "\n0"))) {
      Optional<byte[]> before = store.read(KEY);
      sleep(5 * renewMillis);
      Optional<byte[]> now = store.read(KEY);
      if (now.isPresent() && !text(now).equals(text(before))) {
        throw NormSweepException.usage(
            store
                + " is being written by "
                + MessageText.of(text(now).lines().findFirst().orElse("another driver"))
                + "; wait for it, stop it, or choose another folder with --out.");
      }
      store.delete(KEY);
    }
    lease.renewEvery(renewMillis);
    return lease;
  }

  private void renewEvery(long millis) {
    renewals = clock.scheduleAtFixedRate(this::renew, millis, millis, TimeUnit.MILLISECONDS);
  }

  private void renew() {
    try {
      if (text(store.read(KEY)).startsWith(owner)) {
        store.write(KEY, bytes(owner + "\n" + System.nanoTime()));
      }
    } catch (IOException e) {
      // Tried again at the next renewal, of which four may fail.
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Optional<byte[]> bytes) {
    return bytes.map(found -> new String(found, StandardCharsets.UTF_8)).orElse("");
  }

  private static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw NormSweepException.failed("Waiting for another driver was interrupted.", e);
    }
  }

  @Override
  public void close() {
    renewals.cancel(false);
    clock.shutdown();
    try {
      clock.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.discard(KEY);
  }
}
