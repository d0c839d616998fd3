package normsweep.data;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Reads gzip-compressed tar archives that may be hostile or damaged. Nothing is extracted: each
 * regular file is handed to a visitor as a name and a stream. An archive that holds a link, a
 * device, an absolute name, a {@code ..}, or more than its limits allow is refused as a whole, and
 * so is one whose end, or whose gzip checksum, is missing or wrong.
 */
public final class TarGz {
  private static final int MAX_ENTRIES = 10_000;

  private final Path archive;
  private final long maxEntryBytes;
  private final long maxTotalBytes;

  private TarGz(Path archive, long maxEntryBytes, long maxTotalBytes) {
    this.archive = archive;
    this.maxEntryBytes = maxEntryBytes;
    this.maxTotalBytes = maxTotalBytes;
  }

  /** Takes one regular file of an archive. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes a file; what it leaves unread is skipped.
     *
     * @param name slash-separated, relative, without {@code .} or {@code ..}
     * @param size number of bytes {@code content} gives, within the limit
     */
    void visit(String name, long size, InputStream content) throws IOException;
  }

  /**
   * Visits every regular file of {@code archive} in its order.
   *
   * @param maxEntryBytes limit for one file, unpacked
   * @param maxTotalBytes limit for the whole archive, unpacked
   * @throws NormSweepException unavailable, naming the archive, if it is damaged, hostile or no
   *     archive; what the visitor throws passes unchanged unless it is an {@link IOException} from
   *     reading the archive
   */
  public static void read(Path archive, long maxEntryBytes, long maxTotalBytes, Visitor visitor) {
    new TarGz(archive, maxEntryBytes, maxTotalBytes).read(visitor);
  }

  private void read(Visitor visitor) {
    try (InputStream file = Files.newInputStream(archive);
        InputStream unpacked =
            new Guarded(new GZIPInputStream(new BufferedInputStream(file), 1 << 16));
        TarArchiveInputStream tar = new TarArchiveInputStream(unpacked)) {
      int entries = 0;
      for (TarArchiveEntry e = next(tar); e != null; e = next(tar)) {
        if (++entries > MAX_ENTRIES) {
          throw refused("it holds more than " + MAX_ENTRIES + " entries");
        }
        visit(e, tar, visitor);
      }
      if (entries == 0) {
        throw refused("it holds no files");
      }
      // The gzip checksum stands at the very end, behind tar's own padding.
      unpacked.transferTo(OutputStream.nullOutputStream());
    } catch (Damaged e) {
      throw refused(e.getMessage());
    } catch (IOException e) {
      throw refused(Reason.of(e));
    }
  }

  private static TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
    try {
      return tar.getNextEntry();
    } catch (IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
      // Malformed headers surface as these in places.
      throw new Damaged("bad tar header: " + Reason.of(e));
    }
  }

  private void visit(TarArchiveEntry entry, TarArchiveInputStream tar, Visitor visitor)
      throws IOException {
    String name = entry.getName();
    checkName(name);
    if (entry.isDirectory()) {
      return;
    }
    if (!isRegularFile(entry)) {
      throw refused("its entry '" + name + "' is a link or not a regular file");
    }
    if (entry.getSize() < 0 || entry.getSize() > maxEntryBytes) {
      throw refused(
          "its entry '"
              + name
              + "' has "
              + entry.getSize()
              + " bytes, more than the "
              + maxEntryBytes
              + " allowed");
    }
    visitor.visit(name.startsWith("./") ? name.substring(2) : name, entry.getSize(), tar);
  }

  // The entry's own isFile() takes devices and pipes for files.
  private static boolean isRegularFile(TarArchiveEntry entry) {
    byte type = entry.getLinkFlag();
    return (type == TarConstants.LF_NORMAL || type == TarConstants.LF_OLDNORM) && !entry.isSparse();
  }

  private void checkName(String name) {
    boolean leaves =
        name.isEmpty()
            || name.startsWith("/")
            || name.indexOf('\\') >= 0
            || name.indexOf('\0') >= 0
            || name.matches("(?s)[A-Za-z]:.*")
            || Arrays.asList(name.split("/", -1)).contains("..");
    if (leaves) {
      throw refused("its entry '" + name + "' would leave the folder it is unpacked to");
    }
  }

  private NormSweepException refused(String why) {
    return NormSweepException.unavailable(
        archive + " is not an intact archive: " + why + "; delete it or put a good copy in place");
  }

  /** A defect of the archive, as opposed to one of the disk. */
  private static final class Damaged extends IOException {
    private static final long serialVersionUID = 1L;

    Damaged(String message) {
      super(message);
    }
  }

  /** Stops a decompression bomb. */
  private final class Guarded extends FilterInputStream {
    private long left = maxTotalBytes;

    Guarded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = super.read(buffer, offset, length);
      count(Math.max(n, 0));
      return n;
    }

    @Override
    public long skip(long n) throws IOException {
      long skipped = super.skip(n);
      count(skipped);
      return skipped;
    }

    private void count(long n) throws IOException {
      left -= n;
      if (left < 0) {
        throw new Damaged("it unpacks to more than " + maxTotalBytes + " bytes");
      }
    }
  }
}
