package normsweep.ui;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Requests byte by byte, as no well-behaved client would send them. */
final class RawHttp {
  private static final int PATIENCE_MILLIS = 20_000;

  /**
   * An answer.
   *
   * @param status its status, 0 if the connection was closed without one
   * @param head status line and headers
   * @param body what follows
   */
  record Answer(int status, String head, String body) {
    Optional<String> header(String name) {
      return Arrays.stream(head.split("\r\n"))
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst();
    }
  }

  private final URI server;

  RawHttp(URI server) {
    this.server = server;
  }

  /** GET of a path with the right Host. */
  Answer get(String path, String... headers) throws IOException {
    return request("GET " + path, headers);
  }

  /** A request line without its version, the right Host, more headers. */
  Answer request(String line, String... headers) throws IOException {
    StringBuilder text = new StringBuilder(line + " HTTP/1.1\r\nHost: " + server.getAuthority());
    for (String header : headers) {
      text.append("\r\n").append(header);
    }
    return send(text + "\r\nConnection: close\r\n\r\n");
  }

  /** Sends text and reads until the server closes. */
  Answer send(String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByName(server.getHost()), server.getPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      String answer = read(socket.getInputStream());
      int end = answer.indexOf("\r\n\r\n");
      if (end < 0) {
        return new Answer(0, answer, "");
      }
      int status = Integer.parseInt(answer.split(" ", 3)[1]);
      return new Answer(status, answer.substring(0, end), answer.substring(end + 4));
    }
  }

  private static String read(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[1 << 16];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        text.append(new String(buffer, 0, n, ISO_8859_1));
      }
    } catch (SocketException e) {
      // The server hung up on what it did not want to read.
      return text.toString();
    }
    return text.toString();
  }
}
