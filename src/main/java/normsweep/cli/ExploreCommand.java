package normsweep.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import normsweep.data.Exploration;
import normsweep.data.ImageSource;
import normsweep.data.picture.ImageSources;
import normsweep.record.DataSettings;
import normsweep.record.SweepConfig;
import normsweep.record.SweepYaml;
import normsweep.report.figure.Fonts;
import normsweep.report.figure.SampleFigures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code explore}: the contents of the data set as a table, pictures and JSON. */
@Command(
    name = "explore",
    mixinStandardHelpOptions = true,
    description = "Show what is in the data set: class counts, channel statistics, samples.",
    footer = {"", "Example: java -jar target/normsweep.jar explore sweeps/quick.yaml"})
final class ExploreCommand implements Runnable {
  /** The whole data set, split as the full protocol does. */
  private static final String WHOLE = "data: {train: 45000, validation: 5000, test: 10000}";

  @Parameters(
      arity = "0..1",
      paramLabel = "SWEEP.yaml",
      description =
          "The sweep whose split to show (default: 45,000 training, 5,000 validation and 10,000"
              + " test images). Channel statistics are those of the training images.")
  private Path sweep;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Override a setting, such as data.train=5000; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "output/explore",
      description = "Folder for the pictures and JSON (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Mixin private DataOption source;

  @Override
  public void run() {
    Fonts.check();
    SweepConfig read =
        sweep == null
            ? SweepYaml.parse("explore", "explore", WHOLE, overrides)
            : SweepYaml.read(sweep, overrides);
    DataSettings config = source.resolved(read, Optional.empty()).data();
    try (ImageSource data = ImageSources.open(config, source.data())) {
      Exploration found = SampleFigures.explore(data, data.split(config), data.pixels(config), out);
      System.out.println(data.name() + " from " + data.source() + "\n\n" + found.table());
      found.figures().forEach(figure -> System.out.println(out.resolve(figure)));
    }
  }
}
