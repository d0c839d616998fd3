package normsweep.base;

import java.util.Locale;

/**
 * An error a user can act on. Its message is one sentence that names the file or key, what was
 * found and what to do; the command line prints it without a stack trace and exits with {@link
 * #exitCode()}.
 */
public final class NormSweepException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  private NormSweepException(ExitCode exitCode, String message, Throwable cause) {
    // Messages quote names and keys from foreign files, which may contain line breaks and escape
    // sequences.
    super(MessageText.printable(message), cause);
    this.exitCode = exitCode;
  }

  /** Something failed while running: exit code 1. */
  public static NormSweepException failed(String message, Throwable cause) {
    return new NormSweepException(ExitCode.FAILED, message, cause);
  }

  /** Something failed while running: exit code 1. */
  public static NormSweepException failed(String message) {
    return failed(message, null);
  }

  /**
   * Something cannot be written: exit code 1.
   *
   * @param what the file or folder, or its content
   * @param cause the error from the system
   */
  public static NormSweepException unwritable(Object what, Throwable cause) {
    return failed(
        String.format(
            Locale.ROOT,
            "%s cannot be written: %s; %s, then run the same command again.",
            what,
            Reason.ofWriting(cause),
            Reason.remedy(cause)),
        cause);
  }

  /** The command line or a config is wrong: exit code 2. */
  public static NormSweepException usage(String message) {
    return new NormSweepException(ExitCode.USAGE, message, null);
  }

  /** Data, weights or a GPU are missing or damaged: exit code 3. */
  public static NormSweepException unavailable(String message, Throwable cause) {
    return new NormSweepException(ExitCode.UNAVAILABLE, message, cause);
  }

  /** Data or weights are missing or damaged: exit code 3. */
  public static NormSweepException unavailable(String message) {
    return unavailable(message, null);
  }

  /** Rethrows a machine error from the thread that it ended; it is not caused by bad input. */
  public static void rethrowError(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
  }

  /** The exit code that belongs to this error. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
