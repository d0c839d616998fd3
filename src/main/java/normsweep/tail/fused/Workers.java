package normsweep.tail.fused;

import java.util.concurrent.locks.LockSupport;
import normsweep.base.Processors;

/**
 * A fixed number of threads that work on fixed shares of one batch: the calling thread is worker 0,
 * the others sleep until there is work, or do {@link Spare} work. Shares depend on the batch size
 * and the number of workers alone, so sums that are added worker by worker come out the same in
 * every run. One caller at a time has the workers; others wait for it.
 */
final class Workers {
  private static final Workers SHARED = new Workers(Processors.count());

  // Workers end at about the same time, and waking a thread takes longer than this wait.
  private static final int SPINS = 2_000;

  private final Worker[] workers;
  private volatile Spare offered;
  private volatile Spare current;

  Workers(int count) {
    workers = new Worker[count - 1];
    for (int worker = 1; worker < count; worker++) {
      workers[worker - 1] = new Worker(worker);
      workers[worker - 1].thread.start();
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

  /** Work for workers that have nothing to do, in pieces of a fraction of a millisecond. */
  interface Spare {
    /** Does a piece if one is free; says whether there may be another. */
    boolean tryPiece();
  }

  /** Has the other workers do this whenever they are free, from {@link #beginSpareTime} on. */
  void offer(Spare work) {
    offered = work;
  }

  /** Tells that for a while the caller has nothing for the other workers. */
  void beginSpareTime() {
    current = offered;
    for (Worker worker : workers) {
      LockSupport.unpark(worker.thread);
    }
  }

  /** Ends what {@link #beginSpareTime} began; pieces under way are not waited for. */
  void endSpareTime() {
    offered = null;
    current = null;
  }

  int count() {
    return workers.length + 1;
  }

  /** Splits {@code items} evenly and contiguously over the workers and waits for all of them. */
  synchronized void split(int items, Work work) {
    for (Worker worker : workers) {
      worker.begin(
          () ->
              work.run(
                  worker.worker, bound(items, worker.worker), bound(items, worker.worker + 1)));
    }
    Throwable failure = attempt(() -> work.run(0, 0, bound(items, 1)));
    for (Worker worker : workers) {
      Throwable another = worker.awaitEnd();
      failure = failure != null ? failure : another;
    }
    rethrow(failure);
  }

  /** Throws the error of a failed worker, if there is one. */
  static void rethrow(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  /**
   * The first of {@code items} that is a worker's; the end of one worker's share is the start of
   * the next.
   */
  int bound(int items, int worker) {
    return (int) (((long) items * worker + count() - 1) / count());
  }

  // A failed worker must not end its thread, nor let the caller go before the others have ended.
  private static Throwable attempt(Runnable share) {
    try {
      share.run();
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private static boolean attempt(Spare spare) {
    try {
      return spare.tryPiece();
    } catch (RuntimeException | Error e) {
      return false; // it is still to be done, and who needs it meets the failure
    }
  }

  private final class Worker {
    final int worker;
    final Thread thread;
    private volatile Runnable share;
    private volatile Thread caller;
    private Throwable failure;

    Worker(int worker) {
      this.worker = worker;
      thread = new Thread(this::work, "fused-worker-" + worker);
      thread.setDaemon(true);
    }

    void begin(Runnable next) {
      caller = Thread.currentThread();
      share = next;
      LockSupport.unpark(thread);
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

    private void work() {
      while (true) {
        while (share == null) {
          Spare spare = current;
          if (spare == null || !attempt(spare)) {
            LockSupport.park(this);
          }
        }
        failure = attempt(share);
        share = null;
        LockSupport.unpark(caller);
      }
    }
  }
}
