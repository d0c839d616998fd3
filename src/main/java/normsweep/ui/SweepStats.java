package normsweep.ui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import normsweep.record.AtomicFiles;
import normsweep.record.NormSweepException;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statistics of one trial for DL4J's training pages: {@link #listener()} is given to the
 * network, reports go to {@code stats.db} (a {@link FileStatsStorage}), and {@link #storage()} can
 * be shown while the trial trains.
 *
 * <p>The session is named after the trial. A report holds what DL4J's pages draw: score, learning
 * rates, speed and memory; deviations of gradients, updates and activations; mean magnitudes and
 * histograms of parameters and updates; means of activations. Every report is one transaction of
 * the store, about a millisecond; a thread of its own does that, so that training does not wait for
 * the disk.
 *
 * <p>A trial that is resumed keeps the reports of the iterations before, loses those of iterations
 * that will be computed again, and goes on in the same store. A store that cannot be read is moved
 * aside to {@code stats.db.damaged} with a warning, and the trial trains on with a new one.
 */
public final class SweepStats implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SweepStats.class);
  private static final int WAITING_REPORTS = 16;

  private final Path file;
  private final FileStatsStorage storage;
  private final ExecutorService writer =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(WAITING_REPORTS),
          SweepStats::writerThread,
          SweepStats::waitForRoom);
  private final StatsRecorder recorder;
  private volatile boolean broken;

  private SweepStats(
      Path file, FileStatsStorage storage, String trial, int every, int firstIteration) {
    this.file = file;
    this.storage = storage;
    this.recorder = new StatsRecorder(storage, this::later, trial, every, firstIteration);
  }

  /**
   * Opens the statistics of a trial.
   *
   * @param file the trial's {@code stats.db}, made if it is missing
   * @param trial the trial's id
   * @param every iterations between two reports, at least 1
   * @param firstIteration the iteration that is trained next, counted from 0 at the trial's start
   * @throws NormSweepException exit code 1 if the store cannot be written
   */
  public static SweepStats open(Path file, String trial, int every, int firstIteration) {
    if (every < 1) {
      throw NormSweepException.usage(
          "tracking.statsEvery is " + every + "; give 1 or more iterations between two reports.");
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      keepUntil(file, firstIteration);
      return new SweepStats(
          file, new FileStatsStorage(file.toFile()), trial, every, firstIteration);
    } catch (IOException | RuntimeException e) {
      throw NormSweepException.failed(
          file + " cannot be written (" + e.getMessage() + "); free space or rights are missing.",
          e);
    }
  }

  /** What the network reports to. */
  public TrainingListener listener() {
    return recorder;
  }

  /** Whether the listener will record the next iteration; other iterations cost nothing. */
  public boolean due() {
    return recorder.due();
  }

  /** The store, to be shown while it grows. */
  public StatsStorage storage() {
    return storage;
  }

  /** Writes what is still waiting and closes the store. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(1, TimeUnit.MINUTES)) {
        LOG.warn("{} did not take its last reports within a minute.", file);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!storage.isClosed()) {
      storage.close();
    }
  }

  /** Rewrites the store without the reports from {@code firstIteration} on. */
  private static void keepUntil(Path file, int firstIteration) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    if (firstIteration == 0) {
      Files.delete(file);
      return;
    }
    RecordedStats kept;
    try {
      kept = RecordedStats.read(file);
    } catch (IOException e) {
      Path aside = file.resolveSibling(file.getFileName() + ".damaged");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      LOG.warn(
          "{} {}: moved to {}, the curves of this trial begin anew.",
          file,
          e.getMessage(),
          aside.getFileName());
      return;
    }
    AtomicFiles.writeFile(file, temporary -> kept.writeTo(temporary, firstIteration));
  }

  private void later(Runnable write) {
    if (!broken) {
      writer.execute(() -> writeOrWarn(write));
    }
  }

  // MapDB reports a full disk by whatever its arithmetic runs into; statistics must not end a
  // trial.
  @SuppressWarnings("CatchingUnchecked")
  private void writeOrWarn(Runnable write) {
    try {
      write.run();
    } catch (RuntimeException | Error e) {
      if (!broken) {
        broken = true;
        LOG.warn("{} takes no more reports ({}); training goes on without.", file, e.toString());
      }
    }
  }

  private static Thread writerThread(Runnable task) {
    Thread thread = new Thread(task, "stats-writer");
    thread.setDaemon(true);
    return thread;
  }

  /** A disk that is slower than training slows training down rather than losing reports. */
  private static void waitForRoom(Runnable task, ThreadPoolExecutor executor) {
    if (executor.isShutdown()) {
      throw new RejectedExecutionException("the statistics are closed");
    }
    try {
      executor.getQueue().put(task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
