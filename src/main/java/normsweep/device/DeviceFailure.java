package normsweep.device;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;

/** Recognises what libraries throw when a GPU fails them, by their messages. */
final class DeviceFailure {
  private static final Pattern MISSING_FILE =
      Pattern.compile(
          "([\\w.+-]+): cannot open shared object file|error 126 .*?([\\w.+-]+\\.dll)",
          Pattern.DOTALL);

  // ND4J's messages quote CUDA's error 2, cudaErrorMemoryAllocation.
  private static final List<String> NO_MEMORY =
      List.of(
          "out of memory",
          "Failed to allocate",
          "allocation failed",
          "CUDA_ERROR_OUT_OF_MEMORY",
          "CUDNN_STATUS_ALLOC_FAILED",
          "CUBLAS_STATUS_ALLOC_FAILED",
          "rror code [2]");

  private DeviceFailure() {}

  /**
   * An error in the user's words.
   *
   * @param device the GPU that {@code library} was using
   * @return empty if the error is not about the GPU
   */
  static Optional<NormSweepException> of(Throwable error, GpuLibrary library, Device device) {
    for (Throwable cause : causes(error).toList()) {
      String message = String.valueOf(cause.getMessage());
      Matcher file = MISSING_FILE.matcher(message);
      if (file.find()) {
        return Optional.of(
            library.without(file.group(1) != null ? file.group(1) : file.group(2), error));
      }
      if (NO_MEMORY.stream().anyMatch(message::contains)) {
        String where = message.contains("HOST memory") ? "This machine" : device.name();
        return Optional.of(library.outOfMemory(where, firstLine(message), error));
      }
    }
    return Optional.empty();
  }

  /** The first line of a message, short enough to quote. */
  static String firstLine(String message) {
    return MessageText.of(message.lines().findFirst().orElse(""));
  }

  static Stream<Throwable> causes(Throwable error) {
    return Stream.iterate(error, cause -> cause != null, Throwable::getCause);
  }
}
