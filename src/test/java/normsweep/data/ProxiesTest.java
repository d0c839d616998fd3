package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;

class ProxiesTest {
  private static final URI SECURE = URI.create("https://data.example.org/file");

  @Test
  void schemesVariableNamesTheProxy() {
    Map<String, String> both =
        Map.of("HTTPS_PROXY", "http://one:3128", "http_proxy", "two", "HTTP_PROXY", "three");
    assertEquals("one:3128", proxy(both, SECURE.toString()));
    assertEquals("two:80", proxy(both, "http://data.example.org/file"));
    assertEquals("", proxy(Map.of("http_proxy", "two"), SECURE.toString()));
    assertEquals("", proxy(Map.of("https_proxy", " "), SECURE.toString()));
  }

  @Test
  void asksHostsOfNoProxyDirectly() {
    for (String hosts :
        List.of("*", "example.org", ".example.org", "*.example.org", "x, DATA.example.org")) {
      assertEquals("", proxy(Map.of("https_proxy", "p", "NO_PROXY", hosts), SECURE.toString()));
    }
    for (String hosts : List.of("", ",", "ample.org", "other.data.example.org", "example.org:80")) {
      assertEquals("p:80", proxy(Map.of("https_proxy", "p", "no_proxy", hosts), SECURE.toString()));
    }
    Map<String, String> port = Map.of("http_proxy", "p", "no_proxy", "10.0.0.1:8080");
    assertEquals("", proxy(port, "http://10.0.0.1:8080/"));
    assertEquals("p:80", proxy(port, "http://10.0.0.1:8081/"));
  }

  @Test
  void namesUnusableProxyWithoutPassword() {
    for (String value : List.of("socks5://me:secret@p:1", "https://me:secret@p", "me secret")) {
      NormSweepException e =
          assertThrows(
              NormSweepException.class,
              () -> proxy(Map.of("https_proxy", value), SECURE.toString()));
      assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
      assertEquals(
          "the proxy that HTTPS_PROXY names is not of the form http://HOST:PORT", e.getMessage());
    }
  }

  @Test
  void fetchesThroughProxyWithPassword() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpServer proxy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String login = exchange.getRequestHeaders().getFirst("Proxy-Authorization");
            seen.add(exchange.getRequestURI() + " " + login);
            exchange.getResponseHeaders().add("Proxy-Authenticate", "Basic realm=\"test\"");
            exchange.sendResponseHeaders(login == null ? 407 : 204, -1);
          }
        });
    proxy.start();
    try {
      URI address = URI.create("http://data.example.org/file");
      int status = fetch(address, "http_proxy", proxy.getAddress().getPort());
      assertEquals(204, status);
      assertEquals(address + " " + basic(), seen.get(seen.size() - 1));
    } finally {
      proxy.stop(0);
    }
  }

  private static int fetch(URI address, String variable, int port) throws IOException {
    Map<String, String> environment = Map.of(variable, "http://me:p%40ss@127.0.0.1:" + port);
    return new Proxies(environment::get).connection(address).getResponseCode();
  }

  private static String basic() {
    byte[] login = "me:p@ss".getBytes(StandardCharsets.US_ASCII);
    return "Basic " + Base64.getEncoder().encodeToString(login);
  }

  private static String proxy(Map<String, String> environment, String address) {
    Proxy proxy = new Proxies(environment::get).proxy(URI.create(address));
    return proxy.address() instanceof InetSocketAddress at
        ? at.getHostString() + ":" + at.getPort()
        : "";
  }
}
