package normsweep.ui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import normsweep.ui.RecordedStats.Encoded;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statistics of one trial for DL4J's training pages: {@link #listener()} is given to the
 * network, {@link #storage()} can be shown while the trial trains, and what is recorded lies in the
 * trial's folder: in {@code stats.journal} until {@link #close}, then in {@code stats.db}, a store
 * that any DL4J UI reads.
 *
 * <p>The session is named after the trial. A report holds what DL4J's pages draw: score, learning
 * rates, speed and memory; deviations of gradients, updates and activations; mean magnitudes and
 * histograms of parameters and updates; means of activations.
 *
 * <p>A trial that is resumed keeps the reports of the iterations before, loses those of iterations
 * that will be computed again, and goes on. Statistics that cannot be read are moved aside, to the
 * same name with {@code .damaged} behind it, with a warning, and the trial trains on with new ones;
 * of a journal that is damaged in the middle, the reports before the damage are kept.
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
   * @param file the trial's {@code stats.db}, which need not be there
   * @param trial the trial's id
   * @param every iterations between two reports, at least 1
   * @param firstIteration the iteration that is trained next, counted from 0 at the trial's start
   * @throws NormSweepException exit code 1 if the trial's folder cannot be written
   */
  public static SweepStats open(Path file, String trial, int every, int firstIteration) {
    if (every < 1) {
      throw NormSweepException.usage(
          "tracking.statsEvery is " + every + "; give 1 or more iterations between two reports.");
    }
    try {
      Optional<RecordedStats> before = firstIteration == 0 ? Optional.empty() : recorded(file);
      List<Encoded> kept = before.map(stats -> stats.records(firstIteration)).orElse(List.of());
      StatsJournal journal = StatsJournal.create(StatsJournal.beside(file), kept);
      Files.deleteIfExists(file);
      return new SweepStats(file, journal, kept, trial, new Sampling(every, firstIteration));
    } catch (IOException e) {
      throw NormSweepException.unwritable(StatsJournal.beside(file), e);
    }
  }

  /** The file that holds the newest statistics of a trial, if there is one. */
  static Optional<Path> newest(Path file) {
    Path journal = StatsJournal.beside(file);
    if (Files.isRegularFile(journal)) {
      return Optional.of(journal);
    }
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  /** Reads what {@link #newest} names. */
  static RecordedStats read(Path newest) throws IOException {
    return newest.getFileName().toString().endsWith(".journal")
        ? StatsJournal.read(newest).stats()
        : StatsFile.read(newest);
  }

  /** What the network reports to. */
  public TrainingListener listener() {
    return recorder;
  }

  /** Whether the listener will record the next iteration; other iterations cost nothing. */
  public boolean due() {
    return recorder.due();
  }

  /** What is recorded so far, to be shown while it grows. */
  public StatsStorage storage() {
    return storage;
  }

  /** Turns the journal into the store that any DL4J UI reads. */
  @Override
  public void close() {
    try {
      journal.close();
      if (!broken) {
        StatsFile.write(file, storage);
        Files.deleteIfExists(StatsJournal.beside(file));
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{} cannot be written ({}); its statistics stay in {}.",
          file,
          Reason.ofWriting(e),
          StatsJournal.beside(file).getFileName());
    }
  }

  /** What a trial recorded so far; what cannot be read is moved aside. */
  static Optional<RecordedStats> recorded(Path file) throws IOException {
    Optional<Path> newest = newest(file);
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    Path found = newest.get();
    try {
      if (found.equals(file)) {
        return Optional.of(StatsFile.read(found));
      }
      StatsJournal.Read read = StatsJournal.read(found);
      switch (read.end()) {
        case WHOLE -> {}
        case TORN -> LOG.warn("{} ends within a report, which is left out.", found);
        case DAMAGED ->
            LOG.warn(
                "{} is damaged: moved to {}, the curves of this trial lack what came after that.",
                found,
                moveAside(found));
      }
      return Optional.of(read.stats());
    } catch (IOException e) {
      LOG.warn(
          "{} {}: moved to {}, the curves of this trial begin anew.",
          found,
          e.getMessage(),
          moveAside(found));
      return Optional.empty();
    }
  }

  private static Path moveAside(Path damaged) throws IOException {
    Path aside = damaged.resolveSibling(damaged.getFileName() + ".damaged");
    Files.move(damaged, aside, StandardCopyOption.REPLACE_EXISTING);
    return aside.getFileName();
  }

  /** A full disk ends the statistics, not the trial: its checkpoints say so louder. */
  private void keep(Encoded record) {
    if (broken) {
      return;
    }
    try {
      journal.append(record);
    } catch (IOException e) {
      broken = true;
      LOG.warn(
          "{} takes no more reports ({}); training goes on without.",
          StatsJournal.beside(file),
          Reason.ofWriting(e));
    }
  }
}
