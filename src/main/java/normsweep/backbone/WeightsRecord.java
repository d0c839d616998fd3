package normsweep.backbone;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import normsweep.base.NormSweepException;
import normsweep.record.Records;

/**
 * What is known about a weights file: a JSON file beside it. It is written after the weights, so
 * weights without one were never finished or came from somebody's hand.
 *
 * @param source where the bytes came from
 * @param sha256 digest the weights had when they were checked, lower-case hexadecimal
 * @param pretrainedOn the data they were trained on
 */
public record WeightsRecord(
    @JsonProperty("source") String source,
    @JsonProperty("sha256") String sha256,
    @JsonProperty("pretrainedOn") String pretrainedOn) {
  private static final long MAX_BYTES = 1 << 16;

  /** The record's file. */
  public static Path beside(Path weights) {
    return weights.resolveSibling(weights.getFileName() + ".json");
  }

  /** The record beside a weights file; nothing if there is none that can be believed. */
  static Optional<WeightsRecord> of(Path weights) {
    Path file = beside(weights);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
        return Optional.empty();
      }
      WeightsRecord record = Records.readJson(file, WeightsRecord.class);
      boolean whole =
          record.source() != null && record.sha256() != null && record.pretrainedOn() != null;
      return whole ? Optional.of(record) : Optional.empty();
    } catch (IOException | NormSweepException e) {
      return Optional.empty();
    }
  }

  /**
   * The record beside a file of the weights folder; nothing if there is none.
   *
   * @throws NormSweepException exit code 3 if there is one that cannot be read: without it, weights
   *     would pass for something placed by hand
   */
  static Optional<WeightsRecord> ofCached(Path weights) {
    Optional<WeightsRecord> record = of(weights);
    if (record.isEmpty() && Files.exists(beside(weights))) {
      throw NormSweepException.unavailable(
          "The record "
              + beside(weights)
              + " is damaged, so its weights cannot be told from others; delete it and "
              + weights.getFileName()
              + ", or put a whole copy in its place.");
    }
    return record;
  }

  /** Writes this record beside a weights file. */
  public void writeBeside(Path weights) throws IOException {
    Records.writeJson(beside(weights), this);
  }

  /** The weights it describes. */
  Weights weights(Path file, String format, BackboneForm form) {
    String name = file.getFileName().toString();
    return new Weights(
        name.replaceFirst("\\.(h5|hdf5|onnx)$", ""),
        source,
        file,
        sha256,
        pretrainedOn,
        format,
        form);
  }
}
