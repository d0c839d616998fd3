package normsweep.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Map;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Prepares the process before a command runs: log level, native libraries. */
final class QuietStart implements IExecutionStrategy {
  private final RunLast next = new RunLast();

  @Override
  public int execute(ParseResult result) throws ExecutionException {
    boolean helpOnly = CommandLine.printHelpIfRequested(result);
    if (helpOnly) {
      return 0;
    }
    if (verbose(result)) {
      ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
    }
    Map<String, String> set = NativeRuntime.configure();
    if (verbose(result)) {
      set.forEach((name, value) -> System.err.println(name + "=" + value));
    }
    return next.execute(result);
  }

  /** Whether any command on the line was given the verbose flag. */
  static boolean verbose(ParseResult result) {
    return result.hasMatchedOption("--verbose")
        || (result.hasSubcommand() && verbose(result.subcommand()));
  }
}
