package normsweep.ui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.commons.io.IOUtils;

/** A headless Chromium, driven over its debugging protocol. */
public final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What keys do by default, they do by these codes. */
  private static final Map<String, Integer> KEY_CODES =
      Map.of("Tab", 9, "Enter", 13, "ArrowLeft", 37, "ArrowRight", 39, "ArrowDown", 40);

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting;
  private final List<String> complaints;
  private final List<String> requests;

  private Browser(Process process, Path profile, URI page) {
    this.process = process;
    this.profile = profile;
    this.waiting = new ConcurrentHashMap<>();
    this.complaints = new CopyOnWriteArrayList<>();
    this.requests = new CopyOnWriteArrayList<>();
    this.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(page, new Messages(waiting, complaints, requests))
            .join();
  }

  /** Starts the Chromium that the search path has. */
  public static Browser start() throws IOException, InterruptedException {
    Path profile = Files.createTempDirectory("normsweep-browser");
    Process process =
        new ProcessBuilder(
                executable().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--window-size=1400,1000",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("output.txt").toFile())
            .start();
    Path portFile = profile.resolve("DevToolsActivePort");
    Instant end = Instant.now().plus(PATIENCE);
    while (!Files.exists(portFile) || Files.size(portFile) == 0) {
      if (!process.isAlive() || Instant.now().isAfter(end)) {
        process.destroyForcibly();
        throw new IOException(
            "Chromium did not start: " + Files.readString(profile.resolve("output.txt")));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    String port = Files.readAllLines(portFile).get(0);
    String pages =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
                    .build(),
                BodyHandlers.ofString())
            .body();
    for (JsonNode page : JSON.readTree(pages)) {
      if (page.get("type").asText().equals("page")) {
        Browser browser =
            new Browser(process, profile, URI.create(page.get("webSocketDebuggerUrl").asText()));
        browser.call("Page.enable", JSON.createObjectNode());
        browser.call("Log.enable", JSON.createObjectNode());
        browser.call("Runtime.enable", JSON.createObjectNode());
        browser.call("Network.enable", JSON.createObjectNode());
        return browser;
      }
    }
    process.destroyForcibly();
    throw new IOException("Chromium has no page: " + pages);
  }

  private static Path executable() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("install Chromium: this test needs it"));
  }

  /** Opens an address. */
  public void open(String address) {
    call("Page.navigate", JSON.createObjectNode().put("url", address));
  }

  /** The value of a JavaScript expression. */
  public JsonNode evaluate(String expression) {
    ObjectNode call =
        JSON.createObjectNode()
            .put("expression", expression)
            .put("awaitPromise", true)
            .put("returnByValue", true);
    return call("Runtime.evaluate", call).at("/result/value");
  }

  /** Waits until a JavaScript expression is true. */
  public void await(String expression) throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (!isTrue(expression)) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError(
            expression
                + " did not come true at "
                + evaluate("location.href").asText()
                + "; complaints: "
                + complaints
                + "; page: "
                + evaluate("document.body.innerText").asText());
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** A page that is just being left answers with an error: nothing is true of it. */
  private boolean isTrue(String expression) {
    try {
      return evaluate("!!(" + expression + ")").asBoolean();
    } catch (CompletionException e) {
      return false;
    }
  }

  /** Moves the mouse there. */
  public void point(double x, double y) {
    call(
        "Input.dispatchMouseEvent",
        JSON.createObjectNode().put("type", "mouseMoved").put("x", x).put("y", y));
  }

  /** Moves the mouse there and clicks. */
  public void click(double x, double y) {
    for (String type : List.of("mouseMoved", "mousePressed", "mouseReleased")) {
      call(
          "Input.dispatchMouseEvent",
          JSON.createObjectNode()
              .put("type", type)
              .put("x", x)
              .put("y", y)
              .put("button", type.equals("mouseMoved") ? "none" : "left")
              .put("clickCount", type.equals("mouseMoved") ? 0 : 1));
    }
  }

  /** Gives the page another size. */
  public void resize(int width, int height) {
    call(
        "Emulation.setDeviceMetricsOverride",
        JSON.createObjectNode()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", false));
  }

  /** Shows pages in the light or the dark scheme. */
  public void scheme(String lightOrDark) {
    ObjectNode media = JSON.createObjectNode().put("media", "");
    media
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", lightOrDark);
    call("Emulation.setEmulatedMedia", media);
  }

  /** Presses a key, such as {@code Tab} or {@code ArrowRight}. */
  public void press(String key) {
    for (String type : List.of("keyDown", "keyUp")) {
      ObjectNode event =
          JSON.createObjectNode()
              .put("type", type)
              .put("key", key)
              .put("code", key)
              .put("windowsVirtualKeyCode", KEY_CODES.get(key));
      if (key.equals("Enter")) {
        event.put("text", "\r");
      }
      call("Input.dispatchKeyEvent", event);
    }
  }

  /**
   * What breaks the rules of WCAG 2.2, levels A and AA, in the page as it is now, as far as
   * axe-core finds it: one text per rule.
   */
  public List<String> inaccessible() throws IOException {
    evaluate(IOUtils.resourceToString("/axe.min.js", StandardCharsets.UTF_8));
    JsonNode found =
        evaluate(
            "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',"
                + " 'best-practice']}).then(result => result.violations.map(rule => rule.id + ': '"
                + " + rule.nodes.map(node => node.target + ' ' + node.failureSummary).join(';"
                + " ')))");
    List<String> texts = new ArrayList<>();
    found.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** Saves the whole page, also what is below the window. */
  public void screenshotWhole(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    ObjectNode beyond = JSON.createObjectNode().put("captureBeyondViewport", true);
    JsonNode size = call("Page.getLayoutMetrics", JSON.createObjectNode()).get("cssContentSize");
    beyond
        .putObject("clip")
        .put("x", 0)
        .put("y", 0)
        .put("width", evaluate("innerWidth").asDouble()) // there is no scroll bar then
        .put("height", size.get("height").asDouble())
        .put("scale", 1);
    Files.write(
        file,
        Base64.getDecoder().decode(call("Page.captureScreenshot", beyond).get("data").asText()));
  }

  /** Saves what is seen. */
  public void screenshot(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(
        file,
        Base64.getDecoder()
            .decode(call("Page.captureScreenshot", JSON.createObjectNode()).get("data").asText()));
  }

  /** Errors in the console so far: scripts, policies, missing files. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Addresses of everything requested so far. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    socket.abort();
    // Its children write to the profile until they end, which may be after it.
    List<ProcessHandle> family =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    family.forEach(ProcessHandle::destroy);
    try {
      ended(family).get(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      family.forEach(ProcessHandle::destroyForcibly);
      ended(family).join();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      family.forEach(ProcessHandle::destroyForcibly);
      Thread.currentThread().interrupt();
    }
    FileUtils.deleteQuietly(profile.toFile());
  }

  private static CompletableFuture<Void> ended(List<ProcessHandle> family) {
    return CompletableFuture.allOf(
        family.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
  }

  private JsonNode call(String method, ObjectNode parameters) {
    int id = lastId.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", parameters);
    socket.sendText(message.toString(), true).join();
    return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static final class Messages implements WebSocket.Listener {
    private final Map<Integer, CompletableFuture<JsonNode>> waiting;
    private final List<String> complaints;
    private final List<String> requests;
    private final StringBuilder text = new StringBuilder();

    Messages(
        Map<Integer, CompletableFuture<JsonNode>> waiting,
        List<String> complaints,
        List<String> requests) {
      this.waiting = waiting;
      this.complaints = complaints;
      this.requests = requests;
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        try {
          take(JSON.readTree(text.toString()));
        } catch (IOException e) {
          complaints.add("unreadable message: " + text);
        }
        text.setLength(0);
      }
      webSocket.request(1);
      return null;
    }

    private void take(JsonNode message) {
      if (message.has("id")) {
        CompletableFuture<JsonNode> answer = waiting.remove(message.get("id").asInt());
        if (message.has("error")) {
          answer.completeExceptionally(new IllegalStateException(message.get("error").toString()));
        } else {
          answer.complete(message.get("result"));
        }
        return;
      }
      String method = message.path("method").asText();
      JsonNode entry = message.at("/params/entry");
      if (method.equals("Runtime.exceptionThrown")) {
        complaints.add(message.at("/params/exceptionDetails").toString());
      } else if (method.equals("Log.entryAdded") && entry.get("level").asText().equals("error")) {
        complaints.add(entry.get("text").asText() + " " + entry.path("url").asText());
      } else if (method.equals("Network.requestWillBeSent")) {
        requests.add(message.at("/params/request/url").asText());
      } else if (method.equals("Runtime.consoleAPICalled")
          && message.at("/params/type").asText().equals("error")) {
        complaints.add(message.at("/params/args").toString());
      }
    }
  }
}
