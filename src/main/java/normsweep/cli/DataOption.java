package normsweep.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import normsweep.base.NormSweepException;
import normsweep.data.Caches;
import normsweep.data.picture.Pictures;
import normsweep.record.DataSettings;
import normsweep.record.SweepConfig;
import normsweep.record.SweepYaml;
import picocli.CommandLine.Option;

/** Where images come from. */
class DataOption {
  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Your own copy of CIFAR-10: the official archive, or the folder with its .bin files"
              + " (default: the cached copy, or a download); or, for run and explore, your own"
              + " pictures: a folder with one folder per class, or a CSV file.")
  private Path data;

  /**
   * A config whose images are the user's own pictures, with what is found there: the numbers of
   * images and the edge of the squares. Other configs stay as they are.
   *
   * @param report where unreadable pictures are listed, if anywhere
   * @throws NormSweepException unavailable if they are not where the user says
   */
  SweepConfig resolved(SweepConfig config, Optional<Path> report) {
    data()
        .filter(path -> !Files.exists(path))
        .ifPresent(
            path -> {
              throw NormSweepException.unavailable(
                  path
                      + " does not exist; name a folder with one folder of pictures per class, a"
                      + " CSV file, or a copy of CIFAR-10.");
            });
    Optional<Path> own =
        data()
            .filter(Pictures::isSource)
            .or(
                () ->
                    Optional.of(config.data())
                        .filter(DataSettings::own)
                        .map(d -> Path.of(d.source())));
    return own.map(
            source ->
                SweepYaml.parse(
                    config.name(),
                    config.name(),
                    SweepYaml.write(config),
                    Pictures.open(source, config.data(), Caches.root(), report)
                        .resolved(config.data())))
        .orElse(config);
  }

  /** A copy of CIFAR-10, or of the pictures of a config. */
  Optional<Path> data() {
    return Optional.ofNullable(data);
  }
}
