package normsweep.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import normsweep.record.SweepFolder;
import normsweep.ui.SweepUi;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ui}: serves the recorded statistics of a sweep to the browser until it is stopped. */
@Command(
    name = "ui",
    mixinStandardHelpOptions = true,
    description = "Serve the recorded statistics of a sweep to the browser.",
    footer = {"", "Example: java -jar target/normsweep.jar ui output/quick --ui-port 9001"})
final class UiCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "A sweep's folder, such as output/quick.")
  private Path folder;

  @Mixin private UiOptions options;

  @Override
  public Integer call() throws InterruptedException {
    try (SweepUi ui = options.start(SweepFolder.open(folder))) {
      System.out.println("Serving " + folder + " at " + ui.address() + " (Ctrl-C stops)");
      new CountDownLatch(1).await();
    }
    return 0;
  }
}
