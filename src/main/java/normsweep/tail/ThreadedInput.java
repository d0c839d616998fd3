package normsweep.tail;

import java.nio.ShortBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A batch that a thread of its own reads. */
final class ThreadedInput implements BatchInput {
  private static final Logger log = LoggerFactory.getLogger(ThreadedInput.class);

  private static final Executor READER =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "batch-reader");
            thread.setDaemon(true);
            return thread;
          });

  private final Tail tail;
  private final int images;
  private final INDArray array;
  private volatile boolean abandoned;
  private FutureTask<Void> reading = new FutureTask<>(() -> {}, null);

  ThreadedInput(Tail tail, int images) {
    this.tail = tail;
    this.images = images;
    array = tail.newInput(images);
  }

  @Override
  public INDArray array() {
    return array;
  }

  @Override
  public void begin(IntFunction<ShortBuffer> source) {
    abandoned = false;
    reading =
        new FutureTask<>(
            () -> {
              for (int row = 0; row < images && !abandoned; row++) {
                tail.put(array, row, source.apply(row));
              }
            },
            null);
    READER.execute(reading);
  }

  @Override
  public void finish() {
    reading.run(); // does nothing where the thread has begun
    boolean interrupted = false;
    try {
      while (true) {
        try {
          reading.get();
          return;
        } catch (InterruptedException e) {
          // The thread still writes to the array: not before it has ended.
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void abandon() {
    abandoned = true;
    try {
      finish();
    } catch (RuntimeException e) {
      log.debug("a batch that nobody needs could not be read", e);
    }
  }
}
