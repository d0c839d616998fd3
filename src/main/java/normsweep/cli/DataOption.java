package normsweep.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where images come from. */
class DataOption {
  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Your own copy of CIFAR-10: the official archive, or the folder with its .bin files"
              + " (default: the cached copy, or a download).")
  private Path data;

  Optional<Path> data() {
    return Optional.ofNullable(data);
  }
}
