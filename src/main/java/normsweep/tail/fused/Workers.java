package normsweep.tail.fused;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import normsweep.base.Processors;

/**
 * A fixed number of workers on fixed shares of one batch: the calling thread is worker 0, the
 * others are threads that sleep until there is work, or do spare work ({@link #offer}). Shares
 * depend on the batch size and the number of workers alone, so sums that are added worker by worker
 * come out the same in every run. One caller at a time has the workers; others wait for it.
 */
final class Workers {
  private static final Workers SHARED = new Workers(Processors.count());

  // Workers end at about the same time, and waking a thread takes longer than this wait.
  private static final int SPINS = 2_000;

  private final Worker[] others;
  private final AtomicReference<BooleanSupplier> spare = new AtomicReference<>();

  Workers(int count) {
    others = new Worker[count - 1];
    for (int worker = 1; worker < count; worker++) {
      others[worker - 1] = new Worker(worker);
      others[worker - 1].start();
    }
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
    return others.length + 1;
  }

  /**
   * Has the other workers do this whenever they have no share, instead of what was offered before.
   *
   * @param piece does a piece of a fraction of a millisecond, or says that there is none left
   */
  void offer(BooleanSupplier piece) {
    spare.set(piece);
    for (Worker worker : others) {
      LockSupport.unpark(worker);
    }
  }

  /** Splits {@code items} evenly and contiguously over the workers and waits for all of them. */
  synchronized void split(int items, Work work) {
    for (Worker worker : others) {
      worker.begin(
          () -> work.run(worker.index, bound(items, worker.index), bound(items, worker.index + 1)));
    }
    Throwable failure = failure(() -> work.run(0, 0, bound(items, 1)));
    for (Worker worker : others) {
      Throwable another = worker.awaitEnd();
      failure = failure != null ? failure : another;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  /** The first of the items that is a worker's; the end of its share is the start of the next. */
  int bound(int items, int worker) {
    return (int) (((long) items * worker + count() - 1) / count());
  }

  // A failed worker must not end its thread, nor let the caller go before the others have ended.
  private static Throwable failure(Runnable share) {
    try {
      share.run();
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private final class Worker extends Thread {
    final int index;
    private volatile Runnable share;
    private volatile Thread caller;
    private Throwable failure;

    Worker(int index) {
      super("fused-worker-" + index);
      this.index = index;
      setDaemon(true);
    }

    void begin(Runnable next) {
      caller = Thread.currentThread();
      share = next;
      LockSupport.unpark(this);
    }

    Throwable awaitEnd() {
      for (int spin = 0; spin < SPINS && share != null; spin++) {
        Thread.onSpinWait();
      }
      boolean interrupted = false;
      while (share != null) {
        LockSupport.park(this);
        // An interrupt must not let the caller reuse what a worker still writes to.
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return failure;
    }

    @Override
    public void run() {
      while (true) {
        if (share != null) {
          failure = failure(share);
          share = null;
          LockSupport.unpark(caller);
        } else if (!piece()) {
          LockSupport.park(this);
        }
      }
    }

    // Says whether there was a piece.
    private boolean piece() {
      BooleanSupplier piece = spare.get();
      try {
        if (piece != null && piece.getAsBoolean()) {
          return true;
        }
      } catch (RuntimeException | Error e) {
        // It is still to be done, and who needs it meets the failure.
      }
      spare.compareAndSet(piece, null);
      return false;
    }
  }
}
