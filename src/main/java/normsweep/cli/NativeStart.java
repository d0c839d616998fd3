package normsweep.cli;

import java.io.PrintStream;
import java.util.Map;
import normsweep.base.NativeRuntime;
import normsweep.base.Progress;
import normsweep.base.UnsafeNotice;
import normsweep.cli.terminal.Screen;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Prepares the process before a command runs, because native libraries read their settings when
 * they load.
 */
final class NativeStart implements IExecutionStrategy {
  private final RunLast next = new RunLast();

  @Override
  public int execute(ParseResult result) throws ExecutionException {
    if (CommandLine.printHelpIfRequested(result)) {
      return 0;
    }
    boolean verbose = verbose(result);
    Main program = (Main) result.commandSpec().root().userObject();
    PrintStream out = System.out;
    PrintStream err = System.err;
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) -> RuntimeErrors.print(error, result.commandSpec().commandLine(), verbose));
    try (Screen screen = program.openScreen(out, err)) {
      System.setOut(screen.out());
      System.setErr(screen.err());
      Progress.showOn(screen);
      UnsafeNotice.markAsPrinted();
      HomeFolder.settle();
      Map<String, String> set = NativeRuntime.configure();
      if (verbose) {
        set.forEach((name, value) -> System.err.println(name + "=" + value));
      }
      return next.execute(result);
    } catch (ExecutionException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      // By default, picocli would pass errors on with their stack trace.
      throw new ExecutionException(result.commandSpec().commandLine(), "the command failed", e);
    } finally {
      Progress.showOn(Progress.Display.NONE);
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** Whether any command on the line was given the verbose flag. */
  static boolean verbose(ParseResult result) {
    return result.hasMatchedOption("--verbose")
        || (result.hasSubcommand() && verbose(result.subcommand()));
  }
}
