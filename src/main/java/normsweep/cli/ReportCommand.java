package normsweep.cli;

import java.nio.file.Path;
import java.util.List;
import normsweep.cli.terminal.Paragraph;
import normsweep.cli.terminal.Screen;
import normsweep.record.SweepFolder;
import normsweep.report.Report;
import normsweep.report.finding.Answer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code report}: the results of a sweep as documents and figures. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description =
        "Write the results of a sweep into its folder: PDF with an appendix, HTML, slides, a"
            + " notebook and figures. Ends with the answers to the questions of a sweep.",
    footer = {"", "Example: java -jar target/normsweep.jar report output/quick"})
final class ReportCommand implements Runnable {
  @Parameters(paramLabel = "DIR", description = "A sweep's folder, such as output/quick.")
  private Path folder;

  @Override
  public void run() {
    Report report = Report.write(SweepFolder.open(folder));
    List<Path> written = report.files();
    Path figures = folder.resolve("figures");
    written.stream().filter(file -> !file.startsWith(figures)).forEach(System.out::println);
    long pictures = written.stream().filter(file -> file.startsWith(figures)).count();
    System.out.println(figures + ": " + pictures + " pictures");
    for (Answer answer : report.answers()) {
      System.out.println();
      String text = answer.question() + "\n" + answer.text();
      System.out.println(Paragraph.wrapped(text, Screen.columns()));
    }
  }
}
