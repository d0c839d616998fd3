package normsweep.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarGzTest {
  @Test
  void givesEveryFileInItsOrder(@TempDir Path folder) throws IOException {
    Map<String, byte[]> files = sampleFiles();
    Path archive = Files.write(folder.resolve("archive.tgz"), Archives.tarGz(files));
    Map<String, byte[]> read = new LinkedHashMap<>();
    TarGz.read(archive, (name, content) -> read.put(name, content.readAllBytes()));
    assertEquals(List.copyOf(files.keySet()), List.copyOf(read.keySet()));
    files.forEach((name, bytes) -> assertArrayEquals(bytes, read.get(name), name));
  }

  @Test
  void namesArchiveThatCannotBeRead(@TempDir Path folder) throws IOException {
    byte[] whole = Archives.tarGz(sampleFiles());
    Path cut = Files.write(folder.resolve("cut.tgz"), Arrays.copyOf(whole, whole.length / 2));
    for (Path archive : List.of(cut, folder.resolve("missing.tgz"))) {
      NormSweepException e =
          assertThrows(
              NormSweepException.class,
              () -> TarGz.read(archive, (name, content) -> content.readAllBytes()));
      assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
      assertTrue(
          e.getMessage().startsWith(archive + " is not an intact archive: "), e.getMessage());
    }
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
