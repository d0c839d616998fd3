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

/**
 * Reads gzip-compressed tar archives whose checksum has been found right: it has no defence against
 * hostile ones. Nothing is extracted: each file is handed to a visitor as a name and a stream.
 */
public final class TarGz {
  private TarGz() {}

  /** Takes one file of an archive. */
  @FunctionalInterface
  public interface Visitor {
    /** Takes a file; what it leaves unread is skipped. */
    void visit(String name, InputStream content) throws IOException;
  }

  /**
   * Visits every file of {@code archive} in its order.
   *
   * @param archive a file whose bytes are known to be the published ones
   * @throws NormSweepException unavailable, naming the archive, if it is damaged or no archive;
   *     what the visitor throws passes unchanged unless it is an {@link IOException} from reading
   *     the archive
   */
  public static void read(Path archive, Visitor visitor) {
    try (InputStream file = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file, 1 << 16))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        if (e.isFile()) {
          visitor.visit(e.getName(), tar);
        }
      }
    } catch (IOException e) {
      throw NormSweepException.unavailable(
          archive
              + " is not an intact archive: "
              + Reason.of(e)
              + "; delete it or put a good copy in place");
    }
  }
}
