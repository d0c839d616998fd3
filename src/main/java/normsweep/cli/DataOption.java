package normsweep.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where images come from. */
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "CIFAR-10 of your own: the official archive, or the folder with its .bin files"
              + " (default: the cache, else downloaded).")
  private Path data;

  Optional<Path> data() {
    return Optional.ofNullable(data);
  }
}
