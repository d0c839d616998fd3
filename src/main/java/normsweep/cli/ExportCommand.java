package normsweep.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.report.export.TensorBoard;
import normsweep.report.export.TidyTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code export}: what a sweep has recorded, for other programs. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Write what a sweep has recorded for other programs, into its folder; at least one option is"
          + " needed. What is there already is continued or replaced.",
    },
    footer = {
      "",
      "Example: java -jar target/normsweep.jar export output/quick --tensorboard --csv",
      "         tensorboard --logdir output/quick/tensorboard"
    })
final class ExportCommand implements Runnable {
  @Parameters(paramLabel = "DIR", description = "A sweep's folder, such as output/quick.")
  private Path dir;

  @Option(
      names = "--tensorboard",
      description =
          "Write event files to DIR/tensorboard: scalars and histograms by training step, and the"
              + " table of the HPARAMS tab.")
  private boolean tensorBoard;

  @Option(
      names = "--csv",
      description =
          "Write DIR/measurements.csv: one row per value with the trial, its settings, where the"
              + " value belongs, measure, unit (nat: natural units of cross-entropy) and value."
              + " It holds results; losses and accuracies by epoch; gradients, updates, dynamics"
              + " and histograms by iteration; of every validation and test image the label, the"
              + " predicted class, whether that is correct, and the probability of each class;"
              + " after `landscape`, surfaces, paths, slices, fits, Hessians and lines between"
              + " trials, x and y in filter norms, or x an eigenvalue or a share of the line.")
  private boolean csv;

  @Override
  public void run() {
    if (!tensorBoard && !csv) {
      throw NormSweepException.usage("Say what to export: --tensorboard, --csv or both.");
    }
    SweepFolder folder = SweepFolder.open(dir);
    try {
      if (tensorBoard) {
        writeEvents(folder);
      }
      if (csv) {
        long rows = TidyTable.write(folder);
        System.out.println(folder.measurements() + ": " + rows + " rows");
      }
    } catch (IOException e) {
      throw NormSweepException.unwritable("The sweep's folder " + dir, e);
    }
  }

  private static void writeEvents(SweepFolder folder) throws IOException {
    TensorBoard events = new TensorBoard(folder, folder.readConfig());
    List<TrialResult> rows = folder.readResults().trials();
    try (Progress progress = Progress.of("Writing event files", rows.size(), "trials")) {
      events.writeColumns(rows.stream().map(TrialResult::trial).toList());
      for (TrialResult row : rows) {
        if (row.epochs() > 0) {
          events.write(row);
        }
        progress.step(1);
      }
    }
    System.out.println(events.root());
  }
}
