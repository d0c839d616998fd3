package normsweep.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.PrintStream;
import java.util.Locale;
import normsweep.base.ExitCode;
import normsweep.cli.terminal.Screen;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code java -jar normsweep.jar COMMAND}. */
@Command(
    name = "normsweep",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description =
        "Fine-tunes MobileNetV2 on CIFAR-10 once per combination of normalisation and gradient"
            + " clipping, and shows the effect of each.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      CompareCommand.class,
      ReproduceCommand.class,
      ExploreCommand.class,
      CheckCommand.class,
      UiCommand.class,
      LandscapeCommand.class,
      ReportCommand.class,
      ExportCommand.class,
      InspectCommand.class,
      PredictCommand.class,
      WeightsCommand.class,
      BenchCommand.class,
      GenerateCompletion.class
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 failed while running, 2 invalid usage or config,",
      "3 data, weights or GPU unavailable, 130 stopped by Ctrl-C.",
      "Start with: java -jar target/normsweep.jar run sweeps/quick.yaml"
    })
public final class Main {
  private Main() {}

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show log messages of the libraries and stack traces of errors.")
  void verbose(boolean verbose) {
    if (verbose) {
      setLevel(org.slf4j.Logger.ROOT_LOGGER_NAME, Level.INFO);
    }
  }

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Print results, warnings and errors only, no progress.")
  void quiet(boolean wanted) {
    quiet = wanted;
    if (wanted) {
      setLevel("normsweep", Level.WARN);
    }
  }

  /** Under spark-submit, Spark's own logging is there first and keeps its levels. */
  private static void setLevel(String name, Level level) {
    if (LoggerFactory.getLogger(name) instanceof Logger logger) {
      logger.setLevel(level);
    }
  }

  private boolean quiet;

  private Screen screen;

  /** The screen of this run of the program. */
  Screen openScreen(PrintStream out, PrintStream err) {
    screen = new Screen(out, err, quiet);
    return screen;
  }

  Screen screen() {
    return screen;
  }

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    // Set first, for the libraries: with Persian digits or the Turkish i, charts, documents and
    // layer names would depend on the machine. This program's own code always names its locale.
    Locale.setDefault(Locale.ENGLISH);
    System.exit(execute(args));
  }

  /** Runs one command in this process. */
  static int execute(String... args) {
    return commandLine().execute(args);
  }

  /** The commands, ready to be executed. */
  static CommandLine commandLine() {
    CommandLine program = new CommandLine(new Main());
    program
        .getSubcommands()
        .get("generate-completion")
        .getCommandSpec()
        .usageMessage()
        .footer(
            "",
            "Example: alias normsweep='java -jar target/normsweep.jar'",
            "  source <(normsweep generate-completion)");
    return program
        .setColorScheme(Help.defaultColorScheme(colours() ? Ansi.ON : Ansi.OFF))
        .setExecutionStrategy(new NativeStart())
        .setParameterExceptionHandler((e, words) -> reportUsage(e))
        .setExecutionExceptionHandler(new RuntimeErrors());
  }

  // Picocli looks at standard output and at NO_COLOR; errors go to standard error.
  private static boolean colours() {
    return Ansi.AUTO.enabled() && Screen.onTerminal();
  }

  /** Says what is wrong with a command line, and where to find help. */
  private static int reportUsage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    command.getErr().println(command.getColorScheme().errorText(e.getMessage()));
    if (!UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
      command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    return ExitCode.USAGE.status();
  }

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"normsweep " + (version == null ? "(not packaged)" : version)};
    }
  }
}
