package normsweep.fuzz;

import java.util.Optional;
import java.util.function.Supplier;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;

/**
 * The promise of whatever reads bytes from outside: a value, or one sentence that a terminal can
 * show. Every other throwable reaches the fuzzer, which reports it.
 */
public final class Answer {
  private static final int LONGEST_MESSAGE = 600;

  private Answer() {}

  /** The value; nothing if it was refused as promised, with {@code refusal} as the exit code. */
  public static <T> Optional<T> of(ExitCode refusal, Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (NormSweepException e) {
      String message = e.getMessage();
      if (e.exitCode() != refusal) {
        throw new AssertionError(e.exitCode() + " instead of " + refusal + ": " + message, e);
      }
      if (message.length() > LONGEST_MESSAGE
          || !message.endsWith(".")
          || message.chars().anyMatch(Character::isISOControl)) {
        throw new AssertionError("not one sentence: " + message, e);
      }
      return Optional.empty();
    }
  }
}
