package normsweep.backbone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;

/** A file with the weights of a MobileNetV2 in one of the formats that are read. */
public sealed interface WeightsFile permits KerasWeightsFile, OnnxWeightsFile {
  /** No MobileNetV2 file, not even a whole model with optimiser state in double, is as large. */
  long MAX_BYTES = 256L << 20;

  /**
   * How messages speak of a file.
   *
   * @param subject what is refused, as the beginning of a sentence
   * @param remedy what the user can do, as the end of it
   */
  record Origin(String subject, String remedy) {
    /** A file the user has named. */
    public static Origin given(Path file) {
      return new Origin(
          "The weights file " + file,
          "give a MobileNetV2 1.0 224 as HDF5 of Keras Applications or as ONNX, or leave --weights"
              + " out");
    }

    /** A file in the weights folder. */
    static Origin cached(Path file) {
      return new Origin("The weights file " + file, "delete it, or put a whole copy in its place");
    }

    /** A file that an address has sent. */
    static Origin fetched(String address) {
      return new Origin(address + ": the file it gave", "a proxy may stand in between");
    }

    /**
     * The error for a file that is refused.
     *
     * @param fault what is wrong with it, as the predicate of the sentence
     * @param cause what was thrown, or null
     */
    NormSweepException refusal(String fault, Throwable cause) {
      return NormSweepException.unavailable(subject + " " + fault + "; " + remedy + ".", cause);
    }
  }

  /** Digest of the bytes that {@link #tensors} reads, lower-case hexadecimal. */
  String sha256();

  /** Format and exporter as a user reads them. */
  String format();

  /**
   * Every tensor of the backbone, and how its network computes around them.
   *
   * @throws NormSweepException if one is missing, has another shape or holds impossible values, or
   *     if the file is damaged (exit code 3)
   */
  WeightTensors tensors();

  /**
   * Reads a file into memory.
   *
   * @throws NormSweepException if it cannot be read, is in neither format or is cut short (exit
   *     code 3)
   */
  static WeightsFile open(Path file, Origin origin) {
    if (!Files.exists(file)) {
      throw NormSweepException.unavailable("The weights file " + file + " does not exist.");
    }
    if (!Files.isRegularFile(file)) {
      throw NormSweepException.unavailable(
          "The weights must be a file, but " + file + " is a folder or a device.");
    }
    byte[] bytes;
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw origin.refusal(
            "is " + (size >> 20) + " MiB long; MobileNetV2 without its top takes 9 MiB", null);
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw NormSweepException.unavailable(
          "The weights file " + file + " cannot be read: " + Reason.of(e) + ".", e);
    }
    boolean named = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
    boolean onnx = !HdfEnvelope.claims(bytes) && (named || OnnxWeightsFile.claims(bytes));
    return onnx ? OnnxWeightsFile.of(origin, bytes) : KerasWeightsFile.of(origin, bytes);
  }
}
