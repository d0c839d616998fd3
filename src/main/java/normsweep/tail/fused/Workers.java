package normsweep.tail.fused;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import normsweep.base.Processors;

/**
 * A fixed number of workers on fixed shares of one batch: the calling thread is worker 0, the
 * others are threads of a pool. Shares depend on the batch size and the number of workers alone, so
 * sums that are added worker by worker come out the same in every run. One caller at a time has the
 * workers; others wait for it.
 */
final class Workers {
  private static final Workers SHARED = new Workers(Processors.count());

  private final int count;
  private final Executor others;

  Workers(int count) {
    this.count = count;
    others =
        Executors.newFixedThreadPool(
            Math.max(1, count - 1),
            task -> {
              Thread thread = new Thread(task, "fused-worker");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The workers of this process, one per core. */
  static Workers shared() {
    return SHARED;
  }

  /** What one worker does. */
  @FunctionalInterface
  interface Work {
    /** Works on items {@code from} to {@code to}, exclusive, as worker {@code worker}. */
    void run(int worker, int from, int to);
  }

  int count() {
    return count;
  }

  /** Splits {@code items} evenly and contiguously over the workers and waits for all of them. */
  synchronized void split(int items, Work work) {
    CompletableFuture<?>[] shares = new CompletableFuture<?>[count];
    for (int worker = count - 1; worker >= 0; worker--) {
      int share = worker;
      shares[share] =
          CompletableFuture.runAsync(
              () -> work.run(share, bound(items, share), bound(items, share + 1)),
              share == 0 ? Runnable::run : others);
    }
    try {
      // Ends when all have ended, even if one fails or the caller is interrupted: until then they
      // write to what the caller reuses.
      CompletableFuture.allOf(shares).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    }
  }

  // The first of the items that is a worker's; the end of its share is the start of the next.
  private int bound(int items, int worker) {
    return (int) (((long) items * worker + count - 1) / count);
  }
}
