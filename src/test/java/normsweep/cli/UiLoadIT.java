package normsweep.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep with few file descriptors whose UI is besieged by clients that send half a request. */
class UiLoadIT {
  private static final int CLIENTS = 300;
  private static final Pattern ADDRESS =
      Pattern.compile("Training statistics at http://127.0.0.1:(\\d+)");

  @TempDir Path folder;

  @Test
  void besiegedUiDoesNotEndSweep() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("tiny.yaml"),
        """
        data: {train: 64, validation: 20, test: 20, views: 1}
        training: {epochs: 4, batchSize: 16}
        grid: {norm: [layer-norm], clip: [1.0]}
        """);
    List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 256; exec \"$@\"", "sh"));
    command.addAll(JarProcess.command(List.of(), "run", "tiny.yaml", "--ui", "--ui-port", "0"));
    Path output = folder.resolve("output.txt");
    Process sweep =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    List<Socket> clients = new ArrayList<>();
    try {
      int port = port(sweep, output);
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(connect(port));
      }
      // Clients that are turned away try again.
      while (sweep.isAlive()) {
        for (int i = 0; i < CLIENTS && sweep.isAlive(); i++) {
          if (clients.get(i).isClosed()) {
            clients.set(i, connect(port));
          }
        }
        Thread.sleep(200);
      }
    } finally {
      sweep.destroyForcibly();
      for (Socket client : clients) {
        client.close();
      }
    }
    String text = Files.readString(output);
    assertEquals(0, sweep.waitFor(), text);
    List<TrialResult> trials =
        new SweepFolder(folder.resolve("output").resolve("tiny")).readResults().trials();
    assertTrue(trials.stream().allMatch(TrialResult::completed), text);
  }

  private static int port(Process sweep, Path output) throws IOException, InterruptedException {
    while (sweep.isAlive()) {
      Matcher address = ADDRESS.matcher(Files.readString(output));
      if (address.find()) {
        return Integer.parseInt(address.group(1));
      }
      Thread.sleep(20);
    }
    throw new IllegalStateException("ended before it served: " + Files.readString(output));
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.getOutputStream().write("GET /swe".getBytes(ISO_8859_1));
    } catch (SocketException e) {
      socket.close();
    }
    return socket;
  }
}
