package normsweep.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.io.function.IOBiConsumer;

/**
 * Reads gzip-compressed tar archives whose checksum has been found right: it has no defence against
 * hostile or damaged ones. Nothing is extracted.
 */
public final class TarGz {
  private TarGz() {}

  /**
   * Visits every file of {@code archive} in its order.
   *
   * @param archive a file whose bytes are known to be the published ones
   * @param visitor takes a file's name and content; what it leaves unread is skipped. Its {@link
   *     IOException} means that the archive cannot be read.
   * @throws NormSweepException unavailable, naming the archive, if it cannot be read
   */
  public static void read(Path archive, IOBiConsumer<String, InputStream> visitor) {
    try (InputStream file = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file, 1 << 16))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        if (e.isFile()) {
          visitor.accept(e.getName(), tar);
        }
      }
    } catch (IOException e) {
      throw NormSweepException.unavailable(
          archive
              + " is not an intact archive: "
              + Reason.of(e)
              + "; delete it or put a good copy in place",
          e);
    }
  }
}
