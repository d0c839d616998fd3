package normsweep.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where images and weights come from, for the commands that need both. */
final class SourceOptions extends DataOption {
  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Your own MobileNetV2 weights, as HDF5 in the Keras Applications layout or as ONNX (default:"
              + " those in zoo-weights, or a download).")
  private Path weights;

  Optional<Path> weights() {
    return Optional.ofNullable(weights);
  }
}
