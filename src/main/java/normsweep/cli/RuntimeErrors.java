package normsweep.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Prints one sentence per error, and the stack trace only on request. */
final class RuntimeErrors implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    PrintWriter err = command.getErr();
    err.println(command.getColorScheme().errorText(sentence(e)));
    if (NativeStart.verbose(result)) {
      e.printStackTrace(err);
    }
    return known(e).map(NormSweepException::exitCode).orElse(ExitCode.FAILED).status();
  }

  /** Reports the error that ended a thread that nobody waits for. */
  static void print(Throwable e, PrintStream err, boolean verbose) {
    err.println(sentence(e));
    if (verbose) {
      e.printStackTrace(err);
    }
  }

  /** What happened, and what to do about it. */
  static String sentence(Throwable e) {
    return known(e)
        .map(NormSweepException::getMessage)
        .or(() -> causes(e).map(SystemErrors::sentence).flatMap(Optional::stream).findFirst())
        .orElseGet(
            () ->
                "Unexpected error: "
                    + (e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e)
                    + "; run the command with --verbose for details.");
  }

  private static Optional<NormSweepException> known(Throwable e) {
    return causes(e)
        .filter(NormSweepException.class::isInstance)
        .map(NormSweepException.class::cast)
        .findFirst();
  }

  private static Stream<Throwable> causes(Throwable e) {
    return Stream.iterate(e, cause -> cause != null, Throwable::getCause);
  }
}
