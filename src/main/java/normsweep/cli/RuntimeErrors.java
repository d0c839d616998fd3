package normsweep.cli;

import normsweep.record.ExitCode;
import normsweep.record.NormSweepException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** One sentence for an error; the stack trace only where it was asked for. */
final class RuntimeErrors implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    NormSweepException known = find(e);
    if (known != null) {
      command.getErr().println(command.getColorScheme().errorText(known.getMessage()));
    } else {
      command
          .getErr()
          .println(
              command
                  .getColorScheme()
                  .errorText("Unexpected error: " + e + "; run again with --verbose for details."));
    }
    if (NativeStart.verbose(result)) {
      e.printStackTrace(command.getErr());
    }
    return known == null ? ExitCode.FAILED.status() : known.exitCode().status();
  }

  private static NormSweepException find(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof NormSweepException known) {
        return known;
      }
    }
    return null;
  }
}
