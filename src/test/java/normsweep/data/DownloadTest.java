package normsweep.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
  private static final byte[] CONTENT = "abc".getBytes(UTF_8);
  private static final Checksum SUM = Checksum.md5("900150983cd24fb0d6963f7d28e17f72");
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path folder;
  private final AtomicInteger asked = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/good", exchange -> answer(exchange, 200, CONTENT, CONTENT.length));
    server.createContext("/moved", this::redirect);
    server.createContext("/bad", exchange -> answer(exchange, 200, "xyz".getBytes(UTF_8), 3));
    server.createContext("/short", exchange -> answer(exchange, 200, CONTENT, 1000));
    server.createContext("/missing", exchange -> answer(exchange, 404, CONTENT, CONTENT.length));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void fetchesFileOfRightChecksum() throws IOException {
    Path target = folder.resolve("new").resolve("file");
    assertEquals(target, Download.fetch(address("/good"), Optional.of(SUM), target));
    assertArrayEquals(CONTENT, Files.readAllBytes(target));
  }

  @Test
  void followsARedirect() throws IOException {
    Path target = folder.resolve("file");
    Download.fetch(address("/moved"), Optional.of(SUM), target);
    assertArrayEquals(CONTENT, Files.readAllBytes(target));
  }

  @Test
  void fetchesOnlyDamagedFilesAgain() throws IOException {
    Path target = folder.resolve("file");
    Download.fetch(address("/good"), Optional.of(SUM), target);
    Download.fetch(address("/good"), Optional.of(SUM), target);
    assertEquals(1, asked.get());
    Files.writeString(target, "abd");
    Download.fetch(address("/good"), Optional.of(SUM), target);
    assertEquals(2, asked.get());
    assertArrayEquals(CONTENT, Files.readAllBytes(target));
  }

  @Test
  void wrongBytesLeaveNothing() throws IOException {
    assertRefused("/bad", "checksum");
    Path target = Files.writeString(folder.resolve("file"), "old");
    assertThrows(
        NormSweepException.class, () -> Download.fetch(address("/bad"), Optional.of(SUM), target));
    assertEquals("old", Files.readString(target));
  }

  @Test
  void failedTransfersLeaveNothing() throws IOException {
    assertRefused("/missing", "404");
    assertRefused("/short", address("/short").toString());
  }

  @Test
  void givesUpSilentServer() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI address = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/file");
      NormSweepException e =
          assertThrows(
              NormSweepException.class,
              () -> Download.fetch(address, Optional.of(SUM), folder.resolve("file"), SHORT));
      assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
      assertTrue(e.getMessage().contains("no answer"), e.getMessage());
      assertEmpty();
    }
  }

  @Test
  void givesUpStalledServer() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      threads.execute(() -> halfAnAnswer(socket));
      URI address = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/file");
      NormSweepException e =
          assertThrows(
              NormSweepException.class,
              () -> Download.fetch(address, Optional.of(SUM), folder.resolve("file"), SHORT));
      assertTrue(e.getMessage().contains("no answer"), e.getMessage());
      assertEmpty();
    }
  }

  @Test
  void namesClosedPortAndUnknownHost() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    for (String address :
        new String[] {"http://127.0.0.1:" + closed + "/file", "http://no-such-host.invalid/file"}) {
      NormSweepException e =
          assertThrows(
              NormSweepException.class,
              () -> Download.fetch(URI.create(address), Optional.of(SUM), folder.resolve("file")));
      assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
      assertTrue(e.getMessage().startsWith(address), e.getMessage());
    }
    assertEmpty();
  }

  @Test
  void unwritableFolderIsAFailure() throws IOException {
    Path file = Files.writeString(folder.resolve("plain"), "in the way");
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> Download.fetch(address("/good"), Optional.of(SUM), file.resolve("target")));
    assertEquals(ExitCode.FAILED, e.exitCode());
    assertTrue(e.getMessage().contains("plain"), e.getMessage());
  }

  private void assertRefused(String path, String word) throws IOException {
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> Download.fetch(address(path), Optional.of(SUM), folder.resolve("file")));
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    assertTrue(e.getMessage().startsWith(address(path).toString()), e.getMessage());
    assertTrue(e.getMessage().contains(word), e.getMessage());
    assertEmpty();
  }

  private void assertEmpty() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertFalse(left.findAny().isPresent());
    }
  }

  private URI address(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private void answer(HttpExchange exchange, int status, byte[] body, int length)
      throws IOException {
    asked.incrementAndGet();
    try (exchange) {
      exchange.sendResponseHeaders(status, length);
      exchange.getResponseBody().write(body);
    }
  }

  private void redirect(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().add("Location", "/good");
      exchange.sendResponseHeaders(302, -1);
    }
  }

  private static void halfAnAnswer(ServerSocket server) {
    try {
      Socket socket = server.accept();
      InputStream in = socket.getInputStream();
      in.read();
      socket
          .getOutputStream()
          .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc".getBytes(UTF_8));
      in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The client hangs up, which is what the test is about.
    }
  }
}
