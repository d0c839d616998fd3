package normsweep.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import normsweep.savedmodel.ModelInspection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code inspect}: what a saved model holds. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Show what a saved model holds: layers, parameter counts, provenance, scores.")
final class InspectCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ZIP", description = "A trial's model.zip.")
  private Path zip;

  @Override
  public Integer call() {
    System.out.print(ModelInspection.of(zip).table());
    return 0;
  }
}
