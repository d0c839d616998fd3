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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarGzTest {
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

  @Test
  void aDamagedArchiveIsRefused() throws IOException {
    byte[] whole = Archives.tarGz(sampleFiles());
    for (int length : new int[] {0, 5, 100, whole.length / 2, whole.length - 100}) {
      Files.write(archive, Arrays.copyOf(whole, length));
      assertRefused("end");
    }
    Files.writeString(archive, "<html>Please log in</html>");
    assertRefused("format");
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
                    (name, content) -> {
                      throw full;
                    }));
    assertEquals(full, seen);
  }

  private Map<String, byte[]> read() {
    Map<String, byte[]> read = new LinkedHashMap<>();
    TarGz.read(archive, (name, content) -> read.put(name, content.readAllBytes()));
    return read;
  }

  private void assertRefused(String word) {
    NormSweepException e = assertThrows(NormSweepException.class, this::read);
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    assertTrue(e.getMessage().contains("archive.tgz"), e.getMessage());
    assertTrue(e.getMessage().contains(word), e.getMessage());
  }

  private static Map<String, byte[]> sampleFiles() {
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
