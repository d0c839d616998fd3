package normsweep.data.picture;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import normsweep.base.Hashes;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import normsweep.data.Framing;
import normsweep.data.Framing.Cut;
import normsweep.data.Images;

/**
 * What reading a picture once has shown.
 *
 * @param path relative to the folder of all
 * @param size in bytes
 * @param modified when the file was last changed, in milliseconds since 1970
 * @param sha256 of the file; empty if it cannot be read
 * @param width in pixels, upright
 * @param height in pixels, upright
 * @param fault why it is no picture; empty for one
 */
@JsonPropertyOrder({"path", "size", "modified", "sha256", "width", "height", "fault"})
record PictureFacts(
    String path, long size, long modified, String sha256, int width, int height, String fault) {
  /** Takes what is missing for empty, as a CSV file is read. */
  PictureFacts {
    sha256 = Objects.requireNonNullElse(sha256, "");
    fault = Objects.requireNonNullElse(fault, "");
  }

  /** Reads and decodes a file; what is wrong with it becomes its fault. */
  static PictureFacts of(Path root, String path) {
    Path file = root.resolve(path);
    long size = 0;
    long modified = 0;
    try {
      size = Files.size(file);
      modified = Files.getLastModifiedTime(file).toMillis();
      String sha256 = Hashes.sha256(file);
      AtomicReference<Cut> whole = new AtomicReference<>();
      Framing framing =
          (width, height) -> {
            whole.set(new Cut(0, 0, width, height));
            return whole.get();
          };
      Images.read(file, framing, 1, Images.MAX_PIXELS);
      Cut found = whole.get();
      return new PictureFacts(path, size, modified, sha256, found.width(), found.height(), "");
    } catch (IOException e) {
      return new PictureFacts(path, size, modified, "", 0, 0, Reason.of(e));
    } catch (NormSweepException e) {
      String reason = e.getMessage().replace(file + " ", "").replaceFirst("; give an .*", "");
      return new PictureFacts(path, size, modified, "", 0, 0, reason);
    }
  }

  /** Whether a file is still the one that was read, by size and time. */
  boolean holds(Path file) {
    try {
      return size == Files.size(file) && modified == Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return false;
    }
  }
}
