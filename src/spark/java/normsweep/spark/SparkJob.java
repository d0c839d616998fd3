package normsweep.spark;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import normsweep.base.NormSweepException;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * A Spark job with one task per item. Everything about it arrives in one queue, so that one thread
 * of the driver deals with it in turn.
 */
final class SparkJob {
  private static final Logger LOG = LoggerFactory.getLogger(SparkJob.class);
  private static final long POLL_MILLIS = 200;
  private static final long PATIENCE_NANOS = 30_000_000_000L;
  private static final long SETTLE_NANOS = 20_000_000;
  private static final long LONGEST_SETTLE_NANOS = 10_000_000_000L;
  private static final long LONGEST_STOP_NANOS = 60_000_000_000L;

  private final JavaSparkContext spark;
  private final String group = UUID.randomUUID().toString();
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** A result, a message, or the end. */
  private record Event(Outcome outcome, Message message, boolean end, Throwable failure) {}

  /** Deals with what arrives. */
  interface Handler {
    /** A task is done. Returns whether the others are to go on. */
    boolean done(Outcome outcome) throws IOException;

    /** An executor has told something. */
    default void told(Message message) {}

    /** Asked several times a second whether the user wants to stop. */
    default boolean stops() {
      return false;
    }
  }

  /** How a job ended. */
  enum End {
    /** All tasks are done. */
    COMPLETE,
    /** A handler did not want the others. */
    CUT,
    /** The user has stopped it; tasks have saved their work. */
    STOPPED
  }

  SparkJob(JavaSparkContext spark) {
    this.spark = spark;
  }

  /** Takes a message of an executor, on any thread. */
  void tell(Message message) {
    events.add(new Event(null, message, false, null));
  }

  /**
   * Runs the job.
   *
   * @throws NormSweepException if a task was refused, or the cluster gave up
   */
  <T> End run(
      String title,
      List<T> items,
      Function2<TaskContext, Iterator<T>, Outcome> task,
      Handler handler)
      throws IOException {
    Thread runner = new Thread(() -> submit(title, items, task), "Spark job");
    runner.setDaemon(true);
    runner.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    runner.start();
    long waiting = System.nanoTime();
    while (true) {
      if (handler.stops()) {
        cancel();
        return End.STOPPED;
      }
      Event event = next();
      if (event == null) {
        if (System.nanoTime() - waiting > PATIENCE_NANOS && executors() == 0) {
          waiting = System.nanoTime();
          LOG.warn(
              "No executor has started yet: the cluster needs a worker with {} free cores and {} of free"
                  + " memory.",
              spark.getConf().get("spark.executor.cores"),
              spark.getConf().get("spark.executor.memory"));
        }
        continue;
      }
      if (event.failure() != null) {
        throw gaveUp(event.failure());
      }
      if (event.end()) {
        settle(LONGEST_SETTLE_NANOS);
        return End.COMPLETE;
      }
      if (event.message() != null) {
        handler.told(event.message());
      } else if (event.outcome().error() != null) {
        cancel();
        throw event.outcome().exception();
      } else if (!handler.done(event.outcome())) {
        cancel();
        return End.CUT;
      }
    }
  }

  private Event next() {
    try {
      return events.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw NormSweepException.failed("The sweep was interrupted.", e);
    }
  }

  private <T> void submit(
      String title, List<T> items, Function2<TaskContext, Iterator<T>, Outcome> task) {
    try {
      SparkContext context = spark.sc();
      context.setJobGroup(group, title, false);
      ClassTag<Outcome> tag = ClassTag.apply(Outcome.class);
      context.<T, Outcome>runJob(
          spark.parallelize(items, items.size()).rdd(), task, new Results(events), tag);
      events.add(new Event(null, null, true, null));
    } catch (Throwable e) { // whatever it is, somebody waits for the end
      events.add(new Event(null, null, true, e));
    }
  }

  /** Hands every result to the queue. */
  private static final class Results extends AbstractFunction2<Object, Outcome, BoxedUnit> {
    private final LinkedBlockingQueue<Event> events;

    Results(LinkedBlockingQueue<Event> events) {
      this.events = events;
    }

    @Override
    public BoxedUnit apply(Object index, Outcome outcome) {
      events.add(new Event(outcome, null, false, null));
      return BoxedUnit.UNIT;
    }
  }

  /** Ends the tasks, and waits until they have saved their work. */
  private void cancel() {
    spark.cancelJobGroup(group);
    settle(LONGEST_STOP_NANOS);
  }

  /** Waits for tasks that end, such as those that were run twice and came second. */
  private void settle(long nanos) {
    long end = System.nanoTime() + nanos;
    while (running() && System.nanoTime() < end) {
      LockSupport.parkNanos(SETTLE_NANOS);
    }
  }

  /** Executors, the driver not counted. */
  private int executors() {
    return spark.sc().isLocal() ? 1 : spark.sc().statusTracker().getExecutorInfos().length - 1;
  }

  private boolean running() {
    for (SparkExecutorInfo executor : spark.sc().statusTracker().getExecutorInfos()) {
      if (executor.numRunningTasks() > 0) {
        return true;
      }
    }
    return false;
  }

  private NormSweepException gaveUp(Throwable failure) {
    if (spark.sc().isStopped()) {
      return NormSweepException.failed(
          "The Spark cluster has ended the sweep's application, as it does if executors do not start;"
              + " the workers' logs say why, and the same command resumes the sweep.",
          failure);
    }
    String reason =
        String.valueOf(failure.getMessage())
            .lines()
            .findFirst()
            .orElse("")
            .replaceFirst("^Job aborted due to stage failure: ", "");
    return NormSweepException.failed(
        "Spark gave up: "
            + reason
            + "; what is done is kept, and the same command resumes the sweep.",
        failure);
  }
}
