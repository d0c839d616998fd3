package normsweep.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs against a script in npm's place; the real one is met by {@link Cifar10IT}. */
class NpmPackageTest {
  private static final String PACKAGE = "some-package@1.0.0";

  /** SHA-512 of "abc". */
  private static final String INTEGRITY =
      "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslP"
          + "pUyknw==";

  private static final String PACK = " > \"${4#--pack-destination=}/some-package-1.0.0.tgz\"";

  @TempDir Path folder;
  private Path cache;

  @BeforeEach
  void name() {
    cache = folder.resolve("cache");
  }

  @Test
  void fetchesOnceAndAgainWhenDamaged() throws IOException {
    List<String> npm = npm("", "echo pack >> calls; printf abc" + PACK);
    Path archive = NpmPackage.fetch(PACKAGE, INTEGRITY, cache, npm);
    assertEquals("abc", Files.readString(archive));
    assertEquals(cache.resolve("some-package-1.0.0.tgz"), archive);
    NpmPackage.fetch(PACKAGE, INTEGRITY, cache, npm);
    assertEquals(1, Files.readAllLines(folder.resolve("calls")).size());
    Files.writeString(archive, "abd");
    NpmPackage.fetch(PACKAGE, INTEGRITY, cache, npm);
    assertEquals("abc", Files.readString(archive));
    assertEquals(2, Files.readAllLines(folder.resolve("calls")).size());
    assertEquals(List.of(archive), cached());
  }

  @Test
  void refusesOtherBytesThanPublished() throws IOException {
    assertRefused(npm("", "printf xyz" + PACK), "expected SHA-512 ddaf35");
  }

  @Test
  void passesNpmsOwnErrorOn() throws IOException {
    assertRefused(npm("", "echo 'npm error code E404' >&2; exit 1"), ": npm failed: code E404");
    assertRefused(npm("", "exit 0"), "no archive");
  }

  @Test
  void reportsAFullDiskAsFailure() throws IOException {
    List<String> npm = npm("", "echo 'npm error code ENOSPC' >&2; exit 1");
    NormSweepException e =
        assertThrows(
            NormSweepException.class, () -> NpmPackage.fetch(PACKAGE, INTEGRITY, cache, npm));
    assertEquals(ExitCode.FAILED, e.exitCode());
    assertTrue(e.getMessage().contains("no space"), e.getMessage());
    assertEquals(List.of(), cached());
  }

  @Test
  void saysThatNpmIsNotInstalled() throws IOException {
    assertRefused(
        List.of("no-such-program-as-this"),
        ": npm is not installed (install it, or give --data or --weights)");
  }

  @Test
  void saysWhyNpmCannotBeStarted() throws IOException {
    Path noProgram = Files.writeString(folder.resolve("npm"), "not executable");
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> NpmPackage.fetch(PACKAGE, INTEGRITY, cache, List.of(noProgram.toString())));
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    assertTrue(e.getMessage().contains(": npm cannot be started: "), e.getMessage());
    assertTrue(e.getMessage().contains("Permission denied"), e.getMessage());
  }

  /** The words of npm where a connection is refused. */
  @Test
  void namesAnUnreachableRegistryBeforePacking() throws IOException {
    String failing =
        """
        [ "$4 $5" = "--fetch-retries=0 --fetch-timeout=10000" ] || exit 9
        echo 'npm error code ECONNREFUSED'
        echo 'npm error FetchError: request to http://127.0.0.1:9/x failed'
        echo 'npm error     at ClientRequest.<anonymous> (index.js:130:14)'
        echo 'npm error If you are behind a proxy'
        exit 1
        """;
    assertRefused(
        npm(failing, "printf abc" + PACK),
        ": npm failed: code ECONNREFUSED; FetchError: request to http://127.0.0.1:9/x failed");
  }

  private void assertRefused(List<String> npm, String end) throws IOException {
    NormSweepException e =
        assertThrows(
            NormSweepException.class, () -> NpmPackage.fetch(PACKAGE, INTEGRITY, cache, npm));
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    assertTrue(e.getMessage().startsWith("npm package " + PACKAGE), e.getMessage());
    assertTrue(e.getMessage().contains(end), e.getMessage());
    assertEquals(List.of(), cached());
  }

  private List<Path> cached() throws IOException {
    try (Stream<Path> entries = Files.list(cache)) {
      return entries.toList();
    }
  }

  /** A script that does {@code onView} for {@code npm view} and {@code onPack} for {@code pack}. */
  private List<String> npm(String onView, String onPack) throws IOException {
    Path script = folder.resolve("npm.sh");
    String text =
        """
        cd %s
        if [ "$1 $2 $3" = "view some-package@1.0.0 name" ]; then
          %s
          exit 0
        fi
        [ "$1 $2 $3" = "pack some-package@1.0.0 --ignore-scripts" ] || exit 9
        %s
        """
            .formatted(folder, onView, onPack);
    Files.write(script, text.getBytes(UTF_8));
    return List.of("sh", script.toString());
  }
}
