package normsweep.report.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import normsweep.base.AtomicFiles;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.Trial;
import normsweep.record.TrialResult;

/**
 * A sweep's records as event files for TensorBoard: {@code tensorboard/ID/} for each trial, beside
 * the columns of its hparams table. They are made from the trial's own files, whole epochs only,
 * and a file that holds less is continued: nothing is lost or written twice, whatever interrupts
 * the sweep.
 */
public final class TensorBoard {
  private static final String FILE = "events.out.tfevents.0.normsweep";

  private final SweepFolder folder;
  private final SweepConfig config;

  /** The event files of a sweep. */
  public TensorBoard(SweepFolder folder, SweepConfig config) {
    this.folder = folder;
    this.config = config;
  }

  /** Their folder. */
  public Path root() {
    return folder.tensorBoard();
  }

  /** Writes which columns the table of all trials has. */
  public void writeColumns(List<Trial> trials) throws IOException {
    double begin = seconds(folder.config());
    EventStream stream = new EventStream(begin);
    stream.add(begin, 0, Hparams.experiment(config, trials));
    put(root().resolve(FILE), stream.bytes());
  }

  /**
   * Brings the file of a trial up to the end of its last epoch.
   *
   * @throws normsweep.base.NormSweepException exit code 3 if the trial's own files are damaged
   */
  public void write(TrialResult row) throws IOException {
    TrialFolder files = folder.trial(row.id());
    Path start = files.trajectory(0);
    double begin = seconds(Files.exists(start) ? start : folder.config());
    byte[] events = TrialEvents.of(config, row, ExportedTrial.read(files), begin);
    put(root().resolve(row.id()).resolve(FILE), events);
  }

  private static double seconds(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toMillis() / 1000.0;
  }

  // A reader that follows the file sees new events only if they are appended.
  private static void put(Path file, byte[] events) throws IOException {
    byte[] present = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    int common = present.length;
    if (common > events.length
        || !Arrays.equals(present, 0, common, events, 0, common)
        || common == 0) {
      AtomicFiles.write(file, out -> out.write(events));
      return;
    }
    Files.write(file, Arrays.copyOfRange(events, common, events.length), StandardOpenOption.APPEND);
  }
}
