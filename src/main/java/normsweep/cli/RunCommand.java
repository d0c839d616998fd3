package normsweep.cli;

import static java.util.stream.Collectors.joining;

import java.io.Console;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.cli.terminal.CtrlC;
import normsweep.device.Engine;
import normsweep.record.Settings;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.SweepYaml;
import normsweep.report.figure.Fonts;
import normsweep.sweep.SweepPlan;
import normsweep.sweep.SweepRunner;
import normsweep.sweep.TrialPool;
import normsweep.train.StoppedException;
import normsweep.ui.SweepUi;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code run}: a sweep from its YAML file; the same command resumes an interrupted sweep. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description =
        "Run a sweep, resume it where it stopped, or extend it: by more seeds, values of its axes"
            + " or candidates.",
    footer = {
      "",
      "Example: java -jar target/normsweep.jar run sweeps/quick.yaml \\",
      "  --set training.epochs=5 --out output/short"
    })
final class RunCommand implements Callable<Integer> {
  @Parameters(paramLabel = "SWEEP.yaml", description = "The sweep, such as sweeps/quick.yaml.")
  private Path sweep;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Override a setting, such as training.epochs=5; may be repeated. --help-config lists"
              + " all settings.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--help-config",
      help = true,
      description = "List every setting of a sweep file: meaning, default, allowed values.")
  private boolean helpConfig;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "The sweep's folder (default: output/NAME); with --master also an address such as"
              + " hdfs://HOST/PATH.")
  private String out;

  @Option(
      names = "--fresh",
      description =
          "Discard the results of any earlier run in the folder; asks on a terminal first.")
  private boolean fresh;

  @Option(
      names = "--yes",
      description = "Let --fresh delete without asking, as it must where there is no terminal.")
  private boolean yes;

  @Option(
      names = "--dry-run",
      description =
          "Print the trials, and estimates of time and disk space, with --master also of"
              + " executor-hours and network, and do nothing else.")
  private boolean dryRun;

  @Option(names = "--fail-fast", description = "Stop at the first trial that fails.")
  private boolean failFast;

  @Option(
      names = "--stock-layers",
      description = "Train with stock Deeplearning4j layers only, at one tenth of the speed.")
  private boolean stockLayers;

  @Option(names = "--ui", description = "Serve the training statistics while the sweep runs.")
  private boolean ui;

  @Option(
      names = "--tensorboard",
      description =
          "Write event files for TensorBoard to DIR/tensorboard after every epoch; training stays"
              + " the same.")
  private boolean tensorBoard;

  @Option(
      names = "--switch-device",
      description =
          "Resume a sweep that was begun on another device. Finished trials stay; results differ in"
              + " their last bits, and if the trunk moves, the unfinished trial starts again.")
  private boolean switchDevice;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Train on Apache Spark, several trials at once: local[N], spark://HOST:PORT, yarn or"
              + " k8s://https://HOST:PORT; needs the build with Spark (default: that of"
              + " spark-submit, or without Spark on this machine).")
  private String master = System.getProperty("spark.master"); // which spark-submit sets

  @ParentCommand private Main program;
  @Spec private CommandSpec spec;
  @Mixin private DeviceOption device;
  @Mixin private UiOptions uiOptions;
  @Mixin private SourceOptions sources;

  @Override
  public Integer call() {
    if (helpConfig) {
      System.out.println(Settings.text());
      return ExitCode.DONE.status();
    }
    SweepConfig written = SweepYaml.read(sweep, overrides);
    String place = out == null ? Path.of("output", written.name()).toString() : out;
    if (dryRun) {
      SweepFolder folder = new SweepFolder(Path.of(place));
      SweepConfig config = sources.resolved(written, Optional.empty());
      SweepPlan plan = SweepPlan.of(config, folder, options(device.planned()));
      System.out.print(DryRun.text(plan, config, Optional.ofNullable(master)));
      return ExitCode.DONE.status();
    }
    try (TrialPool.Place trains = open(place)) {
      SweepConfig config =
          sources.resolved(written, Optional.of(trains.folder().root().resolve("pictures.csv")));
      return device.compute(engine -> run(config, options(engine), trains)).status();
    }
  }

  private TrialPool.Place open(String place) {
    if (master != null) {
      return TrialPool.ClusterProvider.find(master, place);
    }
    if (SweepFolder.isElsewhere(place)) {
      throw NormSweepException.usage(
          "--out is " + place + ", which only a run on a cluster can write; add --master.");
    }
    return TrialPool.Place.here(new SweepFolder(Path.of(place)));
  }

  private SweepRunner.Options options(Engine engine) {
    return new SweepRunner.Options(
        sources.data(),
        sources.weights(),
        fresh,
        failFast,
        stockLayers ? engine.stock() : engine,
        switchDevice);
  }

  private ExitCode run(SweepConfig config, SweepRunner.Options options, TrialPool.Place place) {
    SweepFolder folder = place.folder();
    warnWithoutFonts();
    if (fresh && !yes) {
      SweepRunner.earlierRun(folder).ifPresent(found -> confirm(folder, found));
    }
    String resume = "resume with: " + againCommand();
    try (SweepUi server = ui ? uiOptions.start(folder) : null;
        CtrlC stop = new CtrlC(program.screen(), resume);
        SweepConsole console =
            new SweepConsole(config, folder, program.screen(), Optional.of(stop))) {
      if (server != null) {
        System.out.println("Training statistics at " + server.address());
      }
      console.showAs(place.address());
      if (tensorBoard) {
        console.writeEvents();
      }
      SweepResults results = SweepRunner.run(config, options, console, place);
      console.summary(results);
      return results.trials().stream()
              .allMatch(row -> row.completed() || row.pruned() || row.leftOut())
          ? ExitCode.DONE
          : ExitCode.FAILED;
    } catch (StoppedException e) {
      System.err.println("Saved " + e.getMessage() + "; " + resume);
      return ExitCode.INTERRUPTED;
    }
  }

  /** The command that goes on where this one stops. */
  private String againCommand() {
    String jar = System.getProperty("java.class.path");
    List<String> words =
        new ArrayList<>(
            jar.contains(File.pathSeparator) ? List.of("normsweep") : List.of("java", "-jar", jar));
    words.addAll(spec.root().commandLine().getParseResult().originalArgs());
    words.removeAll(List.of("--fresh", "--yes"));
    return words.stream()
        .map(
            word -> word.matches("[\\w./=:,+@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'")
        .collect(joining(" "));
  }

  /** Asks on a terminal; elsewhere nobody could answer. */
  @SuppressWarnings("SystemConsoleNull") // since JDK 22, a console without terminal reads its input
  private static void confirm(SweepFolder folder, String found) {
    String what = "--fresh deletes the earlier run in " + folder.root() + " (" + found + ")";
    Console console = System.console();
    if (console == null) {
      throw NormSweepException.usage(
          what + "; add --yes to confirm, or choose another folder with --out.");
    }
    String answer = console.readLine("%s. Delete it? [y/N] ", what);
    if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
      throw NormSweepException.usage("Nothing was deleted; choose another folder with --out.");
    }
  }

  // The sweep itself draws nothing, but users should not wait for hours before they learn of this.
  private static void warnWithoutFonts() {
    try {
      Fonts.check();
    } catch (NormSweepException e) {
      System.err.println(
          "Training can start, but `landscape` and `report` will fail: " + e.getMessage());
    }
  }
}
