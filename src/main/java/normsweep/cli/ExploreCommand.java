package normsweep.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import normsweep.data.Augmentation;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.data.Exploration;
import normsweep.data.Split;
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
    SweepConfig.Data config =
        (sweep == null
                ? SweepYaml.parse("explore", "explore", WHOLE, overrides)
                : SweepYaml.read(sweep, overrides))
            .data();
    try (Cifar10 data = Cifar10.open(source.data(), Caches.root())) {
      Split split =
          Split.stratified(
              data, config.train(), config.validation(), config.test(), config.splitSeed());
      Augmentation augmentation =
          Augmentation.of(config.padding(), config.flip(), config.splitSeed());
      Exploration found = SampleFigures.explore(data, split, augmentation, out);
      System.out.println("CIFAR-10 from " + data.source() + "\n\n" + found.table());
      found.figures().forEach(figure -> System.out.println(out.resolve(figure)));
    }
  }
}
