package normsweep.model.fused;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A fixed number of threads that work on fixed shares of one batch: the calling thread is lane 0,
 * the others wait for work without spinning. Shares depend on the batch size and the number of
 * lanes alone, so sums that are added lane by lane come out the same in every run.
 */
final class Lanes {
  private static final Lanes SHARED = new Lanes(Runtime.getRuntime().availableProcessors());

  private final int count;
  private final ExecutorService workers;

  Lanes(int count) {
    this.count = count;
    this.workers =
        Executors.newFixedThreadPool(
            Math.max(1, count - 1),
            task -> {
              Thread thread = new Thread(task, "fused-block");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The lanes of this process, one a core. */
  static Lanes shared() {
    return SHARED;
  }

  /** What one lane does. */
  @FunctionalInterface
  interface Work {
    /** Works on items {@code from} to {@code to}, exclusive, as lane {@code lane}. */
    void run(int lane, int from, int to);
  }

  int count() {
    return count;
  }

  /** Splits {@code items} evenly and contiguously over the lanes and waits for all of them. */
  void split(int items, Work work) {
    Future<?>[] running = new Future<?>[count];
    for (int lane = 1; lane < count; lane++) {
      int share = lane;
      running[lane] =
          workers.submit(() -> work.run(share, bound(items, share), bound(items, share + 1)));
    }
    RuntimeException failure = null;
    try {
      work.run(0, 0, bound(items, 1));
    } catch (RuntimeException e) {
      failure = e;
    }
    for (int lane = 1; lane < count; lane++) {
      failure = firstOf(failure, waitFor(running[lane]));
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Whether a lane gets any of {@code items}; lane 0 always does. */
  boolean isBusy(int lane, int items) {
    return bound(items, lane + 1) > bound(items, lane);
  }

  private int bound(int items, int lane) {
    return (int) (((long) items * lane + count - 1) / count);
  }

  private static RuntimeException firstOf(RuntimeException first, RuntimeException second) {
    return first != null ? first : second;
  }

  // An interrupt must not let the caller reuse buffers that a lane still writes to.
  private static RuntimeException waitFor(Future<?> running) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          running.get();
          return null;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return e.getCause() instanceof RuntimeException cause
              ? cause
              : new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
