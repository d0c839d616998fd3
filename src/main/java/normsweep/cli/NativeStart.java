package normsweep.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Prepares the process before a command runs: the native libraries read their settings at load. */
final class NativeStart implements IExecutionStrategy {
  private final RunLast next = new RunLast();

  @Override
  public int execute(ParseResult result) throws ExecutionException {
    boolean helpOnly = CommandLine.printHelpIfRequested(result);
    if (helpOnly) {
      return 0;
    }
    UnsafeNotice.markAsPrinted();
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
