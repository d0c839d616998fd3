package normsweep.ui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import normsweep.ui.RecordedStats.Encoded;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statistics of one trial for DL4J's training pages: {@link #listener()} is given to the
 * network, {@link SweepUi#attach} shows the trial while it trains. What is recorded is appended to
 * {@code stats.journal} in the trial's folder, the only file this project reads it back from;
 * {@link #close} also writes {@code stats.db}, a store that any DL4J UI reads.
 *
 * <p>The session is named after the trial. A report holds what DL4J's pages draw: score, learning
 * rates, speed and memory; standard deviations of gradients, updates and activations; mean
 * magnitudes and histograms of parameters and updates; means of activations.
 *
 * <p>A trial that resumes keeps the reports of earlier iterations and drops those of iterations
 * that will be computed again. A journal that cannot be read is moved aside, to the same name with
 * {@code .damaged} appended, with a warning, and the trial starts a new one; if a journal is
 * damaged in the middle, the reports before the damage are kept.
 */
public final class SweepStats implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SweepStats.class);

  private final Path file;
  private final StatsJournal journal;
  private final RecordedStats storage;
  private final StatsRecorder recorder;
  private boolean broken;

  private SweepStats(
      Path file, StatsJournal journal, List<Encoded> kept, String trial, Sampling sampling) {
    this.file = file;
    this.journal = journal;
    this.storage = new RecordedStats(this::keep);
    kept.forEach(storage::add);
    this.recorder = new StatsRecorder(storage, trial, sampling.every, sampling.first);
  }

  private record Sampling(int every, int first) {}

  /**
   * Opens the statistics of a trial.
   *
   * @param file the trial's {@code stats.db}, which need not exist
   * @param trial the trial's id
   * @param every iterations between two reports, at least 1
   * @param firstIteration the next iteration, counted from 0 at the start of the trial
   * @throws NormSweepException exit code 1 if the trial's folder cannot be written
   */
  public static SweepStats open(Path file, String trial, int every, int firstIteration) {
    if (every < 1) {
      throw NormSweepException.usage(
          "tracking.statsEvery is " + every + "; give 1 or more iterations between two reports.");
    }
    try {
      Path path = StatsJournal.beside(file);
      List<Encoded> kept =
          firstIteration == 0 ? List.of() : recorded(path).recordsBefore(firstIteration);
      StatsJournal journal = StatsJournal.create(path, kept);
      Files.deleteIfExists(file);
      return new SweepStats(file, journal, kept, trial, new Sampling(every, firstIteration));
    } catch (IOException e) {
      throw NormSweepException.unwritable(StatsJournal.beside(file), e);
    }
  }

  /** The listener for the network. */
  public TrainingListener listener() {
    return recorder;
  }

  /** Whether the listener will record the next iteration; other iterations cost nothing. */
  public boolean due() {
    return recorder.due();
  }

  /** What is recorded so far, to be shown while it grows. */
  RecordedStats storage() {
    return storage;
  }

  /** Writes the store that any DL4J UI reads; it appears only when it is complete. */
  @Override
  public void close() {
    try {
      journal.close();
      if (!broken) {
        AtomicFiles.writeFile(file, this::writeStore);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{} cannot be written ({}); its statistics are in {}.",
          file,
          Reason.ofWriting(e),
          StatsJournal.beside(file).getFileName());
    }
  }

  private void writeStore(Path temporary) throws IOException {
    FileStatsStorage store = new FileStatsStorage(temporary.toFile());
    try {
      storage.copyTo(store);
    } finally {
      store.close();
    }
  }

  /** What a trial has recorded so far; a journal that is damaged is moved aside. */
  static RecordedStats recorded(Path journal) throws IOException {
    if (!Files.exists(journal)) {
      LOG.warn("{} is missing: the curves of this trial begin again.", journal);
      return new RecordedStats();
    }
    try {
      StatsJournal.Read read = StatsJournal.read(journal);
      switch (read.end()) {
        case WHOLE -> {}
        case TORN -> LOG.warn("{} ends within a report, which is left out.", journal);
        case DAMAGED ->
            LOG.warn(
                "{} is damaged: moved to {}, the curves of this trial lack what came after that.",
                journal,
                moveAside(journal));
      }
      return read.stats();
    } catch (IOException e) {
      LOG.warn(
          "{} {}: moved to {}, the curves of this trial begin again.",
          journal,
          e.getMessage(),
          moveAside(journal));
      return new RecordedStats();
    }
  }

  private static Path moveAside(Path damaged) throws IOException {
    Path aside = damaged.resolveSibling(damaged.getFileName() + ".damaged");
    Files.move(damaged, aside, StandardCopyOption.REPLACE_EXISTING);
    return aside.getFileName();
  }

  /** A full disk ends the statistics, not the trial, whose checkpoints report it themselves. */
  private void keep(Encoded record) {
    if (broken) {
      return;
    }
    try {
      journal.append(record);
    } catch (IOException e) {
      broken = true;
      LOG.warn(
          "{} takes no more reports ({}); training continues without them.",
          StatsJournal.beside(file),
          Reason.ofWriting(e));
    }
  }
}
