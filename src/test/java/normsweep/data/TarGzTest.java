package normsweep.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarGzTest {
  private static final long LIMIT = 100_000;

  @TempDir Path folder;
  private Path archive;

  @BeforeEach
  void name() {
    archive = folder.resolve("archive.tgz");
  }

  @Test
  void givesEveryFileInItsOrder() throws IOException {
    Map<String, byte[]> files = sampleFiles();
    Files.write(archive, Archives.tarGz(files));
    Map<String, byte[]> read = read();
    assertEquals(List.copyOf(files.keySet()), List.copyOf(read.keySet()));
    files.forEach((name, bytes) -> assertArrayEquals(bytes, read.get(name), name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "a/../../evil",
        "/etc/evil",
        "a/..",
        "..",
        "C:/evil",
        "c:evil",
        "a\\..\\evil"
      })
  void aNameThatLeavesTheFolderRefusesTheArchive(String name) throws IOException {
    Files.write(
        archive,
        Archives.tarGz(
            tar -> {
              Archives.addFile(tar, "good", new byte[] {1});
              TarArchiveEntry entry = new TarArchiveEntry("x", true);
              entry.setName(name);
              // TarArchiveEntry tidies names; the PAX header carries it as it is.
              entry.addPaxHeader("path", name);
              entry.setSize(0);
              tar.putArchiveEntry(entry);
              tar.closeArchiveEntry();
            }));
    assertRefused("leave the folder");
  }

  @Test
  void linksAndDevicesRefuseTheArchive() throws IOException {
    for (byte type :
        new byte[] {
          TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_CHR, TarConstants.LF_FIFO
        }) {
      Files.write(
          archive, Archives.tarGz(tar -> Archives.addLink(tar, "link", type, "/etc/passwd")));
      assertRefused("'link'");
    }
  }

  @Test
  void oneLargeFileAndManySmallOnesMeetTheirLimits() throws IOException {
    Files.write(archive, Archives.tarGz(Map.of("large", new byte[(int) LIMIT + 1])));
    assertRefused("'large'");
    Files.write(
        archive,
        Archives.tarGz(
            tar -> {
              for (int i = 0; i < 5; i++) {
                Archives.addFile(tar, "file" + i, new byte[(int) LIMIT]);
              }
            }));
    assertRefused("unpacks to more than");
  }

  @Test
  void anArchiveWithoutFilesIsRefused() throws IOException {
    Files.write(archive, Archives.tarGz(Map.of()));
    assertRefused("no files");
  }

  @Test
  void aMissingArchiveIsRefused() {
    assertRefused("archive.tgz");
  }

  @Test
  void aVisitorsOwnFailurePassesUnchanged() throws IOException {
    Files.write(archive, Archives.tarGz(Map.of("a", new byte[10])));
    UncheckedIOException full = new UncheckedIOException(new IOException("disk full"));
    UncheckedIOException seen =
        assertThrows(
            UncheckedIOException.class,
            () ->
                TarGz.read(
                    archive,
                    LIMIT,
                    LIMIT,
                    (name, size, content) -> {
                      throw full;
                    }));
    assertEquals(full, seen);
  }

  private Map<String, byte[]> read() {
    return read(archive);
  }

  static Map<String, byte[]> read(Path archive) {
    Map<String, byte[]> read = new LinkedHashMap<>();
    TarGz.read(
        archive,
        LIMIT,
        4 * LIMIT,
        (name, size, content) -> {
          byte[] bytes = content.readAllBytes();
          assertEquals(size, bytes.length);
          read.put(name, bytes);
        });
    return read;
  }

  private void assertRefused(String word) {
    NormSweepException e = assertThrows(NormSweepException.class, this::read);
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    assertTrue(e.getMessage().contains("archive.tgz"), e.getMessage());
    assertTrue(e.getMessage().contains(word), e.getMessage());
  }

  static Map<String, byte[]> sampleFiles() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("package/a.txt", "some text".getBytes(UTF_8));
    byte[] noise = new byte[5000];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (byte) random.nextInt();
    }
    files.put("package/noise.bin", noise);
    files.put("package/" + "deep/".repeat(40) + "long-name", new byte[] {1, 2, 3});
    files.put("package/empty", new byte[0]);
    return files;
  }
}
