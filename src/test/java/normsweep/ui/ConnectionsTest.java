package normsweep.ui;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import normsweep.record.SweepFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that send half a request, more than one, or another protocol. */
class ConnectionsTest {
  private static final int CLIENTS = 300;
  private static final int LIMIT = 128;
  private static final int PATIENCE_MILLIS = 20_000;

  @TempDir Path output;

  private SweepUi start(Duration longest) {
    return SweepUi.start(
        "127.0.0.1", 0, List.of(), new SweepFolder(output), longest, System::nanoTime);
  }

  @Test
  void countsHalfRequestsAtAccept() throws IOException {
    List<Socket> clients = new ArrayList<>();
    try (SweepUi ui = start(Duration.ofHours(1))) {
      try {
        for (int i = 0; i < CLIENTS; i++) {
          clients.add(connect(ui, "GET /swe"));
        }
        int turnedAway = 0;
        List<Socket> waiting = new ArrayList<>(clients);
        while (turnedAway < CLIENTS - LIMIT) {
          int before = waiting.size();
          waiting.removeIf(client -> isClosed(client, 1));
          turnedAway += before - waiting.size();
        }
        assertEquals(LIMIT, waiting.size());
        assertFalse(waiting.stream().anyMatch(client -> isClosed(client, 1)));
        // A client that leaves makes room.
        waiting.get(0).close();
        RawHttp http = new RawHttp(ui.address());
        int status = http.get("/sweep").status();
        while (status == 0) {
          status = http.get("/sweep").status();
        }
        assertEquals(200, status);
      } finally {
        for (Socket client : clients) {
          client.close();
        }
      }
    }
  }

  @Test
  void closesHalfRequestsAfterAWhile() throws IOException {
    try (SweepUi ui = start(Duration.ofSeconds(1));
        Socket silent = connect(ui, "");
        Socket half = connect(ui, "GET /sweep HTTP/1.1\r\nHost: localh")) {
      assertTrue(isClosed(silent, PATIENCE_MILLIS));
      assertTrue(isClosed(half, PATIENCE_MILLIS));
      assertEquals(200, new RawHttp(ui.address()).get("/sweep").status());
    }
  }

  @Test
  void aConnectionHasOneAnswer() throws IOException {
    try (SweepUi ui = start(Duration.ofHours(1))) {
      String request = "GET /sweep HTTP/1.1\r\nHost: localhost\r\n\r\n";
      String answer = new RawHttp(ui.address()).send(request.repeat(1000)).body();
      assertFalse(answer.contains("HTTP/1.1 "), answer);
      assertTrue(answer.endsWith("</html>\n"), answer);
    }
  }

  @Test
  void httpTwoIsNotSpoken() throws IOException {
    try (SweepUi ui = start(Duration.ofHours(1))) {
      RawHttp http = new RawHttp(ui.address());
      RawHttp.Answer upgrade =
          http.send(
              String.join(
                  "\r\n",
                  "GET /sweep HTTP/1.1",
                  "Host: localhost",
                  "Connection: Upgrade, HTTP2-Settings",
                  "Upgrade: h2c",
                  "HTTP2-Settings: AAMAAABkAAQAAP__",
                  "",
                  ""));
      assertEquals(200, upgrade.status());
      assertTrue(upgrade.head().startsWith("HTTP/1.1 200 "), upgrade.head());
      // A server that speaks it answers with a frame.
      String settings = "\0\0\0\u0004\0\0\0\0\0";
      RawHttp.Answer preface = http.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings);
      assertTrue(preface.status() == 0 || preface.status() >= 400, preface.head());
      assertFalse(preface.head().startsWith("\0"), preface.head());
    }
  }

  private static Socket connect(SweepUi ui, String beginning) throws IOException {
    Socket socket =
        new Socket(InetAddress.getByName(ui.address().getHost()), ui.address().getPort());
    try {
      socket.getOutputStream().write(beginning.getBytes(ISO_8859_1));
    } catch (SocketException e) {
      // It has been turned away already.
      return socket;
    }
    return socket;
  }

  private static boolean isClosed(Socket socket, int millis) {
    try {
      socket.setSoTimeout(millis);
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
