package normsweep.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where images and weights come from, for the commands that need both. */
final class SourceOptions {
  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "CIFAR-10 of your own: the official archive, or the folder with its .bin files"
              + " (default: the cache, else downloaded).")
  private Path data;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "MobileNetV2 weights of your own, Keras Applications layout, HDF5 (default:"
              + " zoo-weights, else downloaded).")
  private Path weights;

  Optional<Path> data() {
    return Optional.ofNullable(data);
  }

  Optional<Path> weights() {
    return Optional.ofNullable(weights);
  }
}
