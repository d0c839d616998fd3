package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import normsweep.data.Caches;
import normsweep.record.SweepFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sweeps on disks that fill up or cannot be written: the program says so and ends with 1, what was
 * whole stays whole, and with room again the same command ends as an undisturbed sweep.
 *
 * <p>The disk is a file system in memory, mounted in a name space of the test's own; where that is
 * not allowed, a limit on the size of files takes its place.
 */
class FullDiskIT {
  private static final int MINUTES = 10;
  // Arguments: what to do to the disk at first, what afterwards, and the command.
  private static final String SCRIPT =
      """
      set -u
      first=$1; then=$2; shift 2
      mkdir disk
      mount -t tmpfs -o size=900m none disk 2>/dev/null || first=limit
      case $first in
        limit) (ulimit -f 8000; exec "$@") > first.txt 2>&1 ;;
        *) mount -o remount,$first disk; "$@" > first.txt 2>&1 ;;
      esac
      echo $? > first.rc
      cp -a disk first
      test $first = limit || mount -o remount,$then disk
      "$@" > second.txt 2>&1
      echo $? > second.rc
      cp -a disk second
      """;

  @TempDir static Path folder;
  private static SweepFolder undisturbed;

  @BeforeAll
  static void runUndisturbed() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("tiny.yaml"),
        """
        data: {train: 64, validation: 20, test: 20, views: 1}
        training: {epochs: 4, batchSize: 16}
        grid: {norm: [layer-norm], clip: [1.0]}
        """);
    JarProcess.Ended ended = JarProcess.run(folder, "run", "tiny.yaml", "--out", "undisturbed/out");
    assertEquals(0, ended.exitCode(), ended.output());
    undisturbed = new SweepFolder(folder.resolve("undisturbed").resolve("out"));
  }

  /** A disk of so many KiB: too small for the first files, the first, second, third checkpoint. */
  @ParameterizedTest
  @ValueSource(ints = {64, 8_000, 20_000, 30_000})
  void resumesAfterFullDisk(int kibibytes) throws IOException, InterruptedException {
    Path place = run("full-" + kibibytes, "size=" + kibibytes + "k", "size=900m", List.of());
    assertRefused(place, "No space left on device", "File too large");
    assertGoesOn(place);
  }

  @Test
  void resumesAfterReadOnlyDisk() throws IOException, InterruptedException {
    Path place = run("read-only", "ro", "rw", List.of());
    assertRefused(place, "Read-only file system", "File too large");
    assertGoesOn(place);
  }

  @Test
  void resumesAfterFullCacheDisk() throws IOException, InterruptedException {
    Path images = Caches.root().resolve("cifar-10").resolve("cifar-10.bin");
    Path place =
        run("cache", "size=90000k", "size=900m", List.of("-Dnormsweep.cache=disk/cache"), images);
    assertRefused(place, "No space left on device", "File too large", "free");
    assertGoesOn(place);
  }

  private static Path run(String name, String first, String then, List<String> jvm, Path... images)
      throws IOException, InterruptedException {
    Path place = Files.createDirectories(folder.resolve(name));
    Files.writeString(place.resolve("disk.sh"), SCRIPT);
    List<String> command = new ArrayList<>();
    if (mayMount()) {
      command.addAll(List.of("unshare", "--map-root-user", "--mount"));
    }
    command.addAll(List.of("sh", "disk.sh", first, then));
    command.addAll(
        JarProcess.command(
            jvm, "run", folder.resolve("tiny.yaml").toString(), "--out", "disk/out"));
    for (Path file : images) {
      command.addAll(List.of("--data", file.toString()));
    }
    Process process =
        new ProcessBuilder(command)
            .directory(place.toFile())
            .redirectErrorStream(true)
            .redirectOutput(place.resolve("script.txt").toFile())
            .start();
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("still running after " + MINUTES + " minutes");
    }
    assertEquals(0, process.exitValue(), Files.readString(place.resolve("script.txt")));
    return place;
  }

  private static boolean mayMount() throws InterruptedException {
    try {
      return new ProcessBuilder("unshare", "--map-root-user", "--mount", "true").start().waitFor()
          == 0;
    } catch (IOException e) {
      return false; // no such program on this system
    }
  }

  private static void assertRefused(Path place, String... reasons) throws IOException {
    String output = Files.readString(place.resolve("first.txt"));
    assertEquals("1", Files.readString(place.resolve("first.rc")).strip(), output);
    String last = output.strip().substring(output.strip().lastIndexOf('\n') + 1);
    assertTrue(Stream.of(reasons).anyMatch(last::contains), output);
    assertFalse(output.contains("\tat "), output);
    assertFalse(output.contains("Unexpected error"), output);
    try (Stream<Path> left = Files.walk(place.resolve("first"))) {
      assertEquals(List.of(), left.filter(file -> file.toString().endsWith(".part")).toList());
    }
  }

  private static void assertGoesOn(Path place) throws IOException {
    String output = Files.readString(place.resolve("second.txt"));
    assertEquals("0", Files.readString(place.resolve("second.rc")).strip(), output);
    assertFalse(output.contains("is damaged"), output);
    SameSweep.assertSame(undisturbed, new SweepFolder(place.resolve("second").resolve("out")));
  }
}
