package normsweep.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.base.ExitCode;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Prints one sentence per error, and the stack trace only on request. */
final class RuntimeErrors implements IExecutionExceptionHandler {
  private static final String NO_BACKEND =
      "org.nd4j.linalg.factory.Nd4jBackend$NoAvailableBackendException";

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    print(e, command, NativeStart.verbose(result));
    return known(e).map(NormSweepException::exitCode).orElse(ExitCode.FAILED).status();
  }

  /** Reports an error, which may also be that of a thread that nobody waits for. */
  static void print(Throwable e, CommandLine command, boolean verbose) {
    PrintWriter err = command.getErr();
    err.println(command.getColorScheme().errorText(sentence(e)));
    if (verbose) {
      e.printStackTrace(err);
    }
  }

  /** What happened, and what to do about it. */
  private static String sentence(Throwable e) {
    return known(e)
        .map(NormSweepException::getMessage)
        .or(() -> causes(e).flatMap(cause -> ofMachine(cause).stream()).findFirst())
        .orElseGet(
            () ->
                "Unexpected error: "
                    + (e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e)
                    + "; run the command with --verbose for details.");
  }

  /** For an error of the machine rather than the program: memory, threads, libraries, files. */
  private static Optional<String> ofMachine(Throwable e) {
    String message = MessageText.of(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    if (e instanceof OutOfMemoryError) {
      return Optional.of(
          message.contains("native thread")
              ? "The system cannot start another thread ("
                  + message
                  + "); raise the limit (ulimit -u)."
              : "Out of memory ("
                  + message
                  + "); give Java more (java -Xmx4g -jar …), close other programs, or choose a"
                  + " smaller training.batchSize.");
    }
    if (e instanceof UnsatisfiedLinkError || e.getClass().getName().equals(NO_BACKEND)) {
      return Optional.of(
          message.contains("cannot open shared object file")
              ? "A system library is missing ("
                  + message
                  + "); install the package that provides it."
              : "A native library cannot be unpacked or loaded ("
                  + message
                  + "); it needs 1 GB and permission to write and execute in a folder, which can be"
                  + " chosen with java -Dorg.bytedeco.javacpp.cachedir=DIR -Djava.io.tmpdir=DIR"
                  + " -Djna.tmpdir=DIR -jar ….");
    }
    if (e instanceof NoClassDefFoundError && e.getCause() instanceof ClassNotFoundException) {
      return Optional.of(
          "A library is missing (no class "
              + message.replace('/', '.')
              + "); keep the folder lib beside normsweep.jar, or build both again.");
    }
    return e instanceof IOException
        ? Optional.of("A file cannot be used: " + Reason.of(e) + ".")
        : Optional.empty();
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
