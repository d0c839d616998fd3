package normsweep.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where images and weights come from, for the commands that need both. */
final class SourceOptions {
  @Mixin private DataOption data;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "MobileNetV2 weights of your own, Keras Applications layout, HDF5 (default:"
              + " zoo-weights, else downloaded).")
  private Path weights;

  Optional<Path> data() {
    return data.data();
  }

  Optional<Path> weights() {
    return Optional.ofNullable(weights);
  }
}
