package normsweep.cli;

import java.nio.file.Path;
import normsweep.device.Engine;
import normsweep.savedmodel.ModelInspection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code inspect}: the contents of a saved model. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description =
        "Show the contents of a saved model: layers, parameter counts, provenance, scores.")
final class InspectCommand implements Runnable {
  @Parameters(paramLabel = "ZIP", description = "A trial's model.zip.")
  private Path zip;

  @Override
  public void run() {
    Engine.startNd4j();
    System.out.print(ModelInspection.of(zip).table());
  }
}
