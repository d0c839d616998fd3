package normsweep.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import normsweep.base.MessageText;
import normsweep.base.Reason;

/** Errors of the machine rather than the program: memory, threads, libraries, files. */
final class SystemErrors {
  private SystemErrors() {}

  /** What happened and what to do about it, judged from the error itself and not from its cause. */
  static Optional<String> sentence(Throwable e) {
    String message = MessageText.of(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    if (e instanceof OutOfMemoryError) {
      return Optional.of(
          message.contains("native thread")
              ? String.format(
                  Locale.ROOT,
                  "The system cannot start another thread (%s); raise the limit (ulimit -u).",
                  message)
              : String.format(
                  Locale.ROOT,
                  "Out of memory (%s); give Java more (java -Xmx4g -jar …), close other programs, or"
                      + " choose a smaller training.batchSize.",
                  message));
    }
    if (e instanceof UnsatisfiedLinkError || e.getClass().getName().equals(NO_BACKEND)) {
      return Optional.of(
          message.contains("cannot open shared object file")
              ? String.format(
                  Locale.ROOT,
                  "A system library is missing (%s); install the package that provides it.",
                  message)
              : String.format(
                  Locale.ROOT,
                  "A native library cannot be unpacked or loaded (%s); it needs 1 GB and permission to"
                      + " write and execute in a folder, which can be chosen with"
                      + " java -Dorg.bytedeco.javacpp.cachedir="
                      + "DIR -Djava.io.tmpdir=DIR -Djna.tmpdir=DIR -jar ….",
                  message));
    }
    if (e instanceof NoClassDefFoundError && e.getCause() instanceof ClassNotFoundException) {
      return Optional.of(
          String.format(
                  Locale.ROOT,
                  "A library is missing (no class %s); keep the folder lib beside normsweep.jar, or build",
                  message.replace('/', '.'))
              + " both again.");
    }
    return e instanceof IOException
        ? Optional.of("A file cannot be used: " + Reason.of(e) + ".")
        : Optional.empty();
  }

  private static final String NO_BACKEND =
      "org.nd4j.linalg.factory.Nd4jBackend$NoAvailableBackendException";
}
