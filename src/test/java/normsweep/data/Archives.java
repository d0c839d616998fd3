package normsweep.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Makes archives for tests, hostile ones too. */
final class Archives {
  private Archives() {}

  /** Adds entries to an archive. */
  @FunctionalInterface
  interface Content {
    void addTo(TarArchiveOutputStream tar) throws IOException;
  }

  static byte[] tarGz(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      content.addTo(tar);
    }
    return bytes.toByteArray();
  }

  static byte[] tarGz(Map<String, byte[]> files) throws IOException {
    return tarGz(
        tar -> {
          for (Map.Entry<String, byte[]> file : files.entrySet()) {
            addFile(tar, file.getKey(), file.getValue());
          }
        });
  }

  static void addFile(TarArchiveOutputStream tar, String name, byte[] bytes) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(bytes.length);
    entry.setModTime(0L);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  static void addLink(TarArchiveOutputStream tar, String name, byte type, String to)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, type);
    entry.setLinkName(to);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }
}
