package normsweep.ui;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SweepUiTest {
  private static final Trial TRIAL = new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.NONE, 1);
  private static final Trial OTHER = new Trial(Norm.BATCH_NORM, FrnPlacement.DENSE, Clip.NONE, 1);
  private static final String OVERVIEW = "/train/" + TRIAL.id() + "/overview";

  private static final AtomicLong NANOS = new AtomicLong();

  @TempDir static Path output;

  private static SweepFolder folder;
  private static SweepUi ui;
  private static RawHttp http;

  @BeforeAll
  static void serve() throws IOException {
    folder = new SweepFolder(output.resolve("tiny"));
    try (SweepStats stats = SweepStats.open(folder.trial(TRIAL.id()).stats(), TRIAL.id(), 2, 0)) {
      new TinyTraining().train(stats.listener(), 0, 9);
    }
    Records.writeJson(
        folder.results(),
        new SweepResults(
            SweepResults.SCHEMA,
            "tiny",
            null,
            null,
            Map.of(),
            List.of(TrialResult.running(TRIAL, 1), TrialResult.pending(OTHER))));
    Files.writeString(output.resolve("secret.js"), "a file outside the assets");
    ui = SweepUi.start("127.0.0.1", 0, List.of(), folder, Duration.ofMinutes(1), NANOS::get);
    http = new RawHttp(ui.address());
  }

  @AfterAll
  static void stop() {
    ui.close();
  }

  @Test
  void listensOnTheLoopbackAddressAlone() throws IOException {
    assertEquals("127.0.0.1", ui.address().getHost());
    // According to the kernel: an IPv4 socket, or an IPv6 one on the mapped address.
    String port = ":%04X".formatted(ui.address().getPort());
    List<String> listening =
        Stream.of("tcp", "tcp6")
            .flatMap(table -> lines(Path.of("/proc/net", table)))
            .map(line -> line.strip().split("\\s+"))
            .filter(field -> field[3].equals("0A") && field[1].endsWith(port))
            .map(field -> field[1].replaceFirst("^0{16}FFFF0000", ""))
            .toList();
    assertEquals(List.of("0100007F" + port), listening);
    for (InetAddress address :
        NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList()) {
      if (!address.isLoopbackAddress()) {
        assertThrows(ConnectException.class, () -> connect(address));
      }
    }
  }

  @Test
  void listensOnGivenHost() throws IOException {
    SweepUi other = SweepUi.start("127.0.0.2", 0, List.of(), folder);
    try {
      assertEquals(200, new RawHttp(other.address()).get("/sweep").status());
      assertThrows(
          ConnectException.class,
          () -> new Socket(InetAddress.getLoopbackAddress(), other.address().getPort()).close());
    } finally {
      other.close();
    }
  }

  @Test
  void takenPortNamesTheOption() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      NormSweepException refusal =
          assertThrows(
              NormSweepException.class,
              () -> SweepUi.start("127.0.0.1", taken.getLocalPort(), List.of(), folder));
      assertEquals(ExitCode.USAGE, refusal.exitCode());
      assertTrue(refusal.getMessage().contains("--ui-port"), refusal.getMessage());
      assertTrue(refusal.getMessage().contains(String.valueOf(taken.getLocalPort())));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 0, --ui-host",
    "no.such.host.invalid, 0, --ui-host",
    "127.0.0.1, 65536, --ui-port"
  })
  void impossibleAddressNamesTheOption(String host, int port, String option) {
    NormSweepException refusal =
        assertThrows(NormSweepException.class, () -> SweepUi.start(host, port, List.of(), folder));
    assertEquals(ExitCode.USAGE, refusal.exitCode());
    assertTrue(refusal.getMessage().contains(option), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:PORT",
        "localhost.evil.example:PORT",
        "localhost:PORT:PORT",
        "127.0.0.1:PORT.evil.example",
        "0.0.0.0:PORT",
        "localhost.:PORT",
        ""
      })
  void hostOfAnotherIsMisdirected(String host) throws IOException {
    String value = host.replace("PORT", String.valueOf(ui.address().getPort()));
    for (String path : List.of("/", "/sweep", OVERVIEW, "/assets/js/train/train.js")) {
      RawHttp.Answer answer = http.send("GET " + path + " HTTP/1.1\r\nHost: " + value + "\r\n\r\n");
      assertEquals(421, answer.status(), path + " of " + value);
    }
  }

  @Test
  void missingOrDoubledHostIsMisdirected() throws IOException {
    String host = "Host: " + ui.address().getAuthority() + "\r\n";
    assertEquals(421, http.send("GET /sweep HTTP/1.1\r\n\r\n").status());
    assertEquals(421, http.send("GET /sweep HTTP/1.0\r\n\r\n").status());
    assertEquals(421, http.send("GET /sweep HTTP/1.1\r\n" + host + "Host: evil\r\n\r\n").status());
  }

  /** A tunnel has its own port. */
  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1:9", "localhost:8080", "LocalHost:8080", "[::1]:65535", "localhost"})
  void answersLoopbackNamesOnAnyPort(String host) throws IOException {
    for (String origin : List.of("", "Origin: http://" + host + "\r\n")) {
      assertEquals(200, status(http, host, origin), origin);
    }
    assertEquals(403, status(http, host, "Origin: http://evil.example:8080\r\n"));
  }

  @Test
  void answersAllowedNames() throws IOException {
    List<String> names = List.of("Lab.Example", "other.example");
    try (SweepUi other = SweepUi.start("127.0.0.1", 0, names, folder)) {
      RawHttp answers = new RawHttp(other.address());
      assertEquals(200, status(answers, "lab.example", "Origin: https://lab.example\r\n"));
      assertEquals(200, status(answers, "other.example:8443", ""));
      assertEquals(200, status(answers, "localhost:1", ""));
      assertEquals(421, status(answers, "evil.example", ""));
      assertEquals(421, status(answers, "x.lab.example", ""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://lab.example", "lab.example:80", "*", "", "lab.example/"})
  void refusesWhatIsNoHostName(String name) {
    NormSweepException refusal =
        assertThrows(
            NormSweepException.class, () -> SweepUi.start("127.0.0.1", 0, List.of(name), folder));
    assertEquals(ExitCode.USAGE, refusal.exitCode());
    assertTrue(refusal.getMessage().startsWith("--ui-allow-host " + name), refusal.getMessage());
  }

  private static int status(RawHttp http, String host, String headers) throws IOException {
    return http.send("GET /sweep HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n").status();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/assets/../../../secret.js",
        "/assets/..%2f..%2fsecret.js",
        "/assets/%2e%2e/%2e%2e/secret.js",
        "/assets/%252e%252e%252fsecret.js",
        "/assets/..%5c..%5csecret.js",
        "/assets/..\\..\\secret.js",
        "/assets/..%c0%af..%c0%afsecret.js",
        "/assets/....//....//secret.js",
        "/assets/.%00./secret.js",
        "/assets/webjars/../../../normsweep/ui/SweepUi.class",
        "/assets/webjars/..;/..;/secret.js",
        "/assets//etc/passwd",
        "/assets/sweep/../SweepUi.class",
        "//secret.js",
        "/./secret.js",
        "/train/../secret.js",
        "/train/..%2f..%2fsecret/overview",
        "/train/%2e%2e/overview",
        "http://127.0.0.1/sweep",
        "*",
        "/assets/",
        "/sweep?x=1",
        "/sweep?sessionID=x",
        "/sweep?a%2fb"
      })
  void noEncodingOfDotsLeavesAssets(String path) throws IOException {
    RawHttp.Answer answer = http.get(path);
    assertTrue(answer.status() == 400 || answer.status() == 404, path + ": " + answer.head());
    assertFalse(answer.body().contains("outside the assets"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/assets/sweep/SweepUi.class",
        "/assets/sweep",
        "/assets/webjars/popper.js",
        "/assets/js",
        "/assets/webjars/jquery",
        "/assets/templates/TrainingOverview.html.ftl",
        "/assets/META-INF/MANIFEST.MF",
        "/META-INF/MANIFEST.MF",
        "/trials",
        "/results.json",
        "/upload",
        "/remoteReceive",
        "/activations",
        "/tsne",
        "/tsne/upload",
        "/samediff",
        "/train/sessions/set/x",
        "/train/workers/setByIdx/0",
        "/train/unknown/overview",
        "/train/unknown/overview/data",
        "/train/unknown/info",
        "/setlang/unknown/de",
        "/setlang/layer-norm.clip-none.seed-1/xx",
        "/train/layer-norm.clip-none.seed-1/model/data/x",
        "/train/layer-norm.clip-none.seed-1/model/data/4",
        "/train/layer-norm.clip-none.seed-1/model/data/9",
        "/train/layer-norm.clip-none.seed-1/model/data/-1",
        "/train/layer-norm.clip-none.seed-1/model/data/99999",
        "/train/layer-norm.clip-none.seed-1/model/data",
        "/train/sessions/lastUpdate/unknown"
      })
  void nothingElseIsThere(String path) throws IOException {
    assertEquals(404, http.get(path).status(), path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"})
  void nothingIsTakenIn(String method) throws IOException {
    for (String path :
        List.of("/", "/sweep", "/remoteReceive", "/tsne/upload", "/tsne/post/x", OVERVIEW)) {
      assertEquals(405, http.request(method + " " + path).status(), method + " " + path);
    }
  }

  @Test
  void bodiesAreRefusedUnread() throws IOException {
    assertEquals(405, http.request("POST /sweep", "Content-Length: 99999999999").status());
    assertEquals(413, http.get("/sweep", "Content-Length: 99999999999").status());
    assertEquals(413, http.get("/sweep", "Transfer-Encoding: chunked").status());
  }

  @Test
  void refusesEndlessHeadersAndLines() throws IOException {
    int headers = http.get("/sweep", "X-Long: " + "a".repeat(9000)).status();
    int line = http.get("/" + "a".repeat(3000)).status();
    assertTrue(headers == 400 || headers == 431, "headers: " + headers);
    assertTrue(line == 400 || line == 414, "line: " + line);
    assertEquals(400, http.get("/" + "a".repeat(600)).status());
  }

  @Test
  void otherSitesMayOnlyLink() throws IOException {
    assertEquals(403, http.get(OVERVIEW + "/data", "Origin: http://evil.example").status());
    assertEquals(403, http.get(OVERVIEW + "/data", "Origin: null").status());
    assertEquals(
        403, http.get(OVERVIEW, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors").status());
    assertEquals(
        200, http.get(OVERVIEW, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate").status());
    assertEquals(
        200, http.get(OVERVIEW, "Sec-Fetch-Site: same-origin", "Origin: " + ui.address()).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/sweep",
        "/sweep/results",
        "/sweep/curves/validation-loss",
        "/sweep/files/results.json",
        "/tuning",
        "/assets/js/train/train.js",
        "/train/layer-norm.clip-none.seed-1/overview",
        "/nowhere",
        "/..",
        "/train/layer-norm.clip-none.seed-1/overview/data"
      })
  void everyAnswerCarriesSecurityHeaders(String path) throws IOException {
    RawHttp.Answer answer = http.get(path);
    assertEquals("nosniff", answer.header("x-content-type-options").orElseThrow());
    assertEquals("DENY", answer.header("x-frame-options").orElseThrow());
    assertEquals("no-referrer", answer.header("referrer-policy").orElseThrow());
    String policy = answer.header("content-security-policy").orElseThrow();
    assertTrue(policy.startsWith("default-src 'none';"), policy);
    assertTrue(policy.contains("frame-ancestors 'none'"), policy);
    assertTrue(policy.contains("; script-src 'self';"), policy);
    assertTrue(answer.header("content-type").isPresent(), answer.head());
  }

  @Test
  void rootLeadsToTheSweep() throws IOException {
    for (String path : List.of("/", "/train")) {
      RawHttp.Answer answer = http.get(path);
      assertEquals(302, answer.status());
      assertEquals("/sweep", answer.header("location").orElseThrow());
    }
    assertEquals(
        "text/html; charset=utf-8", http.get("/sweep").header("content-type").orElseThrow());
    assertEquals("", http.request("HEAD /sweep").body());
  }

  @Test
  void sweepListsTrialsAndTheirStatistics() throws IOException {
    JsonNode overview = Records.json().readTree(json("/sweep/results"));
    assertEquals("tiny", overview.get("sweep").asText());
    JsonNode rows = overview.get("trials");
    assertEquals(2, rows.size());
    assertEquals(TRIAL.id(), rows.get(0).at("/result/id").asText());
    assertEquals("interrupted", rows.get(0).at("/result/status").asText());
    assertEquals("interrupted", rows.get(0).get("status").asText());
    assertEquals("pending", rows.get(1).get("status").asText());
    assertTrue(rows.get(0).get("statistics").asBoolean());
    assertFalse(rows.get(1).get("statistics").asBoolean());
  }

  @Test
  void sweepPageNeedsNoScriptForItsTable() throws IOException {
    String page = json("/sweep");
    assertTrue(page.contains("<title>tiny – NormSweep</title>"), page);
    assertTrue(page.contains(">1 interrupted, 1 pending of 2 trials</p>"), page);
    assertTrue(page.contains("<a href=\"/trial/" + TRIAL.id() + "\">" + TRIAL.id()), page);
    assertTrue(page.contains(">layer norm</td>"), page);
  }

  /** Writes to a sweep folder until it is killed. */
  static final class Writer {
    private Writer() {}

    /** Takes the lock of the folder that is the only argument, and waits. */
    public static void main(String[] args) throws IOException {
      Path lock = new SweepFolder(Path.of(args[0])).lock();
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        System.out.println(held.isValid());
        System.in.read();
      }
    }
  }

  @Test
  void runningWhileSomeProcessWrites() throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.root().toString())
            .start();
    try {
      assertEquals("true", writer.inputReader().readLine());
      assertTrue(json("/sweep").contains(">1 running, 1 pending of 2 trials</p>"));
    } finally {
      writer.destroyForcibly().waitFor();
    }
    assertTrue(json("/sweep").contains(">1 interrupted, 1 pending of 2 trials</p>"));
    Files.delete(folder.lock());
  }

  @Test
  void noStatisticsBeforeTheFirstReport() throws IOException {
    Path journal = journal(OTHER.id());
    StatsJournal.create(journal, List.of());
    JsonNode rows = Records.json().readTree(json("/sweep/results")).get("trials");
    assertFalse(rows.get(1).get("statistics").asBoolean());
    Files.delete(journal);
  }

  @Test
  void everyPageHasItsOwnTitle() throws IOException {
    for (String page : List.of("Overview", "Model", "System")) {
      String body = json("/train/" + TRIAL.id() + "/" + page.toLowerCase(Locale.ROOT));
      String title = "<title>" + page + " – " + TRIAL.id() + " – NormSweep</title>";
      assertTrue(body.contains(title), body.substring(0, 2000));
    }
    String overview = json(OVERVIEW);
    assertTrue(overview.contains(">Gradients (mean of the batch, before clipping)<"), overview);
    assertTrue(overview.contains("data-quantity=\"Norm\""), overview);
    assertTrue(json("/assets/js/train/overview.js").contains("\", \" + quantity() + \"=\" + y"));
    String system = json("/train/" + TRIAL.id() + "/system");
    assertTrue(system.contains("Seconds:</b> <span id=\"x\">"), system);
    assertFalse(system.contains("Iteration"), system);
    String script = json("/assets/js/train/system.js");
    assertFalse(script.contains("push([i,") || script.contains("push([j,"), script);
  }

  @Test
  void overviewSaysWhenTrainingBegan() throws IOException {
    JsonNode table = Records.json().readTree(json(OVERVIEW + "/data")).get("perf");
    assertTrue(table.at("/0/1").asText().matches("[-0-9]{10} [:0-9]{8}"), table.toString());
    assertTrue(table.at("/1/1").asText().matches("0 h 0\\d min \\d\\d s"), table.toString());
  }

  @Test
  void dl4jPagesGetScoresAndLayers() throws IOException {
    JsonNode data = Records.json().readTree(json(OVERVIEW + "/data"));
    assertEquals("[0,2,4,6,8]", data.get("scoresIter").toString());
    assertEquals(5, data.get("scores").size());
    assertTrue(data.at("/stdevGradients/hidden_W/0").asDouble() > 0);
    assertTrue(data.at("/stdevActivations/norm/0").asDouble() > 0);
    assertTrue(data.at("/updateRatios/hidden_W/1").asDouble() > 0);

    JsonNode graph = Records.json().readTree(json("/train/" + TRIAL.id() + "/model/graph"));
    assertEquals(
        "[\"features\",\"hidden\",\"norm\",\"predictions\"]", graph.get("vertexNames").toString());
    JsonNode layer = Records.json().readTree(json("/train/" + TRIAL.id() + "/model/data/1"));
    assertEquals(
        "[[\"Layer Name\",\"hidden\"],[\"Layer Type\",\"Dense\"],[\"Input size\",\"4\"],"
            + "[\"Output size\",\"5\"],[\"Parameters\",\"25\"],[\"Shape of W\",\"4 × 5\"],"
            + "[\"Shape of b\",\"5\"],[\"Activation function\",\"identity\"]]",
        layer.get("layerInfo").toString());
    assertTrue(Long.parseLong(json("/train/sessions/lastUpdate/" + TRIAL.id())) > 0);
    assertEquals(200, http.get("/train/" + TRIAL.id() + "/system/data").status());
    assertEquals(200, http.get("/setlang/" + TRIAL.id() + "/en").status());
  }

  @Test
  void showsTrialWhileItTrains() throws IOException {
    String id = OTHER.id();
    String data = "/train/" + id + "/overview/data";
    try (SweepStats stats = SweepStats.open(folder.trial(id).stats(), id, 1, 0)) {
      TinyTraining training = new TinyTraining();
      training.train(stats.listener(), 0, 3);
      assertEquals("[0,1,2]", Records.json().readTree(json(data)).get("scoresIter").toString());
      String before = json("/train/sessions/lastUpdate/" + id);
      training.train(stats.listener(), 3, 5);
      NANOS.addAndGet(TrainingPages.LOOK_AGAIN_NANOS - 1);
      assertEquals("[0,1,2]", Records.json().readTree(json(data)).get("scoresIter").toString());
      assertEquals(before, json("/train/sessions/lastUpdate/" + id));
      NANOS.addAndGet(1);
      assertEquals("[0,1,2,3,4]", Records.json().readTree(json(data)).get("scoresIter").toString());
      assertTrue(Long.parseLong(json("/train/sessions/lastUpdate/" + id)) > Long.parseLong(before));
    }
    assertEquals("[0,1,2,3,4]", Records.json().readTree(json(data)).get("scoresIter").toString());
    Files.delete(StatsJournal.beside(folder.trial(id).stats()));
  }

  @Test
  void tuningTrialsHaveTheirPages() throws IOException {
    Path stats = folder.tuning().trial("tuned").stats();
    try (SweepStats recorded = SweepStats.open(stats, "tuned", 1, 0)) {
      new TinyTraining().train(recorded.listener(), 0, 2);
    }
    JsonNode data = Records.json().readTree(json("/train/tuned/overview/data"));
    assertEquals("[0,1]", data.get("scoresIter").toString());
    Files.delete(StatsJournal.beside(stats));
    assertEquals(404, http.get("/train/tuned/overview").status());
  }

  @Test
  void unreadableJournalIsLeftAlone() throws IOException {
    Path journal = journal("frn");
    Files.writeString(journal, "no journal");
    assertEquals(404, http.get("/train/frn/overview").status());
    assertEquals("no journal", Files.readString(journal));
    Files.delete(journal);
  }

  @Test
  void recordsBeforeDamageAreShown() throws IOException {
    Path journal = journal("damaged");
    try (SweepStats stats = SweepStats.open(folder.trial("damaged").stats(), "damaged", 1, 0)) {
      new TinyTraining().train(stats.listener(), 0, 4);
    }
    byte[] damaged = Files.readAllBytes(journal);
    damaged[damaged.length - 9] ^= 1;
    Files.write(journal, damaged);
    JsonNode data = Records.json().readTree(json("/train/damaged/overview/data"));
    assertEquals("[0,1,2]", data.get("scoresIter").toString());
    assertArrayEquals(damaged, Files.readAllBytes(journal));
    Files.delete(journal);
  }

  private static Path journal(String trial) throws IOException {
    Path journal = StatsJournal.beside(folder.trial(trial).stats());
    Files.createDirectories(journal.getParent());
    return journal;
  }

  /** A killed process or a foreign file may leave records out, or hold too many. */
  @Test
  void missingRecordsAreNotFound() throws IOException {
    Path journal = journal("part");
    for (boolean described : List.of(false, true)) {
      SbeStatsInitializationReport nothing = new SbeStatsInitializationReport();
      nothing.reportIDs(described ? "part" : TRIAL.id(), "StatsListener", "trainer", 1);
      StatsJournal.create(journal, List.of(nothing));
      for (String page :
          List.of("info", "overview/data", "model/graph", "model/data/1", "system/data")) {
        for (int again = 0; again < 2; again++) {
          int status = http.get("/train/part/" + page).status();
          assertTrue(described ? status < 500 : status == 404, page + ": " + status);
        }
      }
      assertEquals(5, Records.json().readTree(json(OVERVIEW + "/data")).get("scores").size());
      Files.delete(journal);
      assertEquals(404, http.get("/train/part/overview").status());
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file).stream() : Stream.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String json(String path) throws IOException {
    RawHttp.Answer answer = http.get(path);
    assertEquals(200, answer.status(), path + ": " + answer.head() + answer.body());
    return new String(answer.body().getBytes(ISO_8859_1), UTF_8);
  }

  private static void connect(InetAddress address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, ui.address().getPort()), 2000);
    }
  }
}
