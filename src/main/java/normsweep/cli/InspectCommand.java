package normsweep.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import normsweep.device.Engine;
import normsweep.record.Records;
import normsweep.savedmodel.ModelComparison;
import normsweep.savedmodel.ModelInspection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect}: the contents of a saved model. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description =
        "Show the contents of a saved model: layers, parameter counts, provenance, scores; or what"
            + " differs from another.",
    footer = {
      "",
      "Example: java -jar target/normsweep.jar inspect \\",
      "  output/quick/trials/layer-norm.clip-none.seed-1/model.zip"
    })
final class InspectCommand implements Runnable {
  @Parameters(paramLabel = "ZIP", description = "A trial's model.zip.")
  private Path zip;

  @Option(
      names = "--compare",
      paramLabel = "OTHER.zip",
      description =
          "Show instead which facts and parameter arrays of another model differ, and by how much.")
  private Path other;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public void run() {
    Engine.startNd4j();
    if (other != null) {
      ModelComparison comparison = ModelComparison.of(zip, other);
      System.out.print(json ? json(comparison) : comparison.table());
    } else {
      ModelInspection model = ModelInspection.of(zip);
      System.out.print(json ? json(model) : model.table());
    }
  }

  private static String json(Object value) {
    try {
      return Records.json().writeValueAsString(value) + System.lineSeparator();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
