package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program on machines that lack something, or give less than they have. */
class MachinesIT {
  private static final List<String> NO_PASSWD_ENTRY = List.of("-Duser.home=?");

  private static final String ASK_FOR_PASSWORD =
      """
      HTTP/1.1 407 Proxy Authentication Required\r
      Proxy-Authenticate: Basic realm="test"\r
      Content-Length: 0\r
      Connection: close\r
      \r
      """;

  @TempDir Path folder;

  @Test
  void keepsLibraryFilesInHome() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    JarProcess.Ended ended =
        run(Map.of("HOME", home.toString()), NO_PASSWD_ENTRY, "inspect", "missing.zip");
    assertEquals(3, ended.exitCode(), ended.output());
    assertFalse(Files.exists(folder.resolve("?")));
    assertTrue(Files.isDirectory(home.resolve(".cache")), ended.output());
  }

  @Test
  void namesCacheFolderWithoutHome() throws Exception {
    assertSentence(
        1, run(Map.of("HOME", ""), NO_PASSWD_ENTRY, "inspect", "missing.zip"), "NORMSWEEP_CACHE");
    assertFalse(Files.exists(folder.resolve("?")));
  }

  @Test
  void saysThatHeapIsTooSmall() throws Exception {
    JarProcess.Ended ended = run(Map.of(), List.of("-Xmx40m"), "check");
    assertEquals(1, ended.exitCode(), ended.output());
    assertTrue(ended.output().contains("Out of memory ("), ended.output());
    assertFalse(ended.output().contains("\tat "), ended.output());
  }

  @Test
  void saysWhyLibraryCannotBeUnpacked() throws Exception {
    List<String> nowhere = List.of("-Djna.nosys=true", "-Djna.tmpdir=/proc/self/nowhere");
    assertSentence(1, run(Map.of(), nowhere, "inspect", "missing.zip"), "-Djna.tmpdir=DIR");
  }

  @Test
  void numberOfThreadsBoundsEveryPool() throws Exception {
    List<String> four = List.of("-XX:ActiveProcessorCount=4");
    JarProcess.Ended ended =
        run(Map.of("OMP_NUM_THREADS", "1"), four, "inspect", "missing.zip", "--verbose");
    for (String bound :
        List.of(
            "OMP_NUM_THREADS=1",
            "OPENBLAS_NUM_THREADS=1",
            "SD_MAX_THREADS=1",
            "SD_MASTER_THREADS=1",
            "ForkJoinPool.common.parallelism=0")) {
      assertTrue(ended.output().contains(bound), ended.output());
    }
    assertSentence(
        2, run(Map.of("OMP_NUM_THREADS", "all"), four, "inspect", "x.zip"), "OMP_NUM_THREADS");
  }

  @Test
  void downloadsThroughProxyOfEnvironment() throws Exception {
    CompletableFuture<String> asked = new CompletableFuture<>();
    try (ServerSocket proxy = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> tunnel(proxy, asked));
      server.setDaemon(true);
      server.start();
      Map<String, String> environment =
          Map.of(
              "HTTPS_PROXY",
              "http://me:p%40ss@127.0.0.1:" + proxy.getLocalPort(),
              "NORMSWEEP_CACHE",
              folder.resolve("cache").toString(),
              "PATH",
              folder.toString()); // no npm there
      JarProcess.Ended ended = run(environment, List.of(), "explore");
      assertEquals(3, ended.exitCode(), ended.output());
      String request = asked.get(1, TimeUnit.MINUTES);
      assertTrue(request.startsWith("CONNECT www.cs.toronto.edu:443 "), request);
      byte[] login = "me:p@ss".getBytes(StandardCharsets.US_ASCII);
      String basic = "Basic " + Base64.getEncoder().encodeToString(login);
      assertTrue(request.contains(basic), request);
      assertTrue(request.toLowerCase(Locale.ROOT).contains("proxy-authorization: basic"), request);
    }
  }

  // Asks for a password, notes the request that brings one, and hangs up.
  private static void tunnel(ServerSocket proxy, CompletableFuture<String> asked) {
    try {
      while (!asked.isDone()) {
        try (Socket socket = proxy.accept()) {
          StringBuilder request = new StringBuilder();
          while (request.indexOf("\r\n\r\n") < 0) {
            request.append((char) socket.getInputStream().read());
          }
          if (request.indexOf(": Basic ") >= 0) {
            asked.complete(request.toString());
          } else {
            socket.getOutputStream().write(ASK_FOR_PASSWORD.getBytes(StandardCharsets.US_ASCII));
          }
        }
      }
    } catch (IOException e) {
      asked.completeExceptionally(e);
    }
  }

  private static void assertSentence(int exitCode, JarProcess.Ended ended, String words) {
    assertEquals(exitCode, ended.exitCode(), ended.output());
    assertTrue(ended.output().contains(words), ended.output());
    assertEquals(1, ended.output().strip().lines().count(), ended.output());
  }

  private JarProcess.Ended run(Map<String, String> environment, List<String> jvm, String... words)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(JarProcess.command(jvm, words))
            .directory(folder.toFile())
            .redirectErrorStream(true);
    List.of("NORMSWEEP_CACHE", "XDG_CACHE_HOME").forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new JarProcess.Ended(process.waitFor(), output);
  }
}
