package normsweep.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.record.Records;
import normsweep.report.comparison.ComparisonPage;
import normsweep.report.comparison.ComparisonRow;
import normsweep.report.comparison.ComparisonText;
import normsweep.report.comparison.SweepsComparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code compare}: the cells of several sweeps side by side. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = {
      "Show the cells (norm, placement, clipping) of several sweeps side by side: means and standard"
          + " deviations over seeds, and differences from the first sweep with 95 %% intervals,"
          + " paired where seeds are shared.",
      "Also names what differs in their configs, weights, images and machines, and warns if scores"
          + " are not comparable. Prints to the terminal only, unless an option names a file."
    },
    footer = {
      "",
      "Example: java -jar target/normsweep.jar compare output/quick output/tuned \\",
      "  --html comparison.html"
    })
final class CompareCommand implements Runnable {
  @Parameters(
      arity = "1..*",
      paramLabel = "DIR",
      description = "Folders of sweeps, such as output/quick; the first is the reference.")
  private List<Path> folders;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Also write a table with one row per cell, sweep and score.")
  private Path csv;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also write the comparison as one HTML page.")
  private Path html;

  @Override
  public void run() {
    SweepsComparison comparison = SweepsComparison.of(folders);
    ComparisonText.of(comparison).forEach(System.out::println);
    write(csv, file -> Records.writeCsv(file, ComparisonRow.class, ComparisonRow.of(comparison)));
    write(html, file -> AtomicFiles.writeString(file, ComparisonPage.of(comparison)));
  }

  private static void write(Path file, AtomicFiles.FileContent content) {
    if (file == null) {
      return;
    }
    try {
      content.writeTo(file);
    } catch (IOException e) {
      throw NormSweepException.unwritable(file, e);
    }
    System.out.println(file);
  }
}
