package normsweep.ui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import normsweep.tail.Tail;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the statistics of one trial: {@link #listener()} is given to the network. Each report is
 * appended to {@code stats.journal} in the trial's folder, from which {@link SweepUi} shows it
 * while the trial trains; {@link #close} also writes {@code stats.db}, a store that any DL4J UI
 * reads.
 *
 * <p>The session is named after the trial. A report holds what DL4J's pages draw: score, learning
 * rates, speed and memory; standard deviations of updates, of activations and of the batch's mean
 * gradient before clipping; mean magnitudes and histograms of parameters and updates; means of
 * activations. The network described is the one that is saved, of stock layers ({@link
 * Tail#layers}).
 *
 * <p>A trial that resumes keeps the reports of earlier iterations and drops those of iterations
 * that will be computed again. A journal that cannot be read is moved aside, to the same name with
 * {@code .damaged} appended, with a warning, and the trial starts a new one; if a journal is
 * damaged in the middle, the reports before the damage are kept.
 */
public final class SweepStats implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SweepStats.class);

  private final Path store;
  private final Path journal;
  private final StatsRecorder recorder;
  private boolean broken;

  /**
   * Opens the statistics of a trial.
   *
   * @param store the trial's {@code stats.db}, which need not exist
   * @param trial the trial's id
   * @param tail what the trial trains
   * @param every iterations between two reports, at least 1
   * @param firstIteration the next iteration, counted from 0 at the start of the trial
   * @throws NormSweepException exit code 1 if the trial's folder cannot be written
   */
  public static SweepStats open(
      Path store, String trial, Tail tail, int every, int firstIteration) {
    return open(store, trial, ShownNetwork.of(tail), every, firstIteration);
  }

  /** The statistics of any network, shown as it is. */
  static SweepStats open(Path store, String trial, int every, int firstIteration) {
    return open(store, trial, (ShownNetwork) null, every, firstIteration);
  }

  private static SweepStats open(
      Path store, String trial, ShownNetwork shown, int every, int firstIteration) {
    Path journal = StatsJournal.beside(store);
    try {
      List<Persistable> kept =
          firstIteration == 0 ? List.of() : before(firstIteration, recorded(journal));
      SweepStats stats = new SweepStats(store, kept, shown, trial, every, firstIteration);
      Files.deleteIfExists(store);
      return stats;
    } catch (IOException e) {
      throw NormSweepException.unwritable(journal, e);
    }
  }

  private SweepStats(
      Path store, List<Persistable> kept, ShownNetwork shown, String trial, int every, int first)
      throws IOException {
    this.store = store;
    this.journal = StatsJournal.beside(store);
    StatsJournal.create(journal, kept);
    long newest = kept.stream().mapToLong(Persistable::getTimeStamp).max().orElse(0);
    this.recorder = new StatsRecorder(this::keep, shown, newest, trial, every, first);
  }

  /** The latest description of the network, and the reports of earlier iterations. */
  private static List<Persistable> before(int iteration, List<Persistable> records) {
    Map<Class<?>, Persistable> descriptions = new LinkedHashMap<>();
    List<Persistable> reports = new ArrayList<>();
    for (Persistable record : records) {
      if (!(record instanceof SbeStatsReport report)) {
        descriptions.put(record.getClass(), record);
      } else if (report.getIterationCount() < iteration) {
        reports.add(report);
      }
    }
    return Stream.concat(descriptions.values().stream(), reports.stream()).toList();
  }

  /** The listener for the network. */
  public TrainingListener listener() {
    return recorder;
  }

  /** Writes the store that any DL4J UI reads; it appears only when it is complete. */
  @Override
  public void close() {
    if (broken) {
      return;
    }
    try {
      AtomicFiles.writeFile(store, this::writeStore);
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{} cannot be written ({}); its statistics are in {}.",
          store,
          Reason.ofWriting(e),
          journal.getFileName());
    }
  }

  private void writeStore(Path temporary) throws IOException {
    FileStatsStorage storage = new FileStatsStorage(temporary.toFile());
    try {
      StatsJournal.read(journal).records().forEach(record -> StatsJournal.put(record, storage));
    } finally {
      storage.close();
    }
  }

  /** What a trial has recorded so far; a journal that is damaged is moved aside. */
  static List<Persistable> recorded(Path journal) throws IOException {
    if (!Files.exists(journal)) {
      LOG.warn("{} is missing: the curves of this trial begin again.", journal);
      return List.of();
    }
    try {
      StatsJournal.Read read = StatsJournal.read(journal);
      if (read.end() == StatsJournal.End.TORN) {
        LOG.warn("{} ends within a report, which is left out.", journal);
      } else if (read.end() == StatsJournal.End.DAMAGED) {
        LOG.warn(
            "{} is damaged: moved to {}, the curves of this trial lack what came after that.",
            journal,
            moveAside(journal));
      }
      return read.records();
    } catch (IOException e) {
      LOG.warn(
          "{} {}: moved to {}, the curves of this trial begin again.",
          journal,
          e.getMessage(),
          moveAside(journal));
      return List.of();
    }
  }

  private static Path moveAside(Path damaged) throws IOException {
    Path aside = damaged.resolveSibling(damaged.getFileName() + ".damaged");
    Files.move(damaged, aside, StandardCopyOption.REPLACE_EXISTING);
    return aside.getFileName();
  }

  /** A full disk ends the statistics, not the trial, whose checkpoints report it themselves. */
  private void keep(Persistable record) {
    if (broken) {
      return;
    }
    try {
      StatsJournal.append(journal, record);
    } catch (IOException e) {
      broken = true;
      LOG.warn(
          "{} takes no more reports ({}); training continues without them.",
          journal,
          Reason.ofWriting(e));
    }
  }
}
