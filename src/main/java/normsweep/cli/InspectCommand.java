package normsweep.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import normsweep.savedmodel.ModelInspection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code inspect}: the contents of a saved model. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description =
        "Show the contents of a saved model: layers, parameter counts, provenance, scores.")
final class InspectCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ZIP", description = "A trial's model.zip.")
  private Path zip;

  @Override
  public Integer call() {
    System.out.print(ModelInspection.of(zip).table());
    return 0;
  }
}
