package normsweep.spark;

import java.io.Serializable;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;

/**
 * What a task hands back, by which it is also told from a task that failed and is run again.
 *
 * @param key of the trial's commit record, or of a range of features; null if nothing was done
 * @param images images whose features were computed
 * @param seconds how long that took
 * @param error why the work cannot be done anywhere; null if it was done
 * @param exitCode the exit code of the error
 */
record Outcome(String key, int images, double seconds, String error, ExitCode exitCode)
    implements Serializable {
  static Outcome done(String key) {
    return new Outcome(key, 0, 0, null, null);
  }

  /** A trial that was not due any more. */
  static Outcome nothing() {
    return done(null);
  }

  static Outcome refused(NormSweepException e) {
    return new Outcome(null, 0, 0, e.getMessage(), e.exitCode());
  }

  /** The error as an exception of this process. */
  NormSweepException exception() {
    return switch (exitCode) {
      case USAGE -> NormSweepException.usage(error);
      case UNAVAILABLE -> NormSweepException.unavailable(error);
      default -> NormSweepException.failed(error);
    };
  }
}
