package normsweep.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
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
   * @param visitor takes a file's name and content; what it leaves unread is skipped
   */
  public static void read(Path archive, IOBiConsumer<String, InputStream> visitor)
      throws IOException {
    try (InputStream file = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file, 1 << 16))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        if (e.isFile()) {
          visitor.accept(e.getName(), tar);
        }
      }
    }
  }
}
